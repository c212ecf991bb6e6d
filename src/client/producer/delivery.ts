// What a send waits for: the fate of one record, or of several that were given together.
//
// A record's fate is its batch's, so nothing is done for each record when a batch is answered: whoever is awaited asks the
// batch. Half of what a send cost was its promise, so one is made only when somebody awaits it. Who awaits it is told of a
// failure; that nobody does is no reason to end the process.

import type { RecordMetadata } from '../record.ts'
import type { OutgoingBatch } from './outgoing-batch.ts'

/** Where the fate of a record is told, as its `place` among those given together. */
export interface Addressee {
  /** The record is in a batch, as its `index`: its fate is the batch's. */
  joined(batch: OutgoingBatch, place: number, index: number): void
  /** It is in no batch, and will be in none. */
  fail(error: unknown): void
  /** Of a batch that was told to tell it: the fate of its records is known. */
  settled(batch: OutgoingBatch): void
}
const ignored = () => {}

/** One for each send. A promise to all who use it as one. */
export class Delivery implements Addressee, Promise<RecordMetadata> {
  #batch: OutgoingBatch | undefined = undefined
  #index = 0
  #failure: { readonly error: unknown } | undefined = undefined
  #promise: Promise<RecordMetadata> | undefined = undefined
  #resolve: ((result: RecordMetadata) => void) | undefined = undefined
  #reject: ((error: unknown) => void) | undefined = undefined

  joined(batch: OutgoingBatch, _place: number, index: number): void {
    this.#batch = batch
    this.#index = index
    if (this.#promise !== undefined) batch.tell(this)
  }
  fail(error: unknown): void {
    this.#failure = { error }
    this.#reject?.(error)
  }
  settled(batch: OutgoingBatch): void {
    const failure = batch.failureOf(this.#index)
    if (failure === undefined) this.#resolve!(batch.metadataOf(this.#index))
    else this.#reject!(failure.error)
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise
  then<T = RecordMetadata, F = never>(
    fulfilled?: ((result: RecordMetadata) => T | PromiseLike<T>) | null,
    rejected?: ((reason: unknown) => F | PromiseLike<F>) | null,
  ): Promise<T | F> {
    return this.#awaited().then(fulfilled, rejected)
  }
  catch<F = never>(rejected?: ((reason: unknown) => F | PromiseLike<F>) | null): Promise<RecordMetadata | F> {
    return this.#awaited().catch(rejected)
  }
  finally(settled?: (() => void) | null): Promise<RecordMetadata> {
    return this.#awaited().finally(settled)
  }
  get [Symbol.toStringTag](): string {
    return 'Promise'
  }
  #awaited(): Promise<RecordMetadata> {
    if (this.#promise !== undefined) return this.#promise
    this.#promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    if (this.#failure !== undefined) this.#reject!(this.#failure.error)
    else this.#batch?.tell(this)
    return this.#promise
  }
}

/** Settled when all of them are: with the first failure, if there is one. */
export class Deliveries implements Addressee {
  readonly promise: Promise<RecordMetadata[]>
  readonly #resolve: (results: RecordMetadata[]) => void
  readonly #reject: (error: unknown) => void
  readonly #batches: OutgoingBatch[] = []
  readonly #indexes: Int32Array
  /** Records without a batch, and batches without a fate. */
  #left: number
  #lastBatch: OutgoingBatch | undefined
  readonly #told = new Set<OutgoingBatch>()
  #failure: { readonly error: unknown } | undefined

  constructor(count: number) {
    const { promise, resolve, reject } = Promise.withResolvers<RecordMetadata[]>()
    this.promise = promise
    this.#resolve = resolve
    this.#reject = reject
    this.#indexes = new Int32Array(count)
    this.#left = count
    if (count === 0) resolve([])
  }
  joined(batch: OutgoingBatch, place: number, index: number): void {
    this.#batches[place] = batch
    this.#indexes[place] = index
    if (batch !== this.#lastBatch) {
      this.#lastBatch = batch
      if (!this.#told.has(batch)) {
        this.#told.add(batch)
        this.#left++
        batch.tell(this)
      }
    }
    this.#left--
  }
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#oneLess()
  }
  settled(batch: OutgoingBatch): void {
    this.#failure ??= batch.failure
    this.#oneLess()
  }
  #oneLess(): void {
    if (--this.#left > 0) return
    if (this.#failure === undefined) return this.#resolve(this.#results())
    this.promise.catch(ignored)
    this.#reject(this.#failure.error)
  }
  #results(): RecordMetadata[] {
    const results: RecordMetadata[] = []
    for (let place = 0; place < this.#indexes.length; place++)
      results.push(this.#batches[place]!.metadataOf(this.#indexes[place]!))
    return results
  }
}
