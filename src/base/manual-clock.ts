// Time for tests and simulations: it stands still until it is advanced. What is to run `soon` runs in the next turn of
// the real loop, so that bytes and promises go their way while time stands.

import { systemClock, type Clock, type Timer } from './clock.ts'

interface Alarm {
  readonly at: number
  readonly run: () => void
}

export class ManualClock implements Clock {
  /** 2023-11-14, so that times of day are told from durations. */
  static readonly startTime = 1_700_000_000_000
  readonly #startTime: number
  #now = 0
  #soonCount = 0
  /** In order of time, and of coming where times are the same. */
  readonly #alarms: Alarm[] = []

  /** `startTime` is what time of day it is at first, in ms since 1970. */
  constructor({ startTime = ManualClock.startTime }: { readonly startTime?: number } = {}) {
    this.#startTime = startTime
  }
  now(): number {
    return this.#startTime + Math.floor(this.#now)
  }
  monotonic(): number {
    return this.#now
  }
  after(ms: number, run: () => void): Timer {
    const alarm = { at: this.#now + Math.max(0, ms), run }
    const last = this.#alarms.findLastIndex(other => other.at <= alarm.at)
    this.#alarms.splice(last + 1, 0, alarm)
    return { cancel: () => void this.#remove(alarm) }
  }
  soon(run: () => void): void {
    this.#soonCount++
    systemClock.soon(() => {
      this.#soonCount--
      run()
    })
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.after(ms, resolve)
      signal?.addEventListener('abort', () => {
        timer.cancel()
        reject(signal.reason as Error)
      })
    })
  }

  /** Lets time pass. What is due at a moment rings first, as in a turn of the loop; what comes of it settles before the next. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    this.#ring()
    await this.settled()
    for (let next = this.#alarms[0]; next !== undefined && next.at <= until; next = this.#alarms[0]) {
      this.#now = Math.max(this.#now, next.at)
      this.#ring()
      await this.settled()
    }
    this.#now = Math.max(this.#now, until)
  }
  /** Time passes, and nothing is done in it: what has become due rings late, when time is advanced. */
  stall(ms: number): void {
    this.#now += ms
  }
  /** All that is to run soon has run, and what came of it. */
  async settled(): Promise<void> {
    let turns = 0
    do {
      if (turns++ === turnsMax) throw new Error(`something is to run soon in each of ${turnsMax} turns of the loop`)
      await new Promise<void>(resolve => systemClock.soon(resolve))
    } while (this.#soonCount > 0)
  }
  #ring(): void {
    for (const alarm of this.#alarms.filter(({ at }) => at <= this.#now)) if (this.#remove(alarm)) alarm.run()
  }
  /** False: it has rung, or was cancelled by another of this moment. */
  #remove(alarm: Alarm): boolean {
    const place = this.#alarms.indexOf(alarm)
    if (place >= 0) this.#alarms.splice(place, 1)
    return place >= 0
  }
}
/** The longest chains that tests set off, of pipelined requests over sockets in memory, take some hundred turns. */
const turnsMax = 100_000
