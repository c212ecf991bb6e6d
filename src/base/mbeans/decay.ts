// How much the present counts against the past: what was seen five minutes ago weighs little beside what is seen now, as in
// the exponentially decaying reservoirs of Kafka's metrics library. New values get a weight that grows with time, so that old
// ones need not be touched.

/** Of that library: the last five minutes make up most of what is told. */
const alphaPerSecond = 0.015
/** Far below where a double loses precision beside what it is added to. */
const weightMax = 1e30

export interface Decaying {
  /** All that was seen weighs so much of what it weighed. */
  scale(factor: number): void
}

export class Decay {
  /** Of a value that is seen now. */
  weight = 1
  #sinceMs: number
  readonly #decaying = new Set<Decaying>()
  constructor(nowMs: number) {
    this.#sinceMs = nowMs
  }
  add(decaying: Decaying): void {
    this.#decaying.add(decaying)
  }
  remove(decaying: Decaying): void {
    this.#decaying.delete(decaying)
  }
  tick(nowMs: number): void {
    this.weight = Math.exp((alphaPerSecond * (nowMs - this.#sinceMs)) / 1000)
    if (this.weight < weightMax) return
    for (const decaying of this.#decaying) decaying.scale(1 / this.weight)
    this.#sinceMs = nowMs
    this.weight = 1
  }
}
