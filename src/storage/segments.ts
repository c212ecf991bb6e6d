// The segments of a log, in the order of their offsets. There is always one: the last, active one.

import type { Segment } from './segment.ts'

export class Segments {
  readonly #list: Segment[]
  constructor(list: readonly Segment[]) {
    this.#list = [...list]
  }
  get all(): readonly Segment[] {
    return this.#list
  }
  get first(): Segment {
    return this.#list[0]!
  }
  get active(): Segment {
    return this.#list.at(-1)!
  }
  get sizeBytes(): number {
    return this.#list.reduce((sum, segment) => sum + segment.sizeBytes, 0)
  }
  /** Of the segment in which the offset lies, or would lie. */
  indexOf(offset: number): number {
    let low = 0,
      high = this.#list.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#list[middle]!.baseOffset <= offset) low = middle + 1
      else high = middle
    }
    return Math.max(low - 1, 0)
  }
  /** The one in which the offset lies, or would lie. */
  holding(offset: number): Segment {
    return this.#list[this.indexOf(offset)]!
  }
  from(offset: number): readonly Segment[] {
    return this.#list.slice(this.indexOf(offset))
  }
  push(segment: Segment): void {
    this.#list.push(segment)
  }
  /** Whether these stand side by side, and the active one is not among them. */
  holdsFinished(some: readonly Segment[]): boolean {
    const first = this.#list.indexOf(some[0]!)
    return first !== -1 && some.every((segment, i) => segment === this.#list[first + i] && segment !== this.active)
  }
  replace(neighbours: readonly Segment[], by: Segment): void {
    this.#list.splice(this.#list.indexOf(neighbours[0]!), neighbours.length, by)
  }
  removeFirst(count: number): Segment[] {
    return this.#list.splice(0, count)
  }
  /** Those that begin at the offset or beyond. */
  removeFrom(offset: number): Segment[] {
    const kept = this.#list.findIndex(({ baseOffset }) => baseOffset >= offset)
    return kept === -1 ? [] : this.#list.splice(kept)
  }
}
