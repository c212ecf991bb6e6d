// So many operations at a time; the others wait in the order in which they came.

export class Turns {
  readonly #max: number
  readonly #waiting: (() => void)[] = []
  #running = 0
  constructor(max: number) {
    this.#max = max
  }
  async run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#max) await new Promise<void>(resolve => this.#waiting.push(resolve))
    else this.#running++
    try {
      return await operation()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}
