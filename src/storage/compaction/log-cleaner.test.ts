// Compaction of whole logs, on a clock that stands.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { batchCodec, buildBatch, controlBatch, type BatchOptions } from '../../protocol/index.ts'
import type { LogConfig } from '../log-config.ts'
import { allOf, append, appended, openLog, read, reopen, settled, whileTurning, type TestLog } from '../testing.ts'
import { batchesOf, compact, contentOf, horizonsOf, keyed, roll } from './testing.ts'

const hourMs = 3_600_000
const config: Partial<LogConfig> = {
  cleanupPolicy: ['compact'],
  minCleanableDirtyRatio: 0,
  deleteRetentionMs: hourMs,
  segmentBytes: 2000,
}
type OpenOptions = Parameters<typeof openLog>[1]
const open = (more: Partial<LogConfig> = {}, options: OpenOptions = {}): Promise<TestLog> =>
  openLog({ ...config, ...more }, options)

describe('compaction', () => {
  it('keeps the last record of each key, at its offset, and over a restart', async () => {
    const test = await open()
    for (const pairs of [['a=1', 'b=1'], ['a=2'], ['c=1', 'b=2'], ['a=3']]) append(test.log, keyed(pairs))
    roll(test)
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['3 c=1', '4 b=2', '5 a=3'])
    assert.equal(test.log.logStartOffset, 0)
    assert.equal(test.log.cleanedOffset, 6)
    const reopened = await reopen(test)
    assert.deepEqual(contentOf(reopened.log), ['3 c=1', '4 b=2', '5 a=3'])
    assert.equal(reopened.log.cleanedOffset, 6)
    assert.equal(appended(reopened.log, keyed(['d=1'])).baseOffset, 7)
  })
  it('leaves alone what is active, and what is not on all replicas', async () => {
    const test = await open()
    append(test.log, keyed(['a=1', 'a=2']))
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['0 a=1', '1 a=2'])
    roll(test)
    const atLast = await open()
    append(atLast.log, keyed(['a=1', 'a=2']))
    roll(atLast)
    atLast.log.truncateTo(2)
    append(atLast.log, keyed(['a=3']))
    await compact(atLast)
    assert.deepEqual(contentOf(atLast.log), ['0 a=1', '1 a=2', '2 a=3'])
  })
  it('goes on where it ended, against what is new', async () => {
    const test = await open()
    append(test.log, keyed(['a=1', 'b=1']))
    roll(test)
    await compact(test)
    append(test.log, keyed(['a=2']))
    roll(test)
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['1 b=1', '3 a=2'])
  })
  it('makes one segment of neighbours that fit', async () => {
    const test = await open()
    for (let i = 0; i < 10; i++) {
      append(test.log, keyed([`a=${'x'.repeat(500)}`, `key ${i}=${i}`]))
      roll(test)
    }
    const before = test.log.segmentCount
    await compact(test)
    assert.ok(test.log.segmentCount < before / 2, `${test.log.segmentCount} of ${before} segments`)
    assert.deepEqual(contentOf(test.log).slice(0, 2), ['1 key 0=0', '4 key 1=1'])
    assert.equal(test.files.list('/data/t-0').filter(name => name.endsWith('.log')).length, test.log.segmentCount)
  })
  it('takes several rounds where the keys do not fit into its memory', async () => {
    const test = await open({}, { cleaner: { dedupeBufferBytes: 24 * 8, loadFactor: 1 } })
    for (let round = 0; round < 2; round++) for (let i = 0; i < 20; i++) append(test.log, keyed([`key ${i}=${round}`]))
    roll(test)
    await compact(test)
    assert.deepEqual(
      contentOf(test.log),
      Array.from({ length: 20 }, (_, i) => `${20 + i} key ${i}=1`),
    )
  })
  it('drops records without a key, of the time when the topic was not compacted', async () => {
    const test = await open({ cleanupPolicy: ['delete'] })
    append(test.log, buildBatch([{ timestamp: 1, value: 'keyless' }]))
    append(test.log, keyed(['a=1']))
    test.log.setConfig({ ...test.log.config, cleanupPolicy: ['compact'] })
    roll(test)
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['1 a=1'])
  })
  it('keeps the last batch of what it cleans, if only as an empty one, so that readers come to its end', async () => {
    const test = await open({ cleanupPolicy: ['delete'] })
    append(test.log, keyed(['a=1']))
    append(test.log, buildBatch([{ timestamp: 1, value: 'keyless' }]))
    test.log.setConfig({ ...test.log.config, cleanupPolicy: ['compact'] })
    roll(test)
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['0 a=1', '[1]'])
  })
  for (const codec of ['gzip', 'snappy', 'lz4', 'zstd'] as const)
    it(`keeps ${codec}`, async () => {
      const test = await open()
      append(test.log, keyed(['a=1', 'b=1', 'c=1'], { codec }))
      append(test.log, keyed(['b=2'], { codec }))
      roll(test)
      await compact(test)
      assert.deepEqual(contentOf(test.log), ['0 a=1', '2 c=1', '3 b=2'])
      assert.equal(batchCodec([...batchesOf(test.log)][0]!, 0), codec)
    })
  it('works on from time to time by itself', async () => {
    const test = await open({}, { intervals: { compactionCheckMs: 15_000 } })
    append(test.log, keyed(['a=1', 'a=2']))
    roll(test)
    test.clock.advance(14_999)
    await settled()
    assert.equal(test.log.cleanedOffset, 0)
    test.clock.advance(1)
    for (let i = 0; i < 20; i++) {
      await settled()
      test.clock.turn()
    }
    assert.deepEqual(contentOf(test.log), ['1 a=2'])
  })
  it('is off where the cleaner is', async () => {
    const test = await open({}, { cleaner: { enabled: false } })
    append(test.log, keyed(['a=1', 'a=2']))
    roll(test)
    await compact(test)
    assert.equal(test.log.cleanedOffset, 0)
    test.directory.setCleaner({ enabled: true })
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['1 a=2'])
  })
})

describe('tombstones', () => {
  it('stay for delete.retention.ms from the cleaning that removed what they delete, then go', async () => {
    const test = await open()
    append(test.log, keyed(['a=1', 'b=1']))
    append(test.log, keyed(['a', 'c=1']))
    roll(test)
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['1 b=1', '2 a', '3 c=1'])
    const horizon = test.clock.now() + hourMs
    assert.deepEqual(horizonsOf(test.log), [[3, horizon]])
    test.clock.time = horizon - 1
    append(test.log, keyed(['d=1']))
    roll(test)
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['1 b=1', '2 a', '3 c=1', '5 d=1'])
    assert.deepEqual(horizonsOf(test.log), [[3, horizon]])
    test.clock.time = horizon
    append(test.log, keyed(['e=1']))
    roll(test)
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['1 b=1', '3 c=1', '5 d=1', '7 e=1'])
  })
  it('go at once where a later record has the key', async () => {
    const test = await open()
    append(test.log, keyed(['a=1', 'a', 'a=2']))
    roll(test)
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['2 a=2'])
  })
  it('let readers find the times of the records beside them', async () => {
    const test = await open()
    append(test.log, keyed(['a', 'b=1'], { timestamp: 1_600_000_000_000 }))
    roll(test)
    await compact(test)
    assert.equal(horizonsOf(test.log).length, 1)
    assert.deepEqual(test.log.offsetForTimestamp(1_600_000_000_000), {
      offset: 0,
      timestamp: 1_600_000_000_000,
      leaderEpoch: 0,
    })
  })
})

describe('what makes a log worth cleaning', () => {
  const dirty = async (more: Partial<LogConfig>): Promise<TestLog> => {
    const test = await open({ segmentBytes: 10_000, ...more })
    append(test.log, keyed(['a=1', `big=${'x'.repeat(5000)}`], { timestamp: test.clock.now() }))
    roll(test)
    return test
  }
  it('is the share of what is dirty', async () => {
    const test = await dirty({ minCleanableDirtyRatio: 0.5 })
    await compact(test)
    assert.equal(test.log.cleanedOffset, 2)
    append(test.log, keyed(['a=2']))
    roll(test)
    await compact(test)
    assert.equal(test.log.cleanedOffset, 2)
    append(test.log, keyed([`big=${'y'.repeat(6000)}`]))
    roll(test)
    await compact(test)
    assert.deepEqual(
      contentOf(test.log).map(text => text.slice(0, 7)),
      ['3 a=2', '5 big=y'],
    )
  })
  it('is not what is younger than min.compaction.lag.ms', async () => {
    const test = await dirty({ minCompactionLagMs: 1000 })
    await compact(test)
    assert.equal(test.log.cleanedOffset, 0)
    test.clock.time += 1000
    await compact(test)
    assert.equal(test.log.cleanedOffset, 2)
  })
  it('is what is older than max.compaction.lag.ms, be it little', async () => {
    const test = await dirty({ minCleanableDirtyRatio: 1, maxCompactionLagMs: 60_000 })
    await compact(test)
    assert.equal(test.log.cleanedOffset, 0)
    test.clock.time += 60_001
    await compact(test)
    assert.equal(test.log.cleanedOffset, 2)
  })
  it('max.compaction.lag.ms ends segments, too (KIP-354)', async () => {
    const test = await open({ maxCompactionLagMs: 1000 })
    append(test.log, keyed(['a=1'], { timestamp: 5000 }))
    append(test.log, keyed(['a=2'], { timestamp: 6000 }))
    assert.equal(test.log.segmentCount, 1)
    append(test.log, keyed(['a=3'], { timestamp: 6001 }))
    assert.equal(test.log.segmentCount, 2)
  })
})

describe('producers and transactions', () => {
  const producer = (producerId: number, baseSequence: number, more: BatchOptions = {}): BatchOptions => ({
    producerId,
    producerEpoch: 0,
    baseSequence,
    ...more,
  })
  const marker = (test: TestLog, type: 'commit' | 'abort', producerId: number): void =>
    void appended(
      test.log,
      controlBatch({ type, producerId, producerEpoch: 0, coordinatorEpoch: 0, timestamp: test.clock.now() }),
      { origin: 'coordinator' },
    )
  it('keep the last batch of an active producer, if only as an empty one, so that its duplicates are known', async () => {
    const test = await open()
    append(test.log, keyed(['a=1', 'b=1'], producer(7, 0)))
    append(test.log, keyed(['a=2', 'b=2'], producer(7, 2)))
    append(test.log, keyed(['a=3', 'b=3', 'c=3']))
    roll(test)
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['[3]', '4 a=3', '5 b=3', '6 c=3'])
    const { log } = await reopen(test)
    assert.deepEqual(append(log, keyed(['a=2', 'b=2'], producer(7, 2))), {
      error: 'NONE',
      baseOffset: 2,
      lastOffset: 3,
      logAppendTimeMs: -1,
      logStartOffset: 0,
      duplicate: true,
    })
  })
  it('lose aborted records at once, and their marker when its time has come', async () => {
    const test = await open()
    append(test.log, keyed(['a=1']))
    append(test.log, keyed(['a=aborted', 'x=aborted'], producer(7, 0, { transactional: true })))
    marker(test, 'abort', 7)
    append(test.log, keyed(['b=1'], producer(7, 2, { transactional: true })))
    marker(test, 'commit', 7)
    roll(test)
    await compact(test)
    const committed = ['4 b=1', '5 commit']
    assert.deepEqual(contentOf(test.log), ['0 a=1', '3 abort', ...committed])
    append(test.log, keyed(['c=1']))
    roll(test)
    await compact(test)
    assert.deepEqual(horizonsOf(test.log), [[3, test.clock.now() + hourMs]])
    assert.deepEqual(test.log.abortedTransactions(0, 100), [])
    test.clock.time += hourMs
    append(test.log, keyed(['d=1']))
    roll(test)
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['0 a=1', ...committed, '7 c=1', '9 d=1'])
  })
  it('keep the marker of a commit as long as there are records of it', async () => {
    const test = await open({ deleteRetentionMs: 0 })
    append(test.log, keyed(['a=1'], producer(7, 0, { transactional: true })))
    marker(test, 'commit', 7)
    append(test.log, keyed(['b=1'], producer(7, 1, { transactional: true })))
    marker(test, 'commit', 7)
    roll(test)
    for (let i = 0; i < 3; i++) {
      append(test.log, keyed([`z=${i}`]))
      roll(test)
      await compact(test)
    }
    assert.deepEqual(contentOf(test.log).slice(0, 4), ['0 a=1', '1 commit', '2 b=1', '3 commit'])
    append(test.log, keyed(['a=2']))
    for (let i = 0; i < 3; i++) {
      append(test.log, keyed([`z=${i}`]))
      roll(test)
      await compact(test)
    }
    assert.deepEqual(contentOf(test.log).slice(0, 2), ['2 b=1', '3 commit'])
  })
  it('that were aborted before the dirty part do not hide later ones of their producer', async () => {
    const test = await open()
    append(test.log, keyed(['x=1'], producer(7, 0, { transactional: true })))
    marker(test, 'abort', 7)
    append(test.log, keyed(['a=1'], producer(7, 1, { transactional: true })))
    marker(test, 'commit', 7)
    roll(test)
    await compact(test)
    assert.deepEqual(test.log.abortedTransactions(0, 100), [{ producerId: 7, firstOffset: 0 }])
    append(test.log, keyed(['a=2'], producer(7, 2, { transactional: true })))
    marker(test, 'commit', 7)
    roll(test)
    await compact(test)
    assert.ok(!contentOf(test.log).includes('2 a=1'))
  })
  it('are not open after a crash, for their markers are compacted away', async () => {
    const test = await open({ deleteRetentionMs: 0, segmentBytes: 1100 })
    // So large that segments stay by themselves.
    let count = 0
    const fill = (): void => void append(test.log, keyed([`fill ${count++}=${'x'.repeat(700)}`]))
    append(test.log, keyed(['x=1'], producer(7, 0, { transactional: true })))
    fill()
    // A snapshot says that the transaction is open.
    roll(test)
    await whileTurning(test.directory.checkpoint(), test.clock)
    marker(test, 'abort', 7)
    append(test.log, keyed(['y=1'], producer(7, 1)))
    for (let i = 0; i < 4; i++) {
      fill()
      roll(test)
      await compact(test)
    }
    assert.ok(!contentOf(test.log).some(text => text.includes('abort')))
    test.files.crash()
    const { log } = await openLog(test.log.config, { files: test.files })
    log.setHighWatermark(log.endOffset)
    assert.equal(log.lastStableOffset, log.endOffset)
  })
  it('wait for the end of a transaction that is open', async () => {
    const test = await open()
    append(test.log, keyed(['a=1', 'a=2']))
    roll(test)
    append(test.log, keyed(['a=3'], producer(7, 0, { transactional: true })))
    roll(test)
    append(test.log, keyed(['a=4']))
    roll(test)
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['1 a=2', '3 a=3', '5 a=4'])
    marker(test, 'abort', 7)
    roll(test)
    await compact(test)
    // Its last batch tells of the sequence of its producer, and its marker of that batch.
    assert.deepEqual(contentOf(test.log), ['[3]', '5 a=4', '7 abort'])
    assert.deepEqual(test.log.abortedTransactions(0, 100), [{ producerId: 7, firstOffset: 3 }])
  })
})

describe('a cleaning that cannot end', () => {
  it('for the log was cut, leaves nothing behind', async () => {
    const test = await open({}, { cleaner: { ioBufferBytes: 100 } })
    for (let i = 0; i < 30; i++) append(test.log, keyed([`key ${i % 3}=${i}`]))
    roll(test)
    const compacting = test.directory.compact()
    await settled()
    test.log.truncateTo(10)
    for (let i = 0; i < 200; i++) {
      test.clock.turn()
      await settled()
    }
    await compacting
    assert.equal(allOf(test.log).length, 10)
    assert.deepEqual(
      test.files.list('/data/t-0').filter(name => /cleaned|swap/.test(name)),
      [],
    )
  })
  it('for a batch cannot be read, leaves the log as it is, and is not tried again', async () => {
    const test = await open()
    append(test.log, keyed(['a=1', 'a=2']))
    roll(test)
    const file = test.files.open('/data/t-0/00000000000000000000.log', 'r+')
    file.write(Buffer.from([0xff]), 0, 1, 70)
    file.close()
    await compact(test)
    assert.equal(test.log.cleanedOffset, 0)
    assert.deepEqual(
      test.files.list('/data/t-0').filter(name => /cleaned|swap/.test(name)),
      [],
    )
    assert.equal(read(test.log, 2).lastOffset, 2)
  })
  it('for the topic was deleted, is forgotten', async () => {
    const test = await open({}, { cleaner: { ioBufferBytes: 100 } })
    for (let i = 0; i < 30; i++) append(test.log, keyed([`key ${i % 3}=${i}`]))
    roll(test)
    const compacting = test.directory.compact()
    await settled()
    test.directory.deleteLog('t', 0)
    for (let i = 0; i < 100; i++) {
      test.clock.turn()
      await settled()
    }
    await compacting
    assert.equal(test.files.exists('/data/t-0'), false)
  })
})

describe('compact,delete', () => {
  it('does both', async () => {
    const test = await open({ cleanupPolicy: ['compact', 'delete'], retentionMs: hourMs })
    append(test.log, keyed(['a=1', 'b=1'], { timestamp: test.clock.now() }))
    roll(test)
    append(test.log, keyed(['a=2'], { timestamp: test.clock.now() + hourMs }))
    roll(test)
    await compact(test)
    assert.deepEqual(contentOf(test.log), ['1 b=1', '3 a=2'])
    test.log.deleteOldSegments(test.clock.now() + hourMs + 1)
    assert.equal(test.log.logStartOffset, 0)
    test.log.deleteOldSegments(test.clock.now() + 2 * hourMs + 1)
    assert.deepEqual(contentOf(test.log), [])
  })
})
