import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, type StartThread, type ThreadListener } from '../base/index.ts'
import { batchCodec, buildBatch, RecordIndex, type CompressionCodec } from '../protocol/index.ts'
import { defaultLogConfig, type LogConfig } from './log-config.ts'
import { ReadBuffers } from './read-buffers.ts'
import { recompressed, type RecompressionTask } from './recompression.ts'
import { Recompressor } from './recompressor.ts'

/** Threads that do nothing until `work` is called, and then all that they were given. */
class FakeThreads {
  started = 0
  #posted: { task: RecompressionTask; listener: ThreadListener }[] = []
  readonly #listeners = new Set<ThreadListener>()
  readonly start: StartThread = (_, listener) => {
    this.started++
    this.#listeners.add(listener)
    return {
      post: (message, handedOver = []) => {
        const task = structuredClone(message, { transfer: [...handedOver] }) as RecompressionTask
        this.#posted.push({ task, listener })
      },
      end: async () => this.end(listener),
    }
  }
  get running(): number {
    return this.#listeners.size
  }
  work(): void {
    for (const { task, listener } of this.#posted.splice(0)) listener.message({ kind: 'made', ...recompressed(task) })
  }
  end(listener = [...this.#listeners].at(-1)!, error?: Error): void {
    this.#listeners.delete(listener)
    this.#posted = this.#posted.filter(posted => posted.listener !== listener)
    listener.ended(error)
  }
}
const setUp = () => {
  const threads = new FakeThreads(),
    buffers = new ReadBuffers()
  return { threads, buffers, recompressor: new Recompressor({ start: threads.start, buffers }) }
}
const to = (compressionType: LogConfig['compressionType'], more: Partial<LogConfig> = {}): LogConfig => ({
  ...defaultLogConfig,
  compressionType,
  ...more,
})
const batchOf = (value: string, codec: CompressionCodec = 'none'): Buffer =>
  buildBatch([{ timestamp: 1, key: null, value }], { codec })
const large = 'some text that comes again and again. '.repeat(1000)
const valueOf = (batch: Buffer): string => `${new RecordIndex().read(batch, 0).value(0)}`

test('large batches are compressed anew in one thread, and answered in their order', async () => {
  const { threads, recompressor } = setUp()
  const texts = [`${large}a`, `${large}b`, `${large}c`]
  const making = texts.map(text => recompressor.begin(batchOf(text), to('zstd'))!)
  threads.work()
  const made = await Promise.all(making)
  assert.deepEqual(
    made.map(({ bytes }) => batchCodec(bytes, 0)),
    ['zstd', 'zstd', 'zstd'],
  )
  assert.deepEqual(
    made.map(({ bytes }) => valueOf(bytes)),
    texts,
  )
  assert.equal(threads.started, 1)
})

test('the memory of a batch comes back with what was made of it, and is used again', async () => {
  const { threads, buffers, recompressor } = setUp()
  const before = buffers.take(large.length)
  buffers.give(before)
  const making = recompressor.begin(batchOf(large), to('gzip'))!
  assert.equal(before.buffer.byteLength, 0, 'handed over')
  threads.work()
  const { bytes, release } = await making
  release()
  assert.equal(buffers.take(large.length).buffer, bytes.buffer)
})

test('a batch that grows comes back in memory of its own', async () => {
  const { threads, buffers, recompressor } = setUp()
  const value = new SeededRandom(1).bytes(65_464),
    dense = buildBatch([{ timestamp: 1, key: null, value }], { codec: 'none' })
  assert.equal(buffers.take(dense.length).length, dense.length)
  const making = recompressor.begin(dense, to('lz4'))!
  threads.work()
  const { bytes, release } = await making
  assert(bytes.length > dense.length)
  assert.deepEqual(new RecordIndex().read(bytes, 0).value(0), value)
  release()
  assert.notEqual(buffers.take(bytes.length).buffer, bytes.buffer)
})

// oxfmt-ignore
const left: [what: string, batch: Buffer, config: LogConfig][] = [
  ['small',                         batchOf('a'),            to('zstd')],
  ['of the codec already',          batchOf(large, 'zstd'),  to('zstd')],
  ['for a topic that takes any',    batchOf(large),          to('producer')],
  ['for a topic without',           batchOf(large, 'lz4'),   to('uncompressed')],
  ['larger than the topic allows',  batchOf(large),          to('zstd', { maxMessageBytes: 1000 })],
  ['damaged',                       batchOf(large).fill(1, 100, 101), to('zstd')],
]
for (const [what, batch, config] of left)
  test(`what is ${what} is left to the log`, () => {
    const { threads, recompressor } = setUp()
    assert.equal(recompressor.begin(batch, config), undefined)
    assert.equal(threads.started, 0)
  })
test('without threads everything is left to the log', () => {
  const recompressor = new Recompressor({ start: undefined, buffers: new ReadBuffers() })
  assert.equal(recompressor.begin(batchOf(large), to('zstd')), undefined)
})

test('a thread that was not used for long is ended, and another started when there is work again', async () => {
  const { threads, recompressor } = setUp()
  const one = recompressor.begin(batchOf(large), to('zstd'))!
  recompressor.rest()
  recompressor.rest()
  assert.equal(threads.running, 1, 'somebody waits')
  threads.work()
  await one
  recompressor.rest()
  assert.equal(threads.running, 0)
  const two = recompressor.begin(batchOf(large), to('zstd'))!
  threads.work()
  assert.equal(valueOf((await two).bytes), large)
  assert.equal(threads.started, 2)
  await recompressor.close()
  assert.equal(threads.running, 0)
})

test('whoever waits is told when the thread has failed, and the next batch has another one', async () => {
  const { threads, recompressor } = setUp()
  const lost = recompressor.begin(batchOf(large), to('zstd'))!
  threads.end(undefined, new Error('out of memory'))
  await assert.rejects(lost, /out of memory/)
  const next = recompressor.begin(batchOf(large), to('zstd'))!
  threads.work()
  assert.equal(valueOf((await next).bytes), large)
})
