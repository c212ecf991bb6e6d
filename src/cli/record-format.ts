// How records are written and read as text: JSON lines that go both ways, and format strings in the manner of kcat's -f.
//
//   %t topic  %p partition  %o offset  %T timestamp (ms)  %k key  %K its length  %s value  %S its length  %h headers  %%
//   \n \t \r \0 \\ \xHH

import { UserError } from '../base/index.ts'
import type { ConsumedRecord, OutgoingRecord } from '../client/index.ts'

export type RecordWriter = (record: ConsumedRecord) => Uint8Array | string

const none = Buffer.alloc(0)
type Part = string | ((record: ConsumedRecord) => Buffer | string)
const parts: Readonly<Record<string, Part>> = {
  '%': '%',
  t: ({ topic }) => topic,
  p: ({ partition }) => `${partition}`,
  o: ({ offset }) => `${offset}`,
  T: ({ timestamp }) => `${timestamp}`,
  k: ({ key }) => key ?? none,
  K: ({ key }) => `${key?.length ?? -1}`,
  s: ({ value }) => value ?? none,
  S: ({ value }) => `${value?.length ?? -1}`,
  h: ({ headers }) => headers.map(([name, value]) => `${name}=${value?.toString() ?? ''}`).join(','),
}
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\' }

/** Bytes go out as they are. Throws a UserError for what stands for nothing. */
export function formatWriter(format: string): RecordWriter {
  const compiled: Part[] = []
  for (const [token, name, hex, escape] of format.matchAll(/%(.?)|\\(?:x([0-9a-fA-F]{2})|(.?))|[^%\\]+/gs)) {
    if (name !== undefined) {
      const part = Object.hasOwn(parts, name) ? parts[name] : undefined
      if (part === undefined)
        throw new UserError(
          'USAGE',
          `--format: %${name} stands for nothing. Known: ${Object.keys(parts)
            .map(known => `%${known}`)
            .join(' ')}`,
        )
      compiled.push(part)
    } else if (hex !== undefined) compiled.push(String.fromCharCode(Number.parseInt(hex, 16)))
    else if (escape !== undefined) compiled.push(escapes[escape] ?? token)
    else compiled.push(token)
  }
  return record =>
    Buffer.concat(
      compiled.map(part => {
        const bytes = typeof part === 'string' ? part : part(record)
        return typeof bytes === 'string' ? Buffer.from(bytes) : bytes
      }),
    )
}

/** What JSON shows of bytes: their text, or {"base64": …} where they are none. */
type JsonBytes = string | null | { readonly base64: string }

/** One line, without its newline. `jsonReader` gives back the same record. */
export const jsonWriter: RecordWriter = ({ topic, partition, offset, timestamp, key, value, headers }) =>
  JSON.stringify({
    topic,
    partition,
    offset,
    timestamp,
    key: shown(key),
    value: shown(value),
    headers: headers.map(([name, content]) => [name, shown(content)]),
  })

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
function shown(bytes: Buffer | null): JsonBytes {
  if (bytes === null) return null
  try {
    return strict.decode(bytes)
  } catch {
    return { base64: bytes.toString('base64') }
  }
}

/** Reads a line as `consume --format json` writes it: key, value, headers, timestamp and partition count; other fields do not. */
export function jsonReader(line: string): Omit<OutgoingRecord, 'topic'> {
  let parsed: unknown
  try {
    parsed = JSON.parse(line)
  } catch (error) {
    throw new UserError('INPUT', `not JSON: ${(error as Error).message}: ${line.slice(0, 80)}`)
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed) || !('value' in parsed))
    throw new UserError('INPUT', `not a record, which is an object with a "value": ${line.slice(0, 80)}`)
  const { key, value, headers, timestamp, partition } = parsed as Readonly<Record<string, unknown>>
  return {
    key: bytesOf(key, 'key'),
    value: bytesOf(value, 'value'),
    ...(headers === undefined ? {} : { headers: headersOf(headers) }),
    ...(timestamp === undefined ? {} : { timestamp: wholeNumber(timestamp, 'timestamp') }),
    ...(partition === undefined ? {} : { partition: wholeNumber(partition, 'partition') }),
  }
}
function bytesOf(given: unknown, field: string): Buffer | string | null {
  if (given === null || given === undefined) return null
  if (typeof given === 'string') return given
  if (typeof given === 'object' && 'base64' in given && typeof given.base64 === 'string')
    return Buffer.from(given.base64, 'base64')
  throw new UserError(
    'INPUT',
    `"${field}" is a string, null or {"base64": …}, not ${JSON.stringify(given).slice(0, 80)}`,
  )
}
function headersOf(given: unknown): [string, Buffer | string | null][] {
  const entries = Array.isArray(given)
    ? (given as unknown[])
    : given !== null && typeof given === 'object'
      ? Object.entries(given)
      : undefined
  if (entries === undefined) throw new UserError('INPUT', '"headers" is a list of [name, value], or an object')
  return entries.map(entry => {
    if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string')
      throw new UserError('INPUT', `a header is [name, value], not ${JSON.stringify(entry).slice(0, 80)}`)
    return [entry[0], bytesOf(entry[1], `header ${entry[0]}`)]
  })
}
function wholeNumber(given: unknown, field: string): number {
  if (typeof given === 'number' && Number.isSafeInteger(given)) return given
  throw new UserError('INPUT', `"${field}" is a whole number, not ${JSON.stringify(given)}`)
}
