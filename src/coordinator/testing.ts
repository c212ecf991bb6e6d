// What the tests of this module share: time that is simulated, and a partition of the log in memory that refuses, commits
// late or loses its tail as it is told to.

import { systemClock, type Clock, type Timer } from '../base/index.ts'
import { batchBaseOffset, batchLastOffset, setBaseOffset } from '../protocol/index.ts'
import type { Appended } from './machine.ts'
import type { CoordinatorLog } from './shard.ts'

interface Event {
  readonly at: number
  readonly order: number
  readonly run: () => void
  isCancelled: boolean
}
/** 2023-11-14, so that times of day are told from durations. */
const timeOfDayAtStart = 1_700_000_000_000

export class SimulatedClock implements Clock {
  #now = 0
  #order = 0
  /** In order of time. */
  readonly #events: Event[] = []

  now(): number {
    return timeOfDayAtStart + Math.floor(this.#now)
  }
  monotonic(): number {
    return this.#now
  }
  after(ms: number, run: () => void): Timer {
    const event = { at: this.#now + Math.max(0, ms), order: this.#order++, run, isCancelled: false }
    const later = this.#events.findLastIndex(other => other.at <= event.at)
    this.#events.splice(later + 1, 0, event)
    return { cancel: () => void (event.isCancelled = true) }
  }
  soon(run: () => void): void {
    this.after(0, run)
  }
  sleep(ms: number): Promise<void> {
    return new Promise(resolve => this.after(ms, resolve))
  }
  /** Time passes, and nothing is done in it: a stall. What has become due is done late. */
  stall(ms: number): void {
    this.#now += ms
  }
  /** Lets time pass. What was promised comes to rest before it goes on. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    await settled()
    for (let event = this.#events[0]; event !== undefined && event.at <= until; event = this.#events[0]) {
      this.#events.shift()
      this.#now = Math.max(this.#now, event.at)
      if (event.isCancelled) continue
      event.run()
      await settled()
    }
    this.#now = Math.max(this.#now, until)
  }
}
/** One turn of the real loop runs all that was promised. */
function settled(): Promise<void> {
  return new Promise(resolve => systemClock.soon(resolve))
}

export class MemoryLog implements CoordinatorLog {
  batches: Buffer[] = []
  startOffset = 0
  highWatermark = 0
  /** What the next appends are refused with. */
  refuses: Exclude<Appended['error'], 'NONE'> | undefined
  /** Told of every append; commits at once if it is not given. */
  onAppend: (endOffset: number) => void = endOffset => void (this.highWatermark = endOffset)

  get endOffset(): number {
    const last = this.batches.at(-1)
    return last === undefined ? this.startOffset : batchLastOffset(last, 0) + 1
  }
  append(batch: Buffer): Appended {
    if (this.refuses !== undefined) return { error: this.refuses }
    setBaseOffset(batch, 0, this.endOffset)
    this.batches.push(batch)
    this.onAppend(this.endOffset)
    return { error: 'NONE', endOffset: this.endOffset }
  }
  read(offset: number): Buffer {
    return Buffer.concat(this.batches.filter(batch => batchLastOffset(batch, 0) >= offset).slice(0, 100))
  }
  truncateTo(offset: number): void {
    this.batches = this.batches.filter(batch => batchBaseOffset(batch, 0) < offset)
  }
}
