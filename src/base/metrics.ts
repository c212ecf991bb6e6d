// Counters and gauges by name: cheap enough to count everything, read when somebody asks.

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
}

export class Counter {
  value = 0
  add(amount = 1): void {
    this.value += amount
  }
}

/** One registry a process or a broker. The same name and labels give the same counter. */
export class Metrics {
  readonly #counters = new Map<string, { name: string; labels: Labels; counter: Counter }>()
  readonly #gauges = new Map<string, { name: string; labels: Labels; read: () => number }>()

  counter(name: string, labels: Labels = {}): Counter {
    const key = keyOf(name, labels)
    let found = this.#counters.get(key)
    if (found === undefined) this.#counters.set(key, (found = { name, labels, counter: new Counter() }))
    return found.counter
  }
  /** A value that is computed when it is read. Registered again, the newer one is read. */
  gauge(name: string, labels: Labels, read: () => number): void {
    this.#gauges.set(keyOf(name, labels), { name, labels, read })
  }
  samples(): Sample[] {
    return [
      ...[...this.#counters.values()].map(({ name, labels, counter }) => ({ name, labels, value: counter.value })),
      ...[...this.#gauges.values()].map(({ name, labels, read }) => ({ name, labels, value: read() })),
    ]
  }
}

function keyOf(name: string, labels: Labels): string {
  return `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(',')}}`
}
