// Has large batches compressed anew in a thread: one takes milliseconds, and leaves garbage for the collector, neither of
// which the loop has time for. The request waits. The memory of a batch goes to the thread and comes back with what was
// made of it, to be used again.

import { threadModule, type StartThread, type Thread } from '../base/index.ts'
import { batchCodec, batchIsControl, checkProducedBatch } from '../protocol/index.ts'
import type { LogConfig } from './log-config.ts'
import type { ReadBuffers } from './read-buffers.ts'
import { levelOf, targetCodec, type HeldBatch, type RecompressionTask } from './recompression.ts'

export type FromThread = ({ readonly kind: 'made' } & HeldBatch) | { readonly kind: 'failed'; readonly reason: string }

export interface RecompressedBatch {
  readonly bytes: Buffer
  /** The bytes are not looked at any more. */
  readonly release: () => void
}

/** Smaller ones are compressed on the loop, by the log itself: within half a millisecond. */
const sizeMin = 16 * 1024

export class Recompressor {
  readonly #start: StartThread | undefined
  readonly #buffers: ReadBuffers
  #thread: Thread | undefined
  /** In the order in which they were posted, which is that of the answers. */
  #waiting: PromiseWithResolvers<HeldBatch>[] = []
  #isResting = true
  /** Without threads everything is left to the log. */
  constructor({ start, buffers }: { readonly start: StartThread | undefined; readonly buffers: ReadBuffers }) {
    this.#start = start
    this.#buffers = buffers
  }
  /**
   * What a client's batch is to be appended as. Undefined: as it is, since that is its codec; or the log will refuse it, or
   * will compress it itself. Borrows `batch` until it returns.
   */
  begin(batch: Buffer, config: LogConfig): Promise<RecompressedBatch> | undefined {
    if (this.#start === undefined || batch.length < sizeMin || batch.length > config.maxMessageBytes) return undefined
    if (config.compressionType === 'producer' || config.compressionType === 'uncompressed') return undefined
    if (checkProducedBatch(batch, 0, batch.length) !== undefined || batchIsControl(batch, 0)) return undefined
    const source = batchCodec(batch, 0),
      codec = targetCodec(config.compressionType, source)
    return codec === source ? undefined : this.#recompress(batch, codec, config)
  }
  async #recompress(batch: Buffer, codec: RecompressionTask['codec'], config: LogConfig): Promise<RecompressedBatch> {
    const memory = this.#buffers.take(batch.length),
      memorySize = memory.length
    batch.copy(memory)
    const bytes = memory.buffer as ArrayBuffer
    const task: RecompressionTask = { bytes, sizeBytes: batch.length, codec, level: levelOf(codec, config) }
    const waiting = Promise.withResolvers<HeldBatch>()
    this.#waiting.push(waiting)
    this.#running().post(task, [bytes])
    const made = await waiting.promise
    return {
      bytes: Buffer.from(made.bytes, 0, made.sizeBytes),
      release: () => {
        if (made.bytes.byteLength === memorySize) this.#buffers.give(Buffer.from(made.bytes))
      },
    }
  }
  #running(): Thread {
    this.#isResting = false
    this.#thread ??= this.#start!(threadModule('./recompression-thread', import.meta.url), {
      message: message => this.#take(message as FromThread),
      ended: error => this.#ended(error),
    })
    return this.#thread
  }
  #take(message: FromThread): void {
    const waiting = this.#waiting.shift()!
    if (message.kind === 'made') waiting.resolve(message)
    else waiting.reject(new Error(message.reason))
  }
  #ended(error: Error | undefined): void {
    this.#thread = undefined
    for (const { reject } of this.#waiting.splice(0))
      reject(error ?? new Error('the thread that compresses batches anew has ended'))
  }
  /** Ends the thread that was not used since the last call. */
  rest(): void {
    if (this.#isResting && this.#waiting.length === 0) void this.#thread?.end()
    this.#isResting = true
  }
  async close(): Promise<void> {
    await this.#thread?.end()
  }
}
