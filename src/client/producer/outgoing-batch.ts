// A batch on its way: open while records are added, sealed when it first goes out, and the same bytes at every retry.

import assert from 'node:assert/strict'

import {
  batchBaseTimestamp,
  BatchBuilder,
  batchRecordCount,
  RecordIndex,
  setProducer,
  type BatchOptions,
  type RecordBytes,
  type RecordDraft,
} from '../../protocol/index.ts'
import type { RecordMetadata } from '../record.ts'
import type { Addressee } from './delivery.ts'

/** Who sends a batch, and its place in what is sent to the partition. −1: a producer that is not idempotent. */
export interface Sequencing {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
}
/** Where a batch was written: the offset of its first record, the broker's time where that counts, the start of the log. */
export interface WrittenAt {
  readonly baseOffset: number
  readonly logAppendTimeMs: number
  readonly logStartOffset: number
}
/** Nobody has said. */
export const unknownPlace: WrittenAt = { baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 }
/** What became of a batch; one that was cut in two has the fates of its parts. */
type Fate =
  | ({ readonly is: 'written' } & WrittenAt)
  | { readonly is: 'failed'; readonly error: unknown }
  | { readonly is: 'split'; readonly parts: readonly [OutgoingBatch, OutgoingBatch] }
const unsequenced: Sequencing = { producerId: -1, producerEpoch: -1, baseSequence: -1 }

export class OutgoingBatch {
  readonly topic: string
  readonly partition: number
  readonly createdAt: number
  /** Its place among the batches of its partition. Halves of one that was split lie within `span` of it. */
  readonly order: number
  readonly #span: number
  /** What it takes of the producer's buffer. */
  reservedBytes = 0
  attempts = 0
  retryAt = 0
  /** Sent, and not answered: it may have been written. */
  maybeWritten = false
  /** −1 until it has one. */
  sequence = -1
  #builder: BatchBuilder | undefined
  #bytes: Buffer | undefined
  /** The bytes lie in a builder's buffer, which another batch may have from now on. */
  #letGo: (() => void) | undefined
  #sentAs: Sequencing = unsequenced
  #count = 0
  readonly #timestamps: number[] = []
  #fate: Fate | undefined
  /** Those who are told when the fate is known. */
  readonly #told: Addressee[] = []
  #whenDone: PromiseWithResolvers<void> | undefined

  /** `content` is what collects its records, or a batch that was built already. */
  constructor(
    place: { readonly topic: string; readonly partition: number; readonly order: number; readonly span?: number },
    createdAt: number,
    content: BatchBuilder | Buffer,
  ) {
    this.topic = place.topic
    this.partition = place.partition
    this.order = place.order
    this.#span = place.span ?? 1
    this.createdAt = createdAt
    if (content instanceof BatchBuilder) this.#builder = content
    else {
      this.#bytes = content
      this.#count = batchRecordCount(content, 0)
      this.#timestamps.push(batchBaseTimestamp(content, 0))
    }
  }
  get count(): number {
    return this.#count
  }
  get sizeBytes(): number {
    return this.#builder?.sizeBytes ?? this.#bytes!.length
  }
  get isOpen(): boolean {
    return this.#builder !== undefined
  }
  /** False: it is full. The record's fate is its addressee's to know, as of its `place`. */
  add(
    timestamp: number,
    key: RecordBytes | null,
    value: RecordBytes | null,
    headers: RecordDraft['headers'],
    addressee: Addressee,
    place: number,
  ): boolean {
    if (!this.#builder!.appendRecord(timestamp, key, value, headers)) return false
    this.#timestamps.push(timestamp)
    addressee.joined(this, place, this.#count++)
    return true
  }
  /** The bytes to send, numbered as said. `release` is given the builder when nobody looks at its buffer any more. */
  seal(
    options: Pick<BatchOptions, 'codec' | 'level' | 'transactional'>,
    sequencing: Sequencing | undefined,
    release: (builder: BatchBuilder) => void,
  ): Buffer {
    const as = sequencing ?? unsequenced
    if (this.#builder !== undefined) this.#build(this.#builder, { ...options, ...as }, release)
    else if (as.producerId !== this.#sentAs.producerId || !sameNumber(as, this.#sentAs))
      setProducer(this.#bytes!, 0, as)
    this.#sentAs = as
    return this.#bytes!
  }
  #build(builder: BatchBuilder, options: BatchOptions, release: (builder: BatchBuilder) => void): void {
    this.#builder = undefined
    this.#bytes = builder.seal(options)
    if (builder.lies(this.#bytes)) this.#letGo = () => release(builder)
    else release(builder)
  }

  succeed({ baseOffset, logAppendTimeMs, logStartOffset }: WrittenAt): void {
    this.#settle({ is: 'written', baseOffset, logAppendTimeMs, logStartOffset })
  }
  fail(error: unknown): void {
    this.#settle({ is: 'failed', error })
  }
  #settle(fate: Fate): void {
    this.#fate = fate
    // Whoever keeps what a send gave does not keep the records.
    this.#bytes = this.#builder = undefined
    this.#letGo?.()
    for (const addressee of this.#told.splice(0)) addressee.settled(this)
    this.#whenDone?.resolve()
  }
  /** At once, where the fate is known. */
  tell(addressee: Addressee): void {
    if (this.#isSettled) addressee.settled(this)
    else this.#told.push(addressee)
  }
  get #isSettled(): boolean {
    const fate = this.#fate
    return fate?.is === 'split' ? fate.parts.every(part => part.#isSettled) : fate !== undefined
  }
  /** Of one of its records: the first of the parts, where it was split. */
  get failure(): { readonly error: unknown } | undefined {
    const fate = this.#fate
    if (fate?.is === 'split') return fate.parts[0].failure ?? fate.parts[1].failure
    return fate?.is === 'failed' ? fate : undefined
  }
  failureOf(index: number): { readonly error: unknown } | undefined {
    const fate = this.#fate
    if (fate?.is !== 'split') return this.failure
    const [first, second] = fate.parts
    return index < first.count ? first.failureOf(index) : second.failureOf(index - first.count)
  }
  /** Where the record went, of a batch that was written. */
  metadataOf(index: number): RecordMetadata {
    const fate = this.#fate!
    if (fate.is === 'split') {
      const [first, second] = fate.parts
      return index < first.count ? first.metadataOf(index) : second.metadataOf(index - first.count)
    }
    assert(fate.is === 'written')
    const { topic, partition } = this
    const offset = fate.baseOffset < 0 ? -1 : fate.baseOffset + index
    const timestamp = fate.logAppendTimeMs >= 0 ? fate.logAppendTimeMs : this.#timestamps[index]!
    return { topic, partition, offset, timestamp, logStartOffset: fate.logStartOffset }
  }
  /** Resolves when it was acknowledged, or has failed. */
  done(): Promise<void> {
    if (this.#isSettled) return Promise.resolve()
    this.#whenDone ??= Promise.withResolvers<void>()
    return this.#whenDone.promise
  }

  /** Two batches of half the records each, for a broker that takes no larger ones. */
  split(): readonly OutgoingBatch[] {
    const index = new RecordIndex().read(this.#bytes!, 0)
    const middle = Math.ceil(this.count / 2)
    const { topic, partition, order, createdAt } = this
    const part = (from: number, to: number, half: 0 | 1): OutgoingBatch => {
      const span = this.#span / 2
      const batch = new OutgoingBatch(
        { topic, partition, order: order + half * span, span },
        createdAt,
        new BatchBuilder({ sizeMax: Infinity }),
      )
      for (let i = from; i < to; i++)
        batch.add(index.timestamp[i]!, index.key(i), index.value(i), index.headers(i), nobody, i)
      batch.attempts = this.attempts
      batch.reservedBytes = half === 0 ? this.reservedBytes : 0
      return batch
    }
    const parts = [part(0, middle, 0), part(middle, this.count, 1)] as const
    this.#fate = { is: 'split', parts }
    this.#bytes = undefined
    this.#letGo?.()
    void Promise.all(parts.map(one => one.done())).then(() => {
      for (const addressee of this.#told.splice(0)) addressee.settled(this)
      this.#whenDone?.resolve()
    })
    return parts
  }
}
/** The records of a part are asked after by way of the whole. */
const nobody: Addressee = { joined() {}, fail() {}, settled() {} }
function sameNumber(a: Sequencing, b: Sequencing): boolean {
  return a.producerEpoch === b.producerEpoch && a.baseSequence === b.baseSequence
}
