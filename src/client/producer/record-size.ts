// What a record takes of the producer's buffer, by estimate.

import type { Bytes, OutgoingHeaders, OutgoingRecord } from '../record.ts'

export type Headers = readonly (readonly [string, Bytes | null])[]
export function headersOf(headers: OutgoingHeaders): Headers {
  return Array.isArray(headers) ? headers : Object.entries(headers as Readonly<Record<string, Bytes | null>>)
}

/** What a record takes in a batch beside its key, value and headers, at most. */
const recordOverhead = 32
/** How many bytes a character of a text takes at most, as JavaScript counts characters. */
const textRatioMax = 3

/** Exactly, where it may be more than `exactFrom`; else as if each character of a text were one byte. */
export function recordSize(record: OutgoingRecord, headers: Headers | undefined, exactFrom: number): number {
  const least = sumOf(record, headers, length)
  return least * textRatioMax <= exactFrom ? least : sumOf(record, headers, byteLength)
}
type Length = (bytes: Bytes | null | undefined) => number
const length: Length = bytes => (bytes === null || bytes === undefined ? 0 : bytes.length)
const byteLength: Length = bytes => (typeof bytes === 'string' ? Buffer.byteLength(bytes) : length(bytes))
function sumOf({ key, value }: OutgoingRecord, headers: Headers | undefined, lengthOf: Length): number {
  let size = recordOverhead + lengthOf(key) + lengthOf(value)
  if (headers !== undefined) for (const [name, value] of headers) size += lengthOf(name) + lengthOf(value) + 2
  return size
}
