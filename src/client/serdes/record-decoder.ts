// A consumer's serdes at work: the keys and values of what was fetched, and what becomes of a record that cannot be read.

import { KafkaError } from '../errors.ts'
import type { ConsumedRecord } from '../record.ts'
import type { Deserializer } from './serde.ts'

/** DESERIALIZATION_FAILED: which record, which part of it, its bytes; `cause` is what the serde threw. */
export class DeserializationError extends KafkaError {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly part: 'key' | 'value'
  /** As it was fetched: a dead letter. */
  readonly record: ConsumedRecord

  constructor(record: ConsumedRecord, part: 'key' | 'value', cause: unknown) {
    const { topic, partition, offset } = record
    super('DESERIALIZATION_FAILED', {
      context: `${part} of ${topic}-${partition} at offset ${offset}`,
      message: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
    this.topic = topic
    this.partition = partition
    this.offset = offset
    this.part = part
    this.record = record
  }
}

/**
 * `fail`: the record's turn throws the error, and reading goes on behind it when asked to. `skip`: it is left out. A
 * function is awaited before any record of its poll is given, and then the record is left out: send it to a topic of
 * dead letters there. If the function throws, so does the poll, and the next one comes upon the same records again.
 */
export type OnDeserializationError = 'fail' | 'skip' | ((error: DeserializationError) => void | Promise<void>)

export interface RecordDeserializers<K, V> {
  /** Makes keys of bytes. Without it they are given as bytes. */
  readonly key?: Deserializer<K>
  /** Makes values of bytes. Without it they are given as bytes. */
  readonly value?: Deserializer<V>
  /** What becomes of a record that a serde cannot read: by default `fail`. */
  readonly onDeserializationError?: OnDeserializationError
}

/** What the decoder needs of a batch: its records as bytes, and a place for what it made of them. */
export interface Decodable<K, V> {
  readonly topic: string
  readonly count: number
  key(i: number): Buffer | null
  value(i: number): Buffer | null
  rawRecord(i: number): ConsumedRecord
  /** Undefined stands for a record that is left out. */
  decoded: readonly (ConsumedRecord<K, V> | undefined)[] | undefined
}

export class RecordDecoder<K, V> {
  readonly #key: Deserializer<K> | undefined
  readonly #value: Deserializer<V> | undefined
  readonly #onError: OnDeserializationError

  constructor({ key, value, onDeserializationError = 'fail' }: RecordDeserializers<K, V>) {
    this.#key = key
    this.#value = value
    this.#onError = onDeserializationError
  }
  /** Called with what a poll gives, before the application sees it. Undefined where nothing has to be waited for. */
  prepare(batches: readonly Decodable<K, V>[]): Promise<void> | undefined {
    const waiting = [...this.#preparations(batches)]
    if (waiting.length > 0) return Promise.all(waiting).then(() => this.#decodeAhead(batches))
    return this.#decodeAhead(batches)
  }
  /** Throws a DeserializationError. */
  decode(raw: ConsumedRecord): ConsumedRecord<K, V> {
    return { ...raw, key: this.#part(this.#key, raw, 'key'), value: this.#part(this.#value, raw, 'value') }
  }
  /** What has no deserializer is given as bytes, and K or V is their type. */
  #part<T>(deserializer: Deserializer<T> | undefined, raw: ConsumedRecord, part: 'key' | 'value'): T {
    if (deserializer === undefined) return raw[part] as T
    const { topic, headers } = raw
    try {
      return deserializer.deserialize(raw[part], { topic, part, headers })
    } catch (error) {
      throw new DeserializationError(raw, part, error)
    }
  }
  *#preparations(batches: readonly Decodable<K, V>[]): Generator<Promise<void>> {
    for (const part of ['key', 'value'] as const) {
      const deserializer = part === 'key' ? this.#key : this.#value
      if (deserializer?.prepareToDeserialize === undefined) continue
      for (const [topic, ofTopic] of Map.groupBy(batches, ({ topic }) => topic)) {
        const all = ofTopic.flatMap(batch => Array.from({ length: batch.count }, (_, i) => batch[part](i)))
        const waiting = deserializer.prepareToDeserialize(all, { topic, part })
        if (waiting !== undefined) yield waiting
      }
    }
  }
  /** Only who leaves records out must know beforehand which. */
  #decodeAhead(batches: readonly Decodable<K, V>[]): Promise<void> | undefined {
    if (this.#onError === 'fail') return undefined
    const failures: DeserializationError[] = []
    for (const batch of batches)
      batch.decoded = Array.from({ length: batch.count }, (_, i) => this.#tryToDecode(batch.rawRecord(i), failures))
    return failures.length === 0 || this.#onError === 'skip' ? undefined : this.#tell(failures, this.#onError)
  }
  #tryToDecode(raw: ConsumedRecord, failures: DeserializationError[]): ConsumedRecord<K, V> | undefined {
    try {
      return this.decode(raw)
    } catch (error) {
      if (!(error instanceof DeserializationError)) throw error
      failures.push(error)
      return undefined
    }
  }
  async #tell(failures: readonly DeserializationError[], hook: Exclude<OnDeserializationError, string>): Promise<void> {
    for (const failure of failures) await hook(failure)
  }
}
