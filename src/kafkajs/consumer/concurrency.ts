// Lets so many pieces of work go on at once, in the order in which they were given; those of one partition never together.

export class Concurrency {
  readonly #max: number
  readonly #waiting: (() => Promise<void>)[] = []
  #running = 0
  #idle: PromiseWithResolvers<void> | undefined

  constructor(max: number) {
    this.#max = Math.max(1, max)
  }
  /** `work` must not throw. */
  add(work: () => Promise<void>): void {
    this.#waiting.push(work)
    this.#next()
  }
  /** Resolves when nothing runs, and nothing waits. */
  idle(): Promise<void> {
    if (this.#running === 0 && this.#waiting.length === 0) return Promise.resolve()
    this.#idle ??= Promise.withResolvers()
    return this.#idle.promise
  }
  #next(): void {
    while (this.#running < this.#max) {
      const work = this.#waiting.shift()
      if (work === undefined) break
      this.#running++
      void work().finally(() => {
        this.#running--
        this.#next()
      })
    }
    if (this.#running > 0) return
    this.#idle?.resolve()
    this.#idle = undefined
  }
}
