// Records as an application gives them, and as it gets them.

/** Texts are sent as UTF-8. */
export type Bytes = Uint8Array | string
/** By name, or in order where a name comes more than once. */
export type OutgoingHeaders =
  | Readonly<Record<string, Bytes | null>>
  | readonly (readonly [name: string, value: Bytes | null])[]

export interface OutgoingRecord {
  readonly topic: string
  /** Else the hash of the key chooses (murmur2, as Java's client), or, without a key, whichever batch is being filled. */
  readonly partition?: number
  readonly key?: Bytes | null
  readonly value?: Bytes | null
  readonly headers?: OutgoingHeaders
  /** Milliseconds since 1970: now, if it is not said. */
  readonly timestamp?: number
}
/** Where a record went. */
export interface RecordMetadata {
  readonly topic: string
  readonly partition: number
  /** −1 where nobody says: with acks 0. */
  readonly offset: number
  readonly timestamp: number
}

export interface ConsumedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  /** Views of the bytes that were fetched: copy what is to be kept for long, lest it keep all of them. */
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[]
}
