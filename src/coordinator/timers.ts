// Deadlines by key and name: the session of a member, the end of a rebalance. Starting one again, which every heartbeat
// does, costs one write in a map; all are looked through only when the earliest may have passed, and that is a session
// timeout away for most.

interface Deadline<Event> {
  readonly at: number
  readonly event: Event
}

export class Timers<Event> {
  readonly #byKey = new Map<string, Map<string, Deadline<Event>>>()
  /** No timer is due before this. */
  #earliest = Infinity
  /** By how much all deadlines have moved: kept once, and subtracted from each that starts later. */
  #postponed = 0

  /** No timer is due before this; one that was cancelled may still be counted in. Infinity: none is running. */
  get earliest(): number {
    return this.#byKey.size === 0 ? Infinity : this.#earliest + this.#postponed
  }
  start(key: string, name: string, at: number, event: Event): void {
    let named = this.#byKey.get(key)
    if (named === undefined) {
      if (this.#byKey.size === 0) this.#earliest = Infinity
      this.#byKey.set(key, (named = new Map()))
    }
    named.set(name, { at: at - this.#postponed, event })
    this.#earliest = Math.min(this.#earliest, at - this.#postponed)
  }
  isRunning(key: string, name: string): boolean {
    return this.#byKey.get(key)?.has(name) ?? false
  }
  cancel(key: string, name: string): void {
    const named = this.#byKey.get(key)
    if (named?.delete(name) && named.size === 0) this.#byKey.delete(key)
  }
  cancelAll(key: string): void {
    this.#byKey.delete(key)
  }
  clear(): void {
    this.#byKey.clear()
  }
  postpone(ms: number): void {
    this.#postponed += ms
  }

  /** Removes those that are due, and gives their events in the order of their deadlines. */
  expired(now: number): Event[] {
    const limit = now - this.#postponed
    if (limit < this.#earliest) return []
    const due: Deadline<Event>[] = []
    this.#earliest = Infinity
    for (const [key, named] of this.#byKey) {
      for (const [name, deadline] of named)
        if (deadline.at > limit) this.#earliest = Math.min(this.#earliest, deadline.at)
        else {
          due.push(deadline)
          named.delete(name)
        }
      if (named.size === 0) this.#byKey.delete(key)
    }
    return due.sort((one, other) => one.at - other.at).map(({ event }) => event)
  }
}
