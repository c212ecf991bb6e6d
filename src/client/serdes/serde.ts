// How keys and values become bytes, and bytes become keys and values again.
//
// A serde is synchronous, so that a record costs no promise. What it has to fetch first (a schema from a registry) it
// fetches in `prepare…`, which is called with all that is at hand: a batch of records when reading, a record when writing.

import type { Bytes, OutgoingHeaders } from '../record.ts'

/** Of which record the data is a part. */
export interface SerdeContext {
  readonly topic: string
  readonly part: 'key' | 'value'
  readonly headers: OutgoingHeaders
}

export interface Serializer<T> {
  /** Null is a tombstone in a compacted topic, or the absence of a key. What it throws makes the send fail. */
  serialize(data: T, context: SerdeContext): Bytes | null
  /** Called before `serialize`, which waits for it where a promise is given; later sends then wait behind this one. */
  prepareToSerialize?(data: T, context: SerdeContext): Promise<void> | undefined
}

export interface Deserializer<T> {
  /** The bytes are a view: copy what is to be kept. What it throws becomes a DeserializationError. */
  deserialize(bytes: Buffer | null, context: SerdeContext): T
  /** Called once with all that a poll gave of one topic, before any `deserialize` of it. A rejection fails that poll. */
  prepareToDeserialize?(
    bytes: readonly (Buffer | null)[],
    context: Omit<SerdeContext, 'headers'>,
  ): Promise<void> | undefined
}

/** What is given for writing may be wider than what reading gives: with a schema that has defaults, or coerces. */
export interface Serde<In, Out = In> extends Serializer<In>, Deserializer<Out> {}
