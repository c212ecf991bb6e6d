// A producer's serdes at work: what an application sends becomes bytes before anything else happens to it.

import { KafkaError } from '../errors.ts'
import type { Bytes, OutgoingHeaders, OutgoingRecord } from '../record.ts'
import type { SerdeContext, Serializer } from './serde.ts'

export interface RecordSerializers<K, V> {
  /** Makes bytes of keys. Without it they are bytes or text already. */
  readonly key?: Serializer<K>
  /** Makes bytes of values. Without it they are bytes or text already. */
  readonly value?: Serializer<V>
}
/** Of both parts as they are given; what has no serializer is bytes by its type. */
interface Given {
  readonly topic: string
  readonly key?: unknown
  readonly value?: unknown
  readonly headers?: OutgoingHeaders
}

export class RecordEncoder<K, V> {
  readonly #key: Serializer<unknown> | undefined
  readonly #value: Serializer<unknown> | undefined

  constructor({ key, value }: RecordSerializers<K, V>) {
    // The types of send hold what is given against K and V.
    this.#key = key as Serializer<unknown> | undefined
    this.#value = value as Serializer<unknown> | undefined
  }
  /** Undefined where nothing has to be waited for. Rejects with SERIALIZATION_FAILED. */
  prepare(record: OutgoingRecord<K, V>): Promise<void> | undefined {
    const given: Given = record
    const waiting = [
      this.#key?.prepareToSerialize?.(given.key, contextOf(given, 'key')),
      this.#value?.prepareToSerialize?.(given.value, contextOf(given, 'value')),
    ].filter(one => one !== undefined)
    if (waiting.length === 0) return undefined
    return Promise.all(waiting).then(
      () => {},
      (error: unknown) => Promise.reject(failed(given, 'record', error)),
    )
  }
  /** Throws SERIALIZATION_FAILED, with what the serializer threw as its cause. */
  encode(record: OutgoingRecord<K, V>): OutgoingRecord {
    const given: Given = record
    const key = this.#part(this.#key, given, 'key')
    const value = this.#part(this.#value, given, 'value')
    return { ...record, key, value }
  }
  #part(serializer: Serializer<unknown> | undefined, given: Given, part: 'key' | 'value'): Bytes | null {
    const data = given[part] ?? null
    if (serializer === undefined) return data as Bytes | null
    try {
      return serializer.serialize(data, contextOf(given, part))
    } catch (error) {
      throw failed(given, part, error)
    }
  }
}
const noHeaders: OutgoingHeaders = Object.freeze([])
const contextOf = ({ topic, headers = noHeaders }: Given, part: 'key' | 'value'): SerdeContext => ({
  topic,
  part,
  headers,
})
function failed({ topic }: Given, part: string, cause: unknown): KafkaError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new KafkaError('SERIALIZATION_FAILED', { context: `${part} for topic '${topic}'`, message, cause })
}
