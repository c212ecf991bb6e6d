// What a send waits for: the fate of one record, or of several that were given together.
//
// Who awaits the promise is told of a failure. That nobody does is no reason to end the process.

import type { RecordMetadata } from '../record.ts'

/** Where the fate of a record is told, as its `place` among those given together. */
export interface Addressee {
  succeed(place: number, result: RecordMetadata): void
  fail(error: unknown): void
}
const ignored = () => {}

/** One for each send, so it is kept small: half of what a send costs is its promise. */
export class Delivery implements Addressee {
  readonly promise: Promise<RecordMetadata>
  #resolve!: (result: RecordMetadata) => void
  #reject!: (error: unknown) => void

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }
  succeed(_place: number, result: RecordMetadata): void {
    this.#resolve(result)
  }
  fail(error: unknown): void {
    this.promise.catch(ignored)
    this.#reject(error)
  }
}

/** Settled when all of them are: with the first failure, if there is one. */
export class Deliveries implements Addressee {
  readonly promise: Promise<RecordMetadata[]>
  readonly #resolve: (results: RecordMetadata[]) => void
  readonly #reject: (error: unknown) => void
  readonly #results: RecordMetadata[]
  #left: number
  #failure: { readonly error: unknown } | undefined

  constructor(count: number) {
    const { promise, resolve, reject } = Promise.withResolvers<RecordMetadata[]>()
    this.promise = promise
    this.#resolve = resolve
    this.#reject = reject
    this.#results = Array.from({ length: count })
    this.#left = count
    if (count === 0) resolve([])
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
    if (this.#failure === undefined) return this.#resolve(this.#results)
    this.promise.catch(ignored)
    this.#reject(this.#failure.error)
  }
}
