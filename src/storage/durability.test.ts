import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import type { FileOperation, MemoryFiles } from '../base/index.ts'
import { controlBatch } from '../protocol/index.ts'
import { directWriteSizeMin } from './log-writer.ts'
import {
  allOf,
  append,
  appended,
  batchOf,
  openDirectory,
  openLog,
  reopen,
  settled,
  topicId,
  whileTurning,
} from './testing.ts'

const failure = (code: string): Error => Object.assign(new Error(code), { code })
function failing(files: MemoryFiles, operation: FileOperation, code: string, suffix = '.log'): void {
  files.fail = (what, path) => {
    if (what === operation && path.endsWith(suffix)) throw failure(code)
  }
}
const large = 'x'.repeat(directWriteSizeMin)

describe('an append', () => {
  it('is written with all others of its loop turn, and told once', async () => {
    const { log, directory, clock, files } = await openLog()
    const told: [written: number, durable: number][] = []
    directory.onProgress = each => told.push([each.writtenOffset, each.durableOffset])
    let writes = 0
    files.fail = operation => void (operation === 'write' && writes++)
    for (let i = 0; i < 5; i++) appended(log, batchOf(['v']))
    assert.deepEqual([log.endOffset, log.writtenOffset, log.durableOffset, writes], [5, 0, 0, 0])
    clock.turn()
    assert.deepEqual(told, [[5, 5]])
    assert.equal(writes, 1)
    clock.turn()
    assert.equal(told.length, 1)
  })
  it('that is large is written at once, behind what waited', async () => {
    const { log, clock } = await openLog()
    appended(log, batchOf(['small']))
    appended(log, batchOf([large]))
    assert.deepEqual([log.writtenOffset, log.durableOffset], [2, 0])
    clock.turn()
    assert.equal(log.durableOffset, 2)
    assert.deepEqual(allOf(log), [
      [0, 'small'],
      [1, large],
    ])
  })
  it('is durable when it is synced, where that is asked for; what comes meanwhile joins the next sync', async () => {
    const { log, directory, clock, files } = await openLog({}, { durability: 'fsync' })
    await log.flush()
    const told: number[] = []
    directory.onProgress = each => told.push(each.durableOffset)
    let syncs = 0
    files.fail = operation => void (operation === 'sync' && syncs++)
    appended(log, batchOf(['a']))
    clock.turn()
    assert.deepEqual([log.writtenOffset, log.durableOffset, syncs], [1, 0, 1])
    for (const value of ['b', 'c']) {
      appended(log, batchOf([value]))
      clock.turn()
    }
    assert.equal(syncs, 1)
    await settled()
    assert.equal(syncs, 2)
    assert.deepEqual(told, [0, 0, 0, 1, 3])
  })
  it('waits for a sync when flush.messages are not synced', async () => {
    const { log, clock } = await openLog({ flushMessages: 3 })
    await log.flush()
    appended(log, batchOf(['a', 'b']))
    clock.turn()
    assert.deepEqual([log.durableOffset, log.recoveryPoint], [2, 0])
    appended(log, batchOf(['c']))
    clock.turn()
    assert.equal(log.durableOffset, 2)
    await settled()
    assert.deepEqual([log.durableOffset, log.recoveryPoint], [3, 3])
  })
  it('is synced after flush.ms', async () => {
    const { log, clock } = await openLog({ flushMs: 5000 })
    await log.flush()
    clock.advance(1000)
    appended(log, batchOf(['a']))
    clock.advance(4999)
    await settled()
    assert.equal(log.recoveryPoint, 0)
    clock.advance(1)
    await settled()
    assert.equal(log.recoveryPoint, 1)
  })
  it('to many logs is written to each, from a cache that holds them mixed', async () => {
    const { directory, clock } = await openDirectory({ tailCache: { chunkSize: 4000, sizeMax: 8000 } })
    const { defaultLogConfig: config } = await import('./log-config.ts')
    const logs = [0, 1, 2].map(partition => directory.createLog({ topic: 't', partition, topicId, config }))
    const values = (partition: number) => Array.from({ length: 100 }, (_, i) => `${partition}: ${i}`)
    for (let i = 0; i < 100; i++) {
      for (const log of logs) appended(log, batchOf([`${log.partition}: ${i}`]))
      if (i % 30 === 29) clock.turn()
    }
    clock.turn()
    for (const log of logs)
      assert.deepEqual(
        allOf(log).map(([, value]) => value),
        values(log.partition),
      )
  })
})

describe('a full disk', () => {
  for (const [what, value] of [
    ['small', 'v'],
    ['large', large],
  ] as const)
    it(`costs a ${what} append, and the log goes on when there is room`, async () => {
      const opened = await openLog()
      const { log, directory, clock, files } = opened
      const faults: string[] = []
      directory.onFault = (_, error) => faults.push(error.message)
      appended(log, batchOf(['kept'], { producerId: 1, producerEpoch: 0, baseSequence: 0 }))
      clock.turn()
      failing(files, 'write', 'ENOSPC')
      const lost = append(log, batchOf([value], { producerId: 1, producerEpoch: 0, baseSequence: 1 }))
      clock.turn()
      assert.equal(lost.error, value === large ? 'KAFKA_STORAGE_ERROR' : 'NONE')
      assert.deepEqual(faults, ['ENOSPC'])
      assert.deepEqual([log.endOffset, log.durableOffset, log.fault], [1, 1, undefined])
      files.fail = undefined
      const again = batchOf(['again'], { producerId: 1, producerEpoch: 0, baseSequence: 1 })
      assert.equal(appended(log, again).baseOffset, 1)
      clock.turn()
      assert.deepEqual(allOf(log), [
        [0, 'kept'],
        [1, 'again'],
      ])
      assert.deepEqual(allOf((await reopen(opened)).log), [
        [0, 'kept'],
        [1, 'again'],
      ])
    })
  it('that keeps a new segment from being made costs the append', async () => {
    const { log, clock, files } = await openLog({ segmentBytes: 100 })
    appended(log, batchOf(['kept']))
    clock.turn()
    failing(files, 'open', 'ENOSPC')
    assert.equal(append(log, batchOf(['lost'])).error, 'KAFKA_STORAGE_ERROR')
    files.fail = undefined
    assert.equal(appended(log, batchOf(['again'])).baseOffset, 1)
    clock.turn()
    assert.deepEqual(allOf(log), [
      [0, 'kept'],
      [1, 'again'],
    ])
  })
  it('that is found while another log makes room in the cache costs only what waited', async () => {
    const { log, clock, files } = await openLog({}, { tailCache: { chunkSize: 1000, sizeMax: 2000 } })
    appended(log, batchOf(['kept']))
    clock.turn()
    failing(files, 'write', 'ENOSPC')
    let refused = 0
    for (let i = 0; i < 60; i++) if (append(log, batchOf([`value ${i}`])).error !== 'NONE') refused++
    assert.ok(refused >= 1)
    clock.turn()
    assert.equal(log.endOffset, 1)
    files.fail = undefined
    appended(log, batchOf(['again']))
    clock.turn()
    assert.deepEqual(allOf(log), [
      [0, 'kept'],
      [1, 'again'],
    ])
  })
})

describe('a broken disk', () => {
  it('takes the log offline when a write fails', async () => {
    const { log, clock, files } = await openLog()
    failing(files, 'write', 'EIO')
    appended(log, batchOf(['a']))
    clock.turn()
    files.fail = undefined
    assert.equal(log.fault?.message, 'EIO')
    assert.equal(append(log, batchOf(['b'])).error, 'KAFKA_STORAGE_ERROR')
    assert.equal(log.read(0, { maxBytes: 100 }).error, 'KAFKA_STORAGE_ERROR')
  })
  it('takes the log offline when a sync fails, and nothing of it is told as durable', async () => {
    const { log, directory, clock, files } = await openLog({}, { durability: 'fsync' })
    await log.flush()
    const faults: string[] = []
    directory.onFault = (_, error) => faults.push(error.message)
    failing(files, 'sync', 'EIO')
    appended(log, batchOf(['a']))
    clock.turn()
    await settled()
    assert.deepEqual([log.durableOffset, faults], [0, ['EIO']])
    assert.equal(append(log, batchOf(['b'])).error, 'KAFKA_STORAGE_ERROR')
  })
  it('lets no clean shutdown be claimed', async () => {
    const { log, directory, clock, files } = await openLog()
    failing(files, 'write', 'EIO')
    appended(log, batchOf(['a']))
    clock.turn()
    files.fail = undefined
    await whileTurning(directory.close(), clock)
    assert.ok(!files.exists('/data/.kafka_cleanshutdown'))
  })
  it('answers a read that fails with an error, and the next one as ever', async () => {
    const { log, clock, files } = await openLog({}, { tailCache: { chunkSize: 100, sizeMax: 200 } })
    for (let i = 0; i < 9; i++) appended(log, batchOf(['v']))
    clock.turn()
    failing(files, 'read', 'EIO')
    assert.equal(log.read(0, { maxBytes: 100 }).error, 'KAFKA_STORAGE_ERROR')
    files.fail = undefined
    assert.equal(log.read(0, { maxBytes: 100 }).error, 'NONE')
  })
})

describe('the transaction index of a segment', () => {
  it('is there when power is lost after a clean shutdown', async () => {
    const test = await openLog()
    const producer = { producerId: 7, producerEpoch: 0, transactional: true }
    appended(test.log, batchOf(['v'], { ...producer, baseSequence: 0 }))
    await test.log.flush()
    const marker = { ...producer, type: 'abort', coordinatorEpoch: 0, timestamp: 1 } as const
    appended(test.log, controlBatch(marker), { origin: 'coordinator' })
    await whileTurning(test.directory.close(), test.clock)
    test.files.crash()
    const { log } = await openLog({}, { files: test.files })
    assert.deepEqual(log.abortedTransactions(0, 10), [{ producerId: 7, firstOffset: 0 }])
  })
})

describe('a log that was cut', () => {
  it('stays so when the machine crashes after a clean end', async () => {
    const test = await openLog()
    for (const value of ['a', 'b', 'c']) appended(test.log, batchOf([value]))
    await whileTurning(test.log.flush(), test.clock)
    test.log.truncateTo(1)
    await whileTurning(test.directory.close(), test.clock)
    test.files.crash()
    const { log } = await openLog({}, { files: test.files, clock: test.clock })
    assert.deepEqual(allOf(log), [[0, 'a']])
    assert.equal(log.endOffset, 1)
  })
})
