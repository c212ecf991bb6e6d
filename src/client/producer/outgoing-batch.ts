// A batch on its way: open while records are added, sealed when it first goes out, and the same bytes at every retry.

import { BatchBuilder, RecordIndex, setProducer, type BatchOptions, type RecordDraft } from '../../protocol/index.ts'
import type { Addressee } from './delivery.ts'

/** Who sends a batch, and its place in what is sent to the partition. −1: a producer that is not idempotent. */
export interface Sequencing {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
}
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
  #sentAs: Sequencing = unsequenced
  readonly #deliveries: Addressee[] = []
  readonly #places: number[] = []
  readonly #timestamps: number[] = []
  #whenDone: PromiseWithResolvers<void> | undefined

  constructor(
    place: { readonly topic: string; readonly partition: number; readonly order: number; readonly span?: number },
    createdAt: number,
    builder: BatchBuilder,
  ) {
    this.topic = place.topic
    this.partition = place.partition
    this.order = place.order
    this.#span = place.span ?? 1
    this.createdAt = createdAt
    this.#builder = builder
  }
  get count(): number {
    return this.#deliveries.length
  }
  get sizeBytes(): number {
    return this.#builder?.sizeBytes ?? this.#bytes!.length
  }
  get isOpen(): boolean {
    return this.#builder !== undefined
  }
  /** False: it is full. `delivery` is told of the record's fate as its `place`. */
  add(record: RecordDraft, delivery: Addressee, place: number): boolean {
    if (!this.#builder!.append(record)) return false
    this.#deliveries.push(delivery)
    this.#places.push(place)
    this.#timestamps.push(record.timestamp)
    return true
  }
  /** The bytes to send, numbered as said. The builder is empty again, and given back by `release`. */
  seal(
    options: Pick<BatchOptions, 'codec' | 'level' | 'transactional'>,
    sequencing: Sequencing | undefined,
    release: (builder: BatchBuilder) => void,
  ): Buffer {
    const as = sequencing ?? unsequenced
    if (this.#builder !== undefined) {
      this.#bytes = this.#builder.finish({ ...options, ...as })
      release(this.#builder)
      this.#builder = undefined
    } else if (as.producerId !== this.#sentAs.producerId || !sameNumber(as, this.#sentAs))
      setProducer(this.#bytes!, 0, as)
    this.#sentAs = as
    return this.#bytes!
  }

  succeed(baseOffset: number, logAppendTimeMs: number): void {
    const { topic, partition } = this
    for (const [i, delivery] of this.#deliveries.entries()) {
      const offset = baseOffset < 0 ? -1 : baseOffset + i
      const timestamp = logAppendTimeMs >= 0 ? logAppendTimeMs : this.#timestamps[i]!
      delivery.succeed(this.#places[i]!, { topic, partition, offset, timestamp })
    }
    this.#whenDone?.resolve()
  }
  fail(error: unknown): void {
    for (const delivery of this.#deliveries) delivery.fail(error)
    this.#whenDone?.resolve()
  }
  /** Resolves when it was acknowledged, or has failed. */
  done(): Promise<void> {
    this.#whenDone ??= Promise.withResolvers<void>()
    return this.#whenDone.promise
  }

  /** Two batches of half the records each, for a broker that takes no larger ones. */
  split(): OutgoingBatch[] {
    const index = new RecordIndex().read(this.#bytes!, 0)
    const middle = Math.ceil(this.count / 2)
    const { topic, partition, order, createdAt } = this
    const parts = [0, middle].map((from, half) => {
      const span = this.#span / 2
      const part = new OutgoingBatch(
        { topic, partition, order: order + half * span, span },
        createdAt,
        new BatchBuilder({ sizeMax: Infinity }),
      )
      for (let i = from; i < (half === 0 ? middle : this.count); i++) {
        const record = {
          timestamp: index.timestamp[i]!,
          key: index.key(i),
          value: index.value(i),
          headers: index.headers(i),
        }
        part.add(record, this.#deliveries[i]!, this.#places[i]!)
      }
      part.attempts = this.attempts
      part.reservedBytes = half === 0 ? this.reservedBytes : 0
      return part
    })
    if (this.#whenDone !== undefined)
      void Promise.all(parts.map(part => part.done())).then(() => this.#whenDone!.resolve())
    return parts
  }
}
function sameNumber(a: Sequencing, b: Sequencing): boolean {
  return a.producerEpoch === b.producerEpoch && a.baseSequence === b.baseSequence
}
