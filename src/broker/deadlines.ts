// Deadlines of delayed answers. Clients ask for the same few durations again and again, so those of one duration stand
// in a queue, in the order of their deadlines, with one timer for its head: adding and removing touch no timer.

import type { Clock, Timer } from '../base/index.ts'

export interface Expiring {
  expire(): void
}
interface Queue {
  /** By deadline, as a Set keeps the order of insertion. */
  readonly waiting: Map<Expiring, number>
  timer: Timer | undefined
}

export class Deadlines {
  readonly #clock: Clock
  readonly #queues = new Map<number, Queue>()
  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls `expire` in `ms`, unless it is removed before. */
  add(expiring: Expiring, ms: number): void {
    let queue = this.#queues.get(ms)
    if (queue === undefined) this.#queues.set(ms, (queue = { waiting: new Map(), timer: undefined }))
    queue.waiting.set(expiring, this.#clock.monotonic() + ms)
    queue.timer ??= this.#clock.after(ms, () => this.#run(ms, queue))
  }
  /** `ms` as it was added with. */
  remove(expiring: Expiring, ms: number): void {
    this.#queues.get(ms)?.waiting.delete(expiring)
  }
  /** All that wait. */
  waiting(): Expiring[] {
    return [...this.#queues.values()].flatMap(({ waiting }) => [...waiting.keys()])
  }
  close(): void {
    for (const { timer } of this.#queues.values()) timer?.cancel()
    this.#queues.clear()
  }

  #run(ms: number, queue: Queue): void {
    const now = this.#clock.monotonic()
    queue.timer = undefined
    for (const [expiring, deadline] of queue.waiting) {
      // A timer may fire a fraction of a millisecond early.
      if (deadline > now + 0.5) {
        queue.timer ??= this.#clock.after(deadline - now, () => this.#run(ms, queue))
        return
      }
      queue.waiting.delete(expiring)
      expiring.expire()
    }
    if (queue.waiting.size === 0 && queue.timer === undefined) this.#queues.delete(ms)
  }
}
