// What a send waits for: the fate of one record, or of several that were given together.

import type { RecordMetadata } from '../record.ts'

/** Where the fate of a record is told, as its `place` among those given together. */
export type Addressee = Pick<Delivery, 'succeed' | 'fail'>

export class Delivery<T = unknown> {
  readonly promise: Promise<T>
  readonly #resolve: (result: T) => void
  readonly #give: (results: RecordMetadata[]) => T
  readonly #reject: (error: unknown) => void
  readonly #results: RecordMetadata[]
  #left: number
  #failure: { readonly error: unknown } | undefined

  constructor(count: number, give: (results: RecordMetadata[]) => T) {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.promise = promise
    this.#resolve = resolve
    this.#reject = reject
    this.#left = count
    this.#give = give
    this.#results = Array.from({ length: count })
    if (count === 0) resolve(give([]))
  }
  succeed(place: number, result: RecordMetadata): void {
    this.#results[place] = result
    this.#settled()
  }
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#settled()
  }
  #settled(): void {
    if (--this.#left > 0) return
    if (this.#failure === undefined) return this.#resolve(this.#give(this.#results))
    // Who awaits the promise is told. That nobody does is no reason to end the process.
    this.promise.catch(() => {})
    this.#reject(this.#failure.error)
  }
}
