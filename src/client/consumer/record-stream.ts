// What `for await` over a consumer reads: the records of batch after batch. It behaves as an async generator does, but is
// none: what lies there is given with one promise for each record, where a generator makes three.

import type { ConsumedRecord } from '../record.ts'
import type { Span, Tracing } from '../telemetry/instrumentation.ts'
import { eachBatch, type BatchSource, type GivenBatch } from './each-batch.ts'

type Result<K, V> = IteratorResult<ConsumedRecord<K, V>, void>

export class RecordStream<K, V> implements AsyncGenerator<ConsumedRecord<K, V>, void, undefined> {
  readonly #source: BatchSource<K, V>
  readonly #batches: AsyncGenerator<GivenBatch<K, V>, void, undefined>
  readonly #tracing: Tracing | undefined
  #current: GivenBatch<K, V> | undefined
  /** How many records of the current batch were given, or left out. */
  #given = 0
  #span: Span | undefined
  #isOver = false
  /** The last of the calls that wait: those that come meanwhile wait for it. */
  #running: Promise<unknown> | undefined

  constructor(source: BatchSource<K, V>, tracing: Tracing | undefined, signal: AbortSignal | undefined) {
    this.#source = source
    this.#tracing = tracing
    this.#batches = eachBatch(source, signal)
  }
  /** A record may be committed once the next one is asked for. */
  next(): Promise<Result<K, V>> {
    if (this.#running !== undefined) return this.#inTurn(() => this.#found())
    try {
      const value = this.#take()
      if (value !== undefined) return Promise.resolve({ done: false, value })
    } catch (error) {
      this.#stop()
      return Promise.reject(error)
    }
    return this.#inTurn(() => this.#found())
  }
  return(): Promise<Result<K, V>> {
    return this.#inTurn(async () => {
      this.#stop()
      return over
    })
  }
  throw(error: unknown): Promise<Result<K, V>> {
    return this.#inTurn(async () => {
      this.#stop()
      throw error
    })
  }
  [Symbol.asyncIterator](): this {
    return this
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  #inTurn(step: () => Promise<Result<K, V>>): Promise<Result<K, V>> {
    const running = this.#running === undefined ? step() : this.#running.then(step, step)
    const ended = () => {
      if (this.#running === running) this.#running = undefined
    }
    this.#running = running
    running.then(ended, ended)
    return running
  }
  async #found(): Promise<Result<K, V>> {
    try {
      for (;;) {
        const value = this.#take()
        if (value !== undefined) return { done: false, value }
        if (this.#isOver) return over
        const next = await this.#batches.next()
        if (next.done === true) this.#isOver = true
        else {
          this.#current = next.value
          this.#given = 0
        }
      }
    } catch (error) {
      this.#stop()
      throw error
    }
  }
  /** The next record of the current batch. */
  #take(): ConsumedRecord<K, V> | undefined {
    if (this.#current === undefined) return undefined
    const { batch, state, turn } = this.#current
    this.#span?.end()
    this.#span = undefined
    // After a seek in the loop what is left of the batch is not wanted.
    while (this.#given < batch.count && state?.turn === turn) {
      const i = this.#given++
      if (state !== undefined) state.consumed = batch.offset(i)
      if (batch.isLeftOut(i)) continue
      const record = batch.record(i)
      this.#span = this.#tracing?.process(record)
      return record
    }
    if (state !== undefined && state.turn === turn) state.consumed = batch.nextOffset
    this.#current = undefined
    return undefined
  }
  /** What was not given is there for whoever reads next. */
  #stop(): void {
    this.#isOver = true
    this.#span?.end()
    this.#span = undefined
    const current = this.#current
    this.#current = undefined
    if (current === undefined) return
    const { batch, state, turn, rest } = current
    if (state?.turn === turn) this.#source.putBack([batch, ...rest()], this.#given)
    else this.#source.putBack(rest(), 0)
  }
}
const over = { done: true, value: undefined } as const
