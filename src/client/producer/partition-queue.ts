// The batches of one partition, in order: those that wait, of which the last may still be open, and those under way.
//
// An idempotent producer numbers its records in each partition (KIP-98). A broker takes a batch only after the one before
// it, and knows those it has written already, so up to five may be under way and each is tried again under its number.
// Where numbers can no longer follow (one in the middle has failed for good, or the broker has forgotten the producer), the
// partition begins again at 0 in the next epoch (KIP-360), once nothing is under way. Brokers keep the epoch of an
// idempotent producer by partition, so that the others go on as they are.

import type { OutgoingBatch, Sequencing } from './outgoing-batch.ts'

export interface ProducerId {
  readonly producerId: number
  readonly producerEpoch: number
}
const epochMax = 2 ** 15 - 1

export class PartitionQueue {
  readonly topic: string
  readonly partition: number
  readonly waiting: OutgoingBatch[] = []
  readonly #underWay = new Set<OutgoingBatch>()
  #order = 0
  #id: ProducerId | undefined
  #nextSequence = 0
  /** Numbers were given out that will not be used. */
  #hasGap = false
  /** The broker refused the number of the first in line. */
  #refused = false
  /** The broker has written something under our producer id, and will take nothing that does not follow on it. */
  #isKnown = false

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }
  get isIdle(): boolean {
    return this.waiting.length === 0 && this.#underWay.size === 0
  }
  get underWay(): ReadonlySet<OutgoingBatch> {
    return this.#underWay
  }
  nextOrder(): number {
    return this.#order++
  }
  get open(): OutgoingBatch | undefined {
    const last = this.waiting.at(-1)
    return last?.isOpen === true ? last : undefined
  }

  /** When the first that waits may go: a time that is past, or to come; never (Infinity) while others must be answered first. */
  readyAt(lingerMs: number): number {
    const first = this.waiting[0]
    if (first === undefined) return Infinity
    // What is tried again goes alone, so that its order is kept.
    if (first.attempts > 0) return this.#underWay.size > 0 ? Infinity : first.retryAt
    if ((this.#mustBeginAnew || this.#isUnknown) && this.#underWay.size > 0) return Infinity
    return this.waiting.length > 1 || !first.isOpen ? -Infinity : first.createdAt + lingerMs
  }
  /** Takes the first that waits, under way from now on. */
  take(): OutgoingBatch {
    const batch = this.waiting.shift()!
    this.#underWay.add(batch)
    return batch
  }
  /** Written, and answered. */
  acknowledged(batch: OutgoingBatch): void {
    this.landed(batch)
    this.#isKnown = true
  }
  /** Answered, or given up. */
  landed(batch: OutgoingBatch): void {
    this.#underWay.delete(batch)
  }
  /** Waits again, in its place. */
  putBack(...batches: readonly OutgoingBatch[]): void {
    for (const batch of batches) {
      this.#underWay.delete(batch)
      const at = this.waiting.findIndex(({ order }) => order > batch.order)
      this.waiting.splice(at < 0 ? this.waiting.length : at, 0, batch)
    }
  }
  isFirstInLine(batch: OutgoingBatch): boolean {
    for (const other of this.#underWay) if (other.order < batch.order) return false
    return (this.waiting[0]?.order ?? Infinity) >= batch.order
  }

  /** Its records will never be written under their numbers. */
  leftGap(batch: OutgoingBatch): void {
    if (batch.sequence >= 0) this.#hasGap = true
  }
  refusedNumber(): void {
    this.#refused = true
  }
  /** A broker takes any number as the first of a producer that it does not know: the one that is to be first goes alone. */
  get #isUnknown(): boolean {
    return this.#id !== undefined && !this.#isKnown
  }
  get #mustBeginAnew(): boolean {
    return this.#refused || (this.#hasGap && !this.waiting.some(({ maybeWritten }) => maybeWritten))
  }
  /** The same of a transactional producer, whose epochs are the coordinator's to give. Undefined: it needs another one. */
  numberInTransaction(given: ProducerId): Sequencing | undefined {
    const isSame = this.#id?.producerId === given.producerId && this.#id.producerEpoch === given.producerEpoch
    if (!isSame) this.#begin(given)
    return this.#mustBeginAnew ? undefined : this.#number()
  }
  /** The number that the first in line goes out under. Undefined: the epochs are used up, and a new id is needed. */
  number(given: ProducerId): Sequencing | undefined {
    if (this.#id === undefined) this.#begin(given)
    else if (this.#mustBeginAnew) {
      if (this.#id.producerEpoch < epochMax) this.#begin({ ...this.#id, producerEpoch: this.#id.producerEpoch + 1 })
      else if (given.producerId !== this.#id.producerId) this.#begin(given)
      else return undefined
    }
    return this.#number()
  }
  #number(): Sequencing {
    const batch = this.waiting[0]!
    if (batch.sequence < 0) {
      batch.sequence = this.#nextSequence
      this.#nextSequence = (this.#nextSequence + batch.count) % 2 ** 31
    }
    return { ...this.#id!, baseSequence: batch.sequence }
  }
  #begin(id: ProducerId): void {
    if (this.#refused || this.#id?.producerId !== id.producerId) this.#isKnown = false
    this.#id = id
    this.#nextSequence = 0
    this.#hasGap = this.#refused = false
    for (const batch of this.waiting) batch.sequence = -1
  }
}
