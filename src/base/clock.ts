// Time as an argument: what waits or asks the hour is given a Clock, so that tests and simulations advance it.

import { setTimeout as sleepFor } from 'node:timers/promises'

export interface Timer {
  cancel(): void
}

export interface Clock {
  /** Milliseconds since 1970, as records and logs carry them. May jump when the machine's clock is set. */
  now(): number
  /** Milliseconds from an arbitrary start, never backwards: for deadlines and durations. */
  monotonic(): number
  /** Runs once after `ms`. A pending timer does not keep the process alive. */
  after(ms: number, run: () => void): Timer
  /** Runs once everything that has already arrived in this turn of the event loop has been handled (setImmediate). */
  soon(run: () => void): void
  /** Resolves after `ms`; rejects with the signal's reason when it aborts. Keeps the process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms).unref()
    return { cancel: () => clearTimeout(timer) }
  },
  soon: run => void setImmediate(run),
  sleep: (ms, signal) => sleepFor(ms, undefined, signal ? { signal } : {}),
}
