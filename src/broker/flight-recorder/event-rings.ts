// The last events of many subjects, in bounded memory: a ring for each, the subject that was silent longest given up first.

export interface FlightEvent {
  /** Ms since 1970, of the first and the last of `count` that say the same. */
  readonly at: number
  readonly until: number
  readonly count: number
  readonly text: string
}
interface Noted {
  readonly at: number
  until: number
  count: number
  readonly text: string
}

export class EventRings {
  readonly #eventsMax: number
  readonly #subjectsMax: number
  /** In the order in which they were last heard of. */
  readonly #rings = new Map<string, Noted[]>()
  constructor({ eventsMax, subjectsMax }: { readonly eventsMax: number; readonly subjectsMax: number }) {
    this.#eventsMax = eventsMax
    this.#subjectsMax = subjectsMax
  }

  /** What says the same as one of the last two events is counted there: heartbeats and polls take turns. */
  note(subject: string, text: string, now: number): void {
    const ring = this.#ringOf(subject)
    for (let i = ring.length - 1; i >= 0 && i >= ring.length - 2; i--) {
      const event = ring[i]!
      if (event.text !== text) continue
      event.count++
      event.until = now
      return
    }
    if (ring.length === this.#eventsMax) ring.shift()
    ring.push({ at: now, until: now, count: 1, text })
  }
  eventsOf(subject: string): readonly FlightEvent[] | undefined {
    return this.#rings.get(subject)
  }
  /** The one heard of last comes first. */
  subjects(): { readonly name: string; readonly lastAt: number }[] {
    return [...this.#rings].map(([name, ring]) => ({ name, lastAt: ring.at(-1)?.until ?? 0 })).toReversed()
  }

  #ringOf(subject: string): Noted[] {
    const found = this.#rings.get(subject)
    if (found !== undefined && this.#newest === subject) return found
    const ring = found ?? []
    this.#rings.delete(subject)
    this.#rings.set(subject, ring)
    this.#newest = subject
    if (this.#rings.size > this.#subjectsMax) this.#rings.delete(this.#rings.keys().next().value!)
    return ring
  }
  #newest: string | undefined
}
