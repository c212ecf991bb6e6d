// The records that coordinators keep in internal topics. A key begins with an int16 that tells what the record is of; a
// value begins with its version, or is null: the thing is gone.

import { codec } from '../codec.ts'
import type { Decoded, Draft, Fields, Message } from '../schema.ts'
import { readerOf, readVersioned, writeNumbered, writeVersioned } from './versioned.ts'

export interface RecordType<K extends Fields, V extends Fields> {
  /** With which the key begins. */
  readonly id: number
  readonly key: Message<K>
  readonly value: Message<V>
  /** The version in which Apache Kafka 4.2 writes the value. */
  readonly version: number
}
export type RecordTypes = { readonly [name: string]: RecordType<any, any> }

export function recordType<K extends Fields, V extends Fields>(
  id: number,
  key: Message<K>,
  value: Message<V>,
  version: number = value.versions.to,
): RecordType<K, V> {
  return { id, key, value, version }
}

/** One of the records of a topic, told apart by `type`. */
export type RecordOf<T extends RecordTypes> = {
  [N in keyof T]: T[N] extends RecordType<infer K, infer V>
    ? { readonly type: N; readonly key: Decoded<K>; readonly value: Decoded<V> | null }
    : never
}[keyof T]
/** The same, as it is given to be written. */
export type RecordDraftOf<T extends RecordTypes> = {
  [N in keyof T]: T[N] extends RecordType<infer K, infer V>
    ? {
        readonly type: N
        readonly key: Draft<K>
        readonly value: Draft<V> | null
        /** Of the value, where it is not the usual one. */
        readonly version?: number
      }
    : never
}[keyof T]

/** Undefined for a type that is not known: a newer Kafka wrote it, and it is passed over. */
export function readRecord<T extends RecordTypes>(
  types: T,
  key: Uint8Array,
  value: Uint8Array | null,
): RecordOf<T> | undefined {
  const reader = readerOf(key),
    id = reader.int16()
  const found = Object.entries(types).find(([, type]) => type.id === id)
  if (found === undefined) return undefined
  const [name, type] = found
  const record = {
    type: name,
    key: codec(type.key, 0).decode(reader),
    value: value === null ? null : readVersioned(type.value, value),
  }
  return record as unknown as RecordOf<T> // the table ties the name to both messages
}
export function writeRecord<T extends RecordTypes>(
  types: T,
  record: RecordDraftOf<T>,
): { key: Buffer; value: Buffer | null } {
  const { id, key, value, version } = types[record.type]!
  return {
    key: writeNumbered(id, key, 0, record.key),
    value: record.value === null ? null : writeVersioned(value, record.version ?? version, record.value),
  }
}
