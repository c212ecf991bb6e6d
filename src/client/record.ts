// Records as an application gives them, and as it gets them.

/** Texts are sent as UTF-8. */
export type Bytes = Uint8Array | string
/** By name, or in order where a name comes more than once. */
export type OutgoingHeaders =
  | Readonly<Record<string, Bytes | null>>
  | readonly (readonly [name: string, value: Bytes | null])[]

interface OutgoingEnvelope {
  readonly topic: string
  /** Else the hash of the key chooses (murmur2, as Java's client), or, without a key, whichever batch is being filled. */
  readonly partition?: number
  readonly headers?: OutgoingHeaders
  /** Milliseconds since 1970: now, if it is not said. */
  readonly timestamp?: number
}
type Field<Name extends string, T> = undefined extends T ? { readonly [_ in Name]?: T } : { readonly [_ in Name]: T }
/** With serdes, `K` and `V` are what they take. A key that may be null may be left out; a value only where it may be undefined. */
export type OutgoingRecord<K = Bytes | null | undefined, V = Bytes | null | undefined> = OutgoingEnvelope &
  Field<'key', null extends K ? K | undefined : K> &
  Field<'value', V>
/** Where a record went. */
export interface RecordMetadata {
  readonly topic: string
  readonly partition: number
  /** −1 where nobody says: with acks 0. */
  readonly offset: number
  readonly timestamp: number
  /** Of the partition, when the record was written; −1 where nobody says. */
  readonly logStartOffset: number
}

export interface ConsumedRecord<K = Buffer | null, V = Buffer | null> {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  /** Bytes are views of what was fetched: copy what is to be kept for long, lest it keep all of it. */
  readonly key: K
  readonly value: V
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[]
}
