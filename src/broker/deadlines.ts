// Deadlines of delayed answers. Clients ask for the same few durations again and again, so those of one duration stand
// in a queue, in the order of their deadlines, with one timer for its head: adding and removing touch no timer.

import { Chain, type Clock, Link, type Timer } from '../base/index.ts'

/** What is answered at a deadline, unless it is removed before. */
export abstract class Expiring extends Link {
  /** Set while it waits. */
  deadlineMs = 0
  abstract expire(): void
}
interface Queue {
  /** By deadline. */
  readonly waiting: Chain<Expiring>
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
    if (queue === undefined) this.#queues.set(ms, (queue = { waiting: new Chain(), timer: undefined }))
    expiring.deadlineMs = this.#clock.monotonic() + ms
    queue.waiting.add(expiring)
    queue.timer ??= this.#clock.after(ms, () => this.#run(ms, queue))
  }
  /** `ms` as it was added with. */
  remove(expiring: Expiring, ms: number): void {
    this.#queues.get(ms)?.waiting.remove(expiring)
  }
  /** All that wait. */
  waiting(): Expiring[] {
    return [...this.#queues.values()].flatMap(({ waiting }) => waiting.all())
  }
  close(): void {
    for (const { timer } of this.#queues.values()) timer?.cancel()
    this.#queues.clear()
  }

  #run(ms: number, queue: Queue): void {
    const now = this.#clock.monotonic(),
      { waiting } = queue
    queue.timer = undefined
    for (let next = waiting.first; next !== undefined; next = waiting.first) {
      // A timer may fire a fraction of a millisecond early.
      if (next.deadlineMs > now + 0.5) {
        queue.timer ??= this.#clock.after(next.deadlineMs - now, () => this.#run(ms, queue))
        return
      }
      waiting.remove(next)
      next.expire()
    }
    if (queue.timer === undefined) this.#queues.delete(ms)
  }
}
