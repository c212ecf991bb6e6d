// A partition of an internal topic as the coordinator sees it that keeps its state there.

import type { Clock } from '../base/index.ts'
import type { Appended, CoordinatorLog } from '../coordinator/index.ts'
import type { Partition } from './partition.ts'

/** What is read at once when state is loaded: as much as Kafka's offsets.load.buffer.size. */
const loadBytesMax = 5 * 2 ** 20

export class StateLog implements CoordinatorLog {
  readonly #partition: Partition
  readonly #clock: Clock
  #release: (() => void) | undefined
  constructor(partition: Partition, clock: Clock) {
    this.#partition = partition
    this.#clock = clock
  }
  get startOffset(): number {
    return this.#partition.log.logStartOffset
  }
  get endOffset(): number {
    return this.#partition.log.endOffset
  }
  get highWatermark(): number {
    return this.#partition.highWatermark
  }
  append(batch: Buffer): Appended {
    const outcome = this.#partition.append(batch, { origin: 'coordinator', acks: -1, now: this.#clock.now() })
    return outcome.error === 'NONE' ? { error: 'NONE', endOffset: outcome.lastOffset + 1 } : { error: outcome.error }
  }
  read(offset: number): Buffer {
    this.release()
    const outcome = this.#partition.log.read(offset, { maxBytes: loadBytesMax, minOneBatch: true })
    if (outcome.error !== 'NONE')
      throw new Error(`${this.#partition.topic}-${this.#partition.index}: ${outcome.message}`)
    this.#release = outcome.release
    const { buffer, byteOffset, byteLength } = outcome.records
    return Buffer.from(buffer, byteOffset, byteLength)
  }
  release(): void {
    this.#release?.()
    this.#release = undefined
  }
}
