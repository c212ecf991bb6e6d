// What a log knows of one producer: its epoch, its last batches, and its open transaction.

/** Java producers keep at most five requests in flight; of so many batches a duplicate is known (KIP-98). */
const batchesMax = 5
const sequenceMax = 2 ** 31 - 1
export const noEpoch = -1
export const noSequence = -1

export interface ProducerBatch {
  readonly lastSequence: number
  readonly lastOffset: number
  readonly offsetDelta: number
  readonly timestamp: number
}

/** Sequence numbers go from 2^31 - 1 on to 0. */
export function sequencePlus(sequence: number, more: number): number {
  return sequence > sequenceMax - more ? more - (sequenceMax - sequence) - 1 : sequence + more
}
export function sequenceMinus(sequence: number, less: number): number {
  return sequence < less ? sequenceMax - (less - sequence) + 1 : sequence - less
}
export const follows = (last: number, next: number): boolean => next === (last === sequenceMax ? 0 : last + 1)

export class ProducerEntry {
  readonly producerId: number
  epoch = noEpoch
  coordinatorEpoch = -1
  lastTimestamp = -1
  /** Of the open transaction; -1: none. */
  transactionFirstOffset = -1
  batches: ProducerBatch[] = []
  constructor(producerId: number) {
    this.producerId = producerId
  }
  get lastSequence(): number {
    return this.batches.at(-1)?.lastSequence ?? noSequence
  }
  get lastOffset(): number {
    return this.batches.at(-1)?.lastOffset ?? -1
  }
  add(epoch: number, batch: ProducerBatch): void {
    this.takeEpoch(epoch)
    if (this.batches.length === batchesMax) this.batches.shift()
    this.batches.push(batch)
    this.lastTimestamp = batch.timestamp
  }
  takeEpoch(epoch: number): void {
    if (epoch !== this.epoch) this.batches = []
    this.epoch = epoch
  }
  duplicateOf(epoch: number, firstSequence: number, lastSequence: number): ProducerBatch | undefined {
    if (epoch !== this.epoch) return undefined
    return this.batches.find(
      batch =>
        batch.lastSequence === lastSequence && sequenceMinus(batch.lastSequence, batch.offsetDelta) === firstSequence,
    )
  }
}
