// Records that have no key: their value is a frame of varints (its version, the type of the record, the version of that)
// and then the message. So write KRaft's controllers, and tiered storage.

import { codec } from '../../codec.ts'
import type { Decoded, Fields, Message } from '../../schema.ts'
import { WireError } from '../../wire-error.ts'
import { readerOf } from '../versioned.ts'

export interface MetadataRecordType<F extends Fields> {
  readonly id: number
  readonly message: Message<F>
}
export type MetadataRecordTypes = { readonly [name: string]: MetadataRecordType<any> }

export const metadataRecord = <F extends Fields>(id: number, message: Message<F>): MetadataRecordType<F> => ({
  id,
  message,
})

/** One of the records of a table, told apart by `type`. */
export type MetadataRecordOf<T extends MetadataRecordTypes> = {
  [N in keyof T]: T[N] extends MetadataRecordType<infer F>
    ? { readonly type: N; readonly version: number; readonly value: Decoded<F> }
    : never
}[keyof T]

const frameVersion = 1

/** Throws, with Kafka's words where it has some, what cannot be read. */
export function readMetadataRecord<T extends MetadataRecordTypes>(types: T, bytes: Uint8Array): MetadataRecordOf<T> {
  const reader = readerOf(bytes)
  const number = (what: string): number => {
    let read: number
    try {
      read = reader.uvarint()
    } catch {
      throw fault(`Error while reading ${what}`)
    }
    if (read > 0x7fff) throw fault(`Value for ${what} was too large.`)
    return read
  }
  const frame = number('frame version')
  if (frame !== frameVersion)
    throw fault(
      frame === 0
        ? 'Could not deserialize metadata record with frame version 0. Note that upgrades from the preview release of KRaft in 2.8 to newer versions are not supported.'
        : `Could not deserialize metadata record due to unknown frame version ${frame}(only frame version 1 is supported)`,
    )
  const id = number('type'),
    version = number('version')
  const found = Object.entries(types).find(([, type]) => type.id === id)
  if (found === undefined)
    throw fault(`org.apache.kafka.common.errors.UnsupportedVersionException: Unknown metadata id ${id}`)
  const [type, { message }] = found
  let value: unknown
  try {
    value = codec(message, version).decode(reader)
  } catch {
    throw fault(`Failed to deserialize record with type ${id}`)
  }
  if (reader.remaining > 0) throw fault(`Found ${reader.remaining} byte(s) of garbage after ${id}`)
  return { type, version, value } as unknown as MetadataRecordOf<T> // the table ties the name to the message
}
const fault = (message: string): WireError => new WireError('MALFORMED', message)
