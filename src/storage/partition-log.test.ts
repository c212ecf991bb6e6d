import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { memoryFiles, SeededRandom } from '../base/index.ts'
import { batchLeaderEpoch, batches, buildBatch, controlBatch, setBaseOffset } from '../protocol/index.ts'
import { directWriteSizeMin } from './log-writer.ts'
import type { PartitionLog } from './partition-log.ts'
import {
  allOf,
  append,
  appended,
  batchOf,
  openLog,
  read,
  reopen,
  StandingClock,
  valuesOf,
  type TestLog,
} from './testing.ts'

const time = 1_700_000_000_000
const large = (fill: string): string => fill.repeat(directWriteSizeMin)
/** Logs whose readers find nothing in memory: the cache holds two small chunks. */
const uncached = { tailCache: { chunkSize: directWriteSizeMin, sizeMax: 2 * directWriteSizeMin } }

describe('a log', () => {
  it('gives back what was appended, with offsets and leader epochs', async () => {
    const { log } = await openLog()
    assert.equal(appended(log, batchOf(['a', 'b']), { leaderEpoch: 7 }).baseOffset, 0)
    assert.equal(appended(log, batchOf(['c']), { leaderEpoch: 8 }).baseOffset, 2)
    assert.equal(log.endOffset, 3)
    const { records, lastOffset } = read(log, 0)
    const bytes = Buffer.from(records)
    assert.deepEqual(
      [...batches(bytes)].map(at => batchLeaderEpoch(bytes, at)),
      [7, 8],
    )
    assert.deepEqual(valuesOf(records), [
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ])
    assert.equal(lastOffset, 2)
  })
  it('gives back small and large batches from memory and from the file', async () => {
    for (const options of [{}, uncached]) {
      const { log, clock } = await openLog({}, options)
      const expected = Array.from({ length: 40 }, (_, i): [number, string] => [
        i,
        i % 5 === 4 ? large(String.fromCharCode(65 + i)) : `value ${i}`,
      ])
      for (const [offset, value] of expected) {
        appended(log, batchOf([value]))
        if (offset % 3 === 0) clock.turn()
        if (offset % 7 === 0) assert.deepEqual(valuesOf(read(log, offset).records), [[offset, value]])
      }
      assert.deepEqual(allOf(log), expected)
      assert.deepEqual(allOf(log, 1000), expected)
    }
  })
  it('is the same when it is opened again', async () => {
    const before = await openLog({ segmentBytes: 300 })
    for (let i = 0; i < 20; i++) appended(before.log, batchOf([`value ${i}`]))
    assert.ok(before.log.segmentCount > 5)
    const { log } = await reopen(before)
    assert.equal(log.endOffset, 20)
    assert.deepEqual(
      allOf(log),
      Array.from({ length: 20 }, (_, i) => [i, `value ${i}`]),
    )
    assert.equal(appended(log, batchOf(['more'])).baseOffset, 20)
  })
  it('tells the duplicate of a producer where the first one is, after a restart too', async () => {
    const before = await openLog()
    const batch = (baseSequence: number) => batchOf(['a', 'b'], { producerId: 3, producerEpoch: 0, baseSequence })
    appended(before.log, batch(0))
    appended(before.log, batch(2))
    const again = appended(before.log, batch(0))
    assert.deepEqual([again.baseOffset, again.lastOffset, again.duplicate], [0, 1, true])
    const { log } = await reopen(before)
    assert.deepEqual(appended(log, batch(2)).duplicate, true)
    assert.equal(append(log, batch(6)).error, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.equal(appended(log, batch(4)).baseOffset, 4)
    assert.equal(log.endOffset, 6)
  })
  it('says when it appended, where the topic asks for that', async () => {
    const { log } = await openLog({ messageTimestampType: 'LogAppendTime' })
    assert.equal(appended(log, batchOf(['a']), { now: time + 5 }).logAppendTimeMs, time + 5)
    assert.equal((await openLog()).log.config.messageTimestampType, 'CreateTime')
  })
})

describe('a read', () => {
  async function withTen(options = {}): Promise<TestLog> {
    const opened = await openLog({ segmentBytes: 400, indexIntervalBytes: 100 }, options)
    for (let i = 0; i < 10; i++) appended(opened.log, batchOf([`a${i}`, `b${i}`, `c${i}`]))
    opened.clock.turn()
    return opened
  }
  for (const [where, options] of [
    ['in memory', {}],
    ['in files', { tailCache: { chunkSize: 100, sizeMax: 200 } }],
  ] as const)
    describe(where, () => {
      it('begins with the batch that holds the offset', async () => {
        const { log } = await withTen(options)
        for (let offset = 0; offset < 30; offset++) {
          const [first] = valuesOf(read(log, offset).records)
          assert.equal(first![0], offset - (offset % 3), `offset ${offset}`)
        }
      })
      it('ends before the batch that holds the limit', async () => {
        const { log } = await withTen(options)
        assert.equal(read(log, 0, { upTo: 7, maxBytes: 1e6 }).lastOffset % 3, 2)
        for (let upTo = 0; upTo < 30; upTo++) {
          const { lastOffset } = read(log, 0, { upTo, maxBytes: 1e6 })
          assert.ok(lastOffset < upTo + 2, `up to ${upTo}: ${lastOffset}`)
        }
      })
      it('gives whole batches within the size, one at least where that is asked for', async () => {
        const { log } = await withTen(options)
        const { length } = read(log, 0, { maxBytes: 1, minOneBatch: true }).records
        assert.ok(length > 60)
        assert.equal(read(log, 0, { maxBytes: length - 1 }).records.length, 0)
        assert.equal(read(log, 0, { maxBytes: 2 * length - 1 }).records.length, length)
        assert.equal(read(log, 0, { maxBytes: 2 * length }).records.length, 2 * length)
      })
      it('says whether the size alone has cut it short', async () => {
        const { log } = await withTen(options)
        const { length } = read(log, 0, { maxBytes: 1, minOneBatch: true }).records
        const isCutShort = (offset: number, limits: Parameters<typeof read>[2]) => read(log, offset, limits).isCutShort
        // oxfmt-ignore
        const cases = [
          ['one of two',                     0, { maxBytes: 2 * length - 1 },               true],
          ['one, and less than a header',    0, { maxBytes: length + 1 },                   true],
          ['none',                           0, { maxBytes: length - 1 },                   true],
          ['one, up to the limit',           0, { maxBytes: 2 * length - 1, upTo: 3 },      false],
          ['all up to the limit',            0, { maxBytes: 1e6, upTo: 6 },                 false],
          ['to the end of what is together', 0, { maxBytes: 1e6 },                          false],
          ['the last',                      27, { maxBytes: 1, minOneBatch: true },         false],
        ] as const
        for (const [what, offset, limits, expected] of cases) assert.equal(isCutShort(offset, limits), expected, what)
      })
    })
  it('at the end is empty, and beyond either end out of range', async () => {
    const { log } = await withTen()
    const { records, lastOffset } = read(log, 30)
    assert.deepEqual([records.length, lastOffset], [0, 29])
    log.setHighWatermark(30)
    log.advanceLogStart(5)
    for (const offset of [-1, 4, 31]) {
      const outcome = log.read(offset, { maxBytes: 100 })
      assert.equal(outcome.error, 'OFFSET_OUT_OF_RANGE', `offset ${offset}`)
    }
  })
  it('of a batch that there was no room for looks for it in the file once, until the log is truncated', async () => {
    const { log, clock, files } = await withTen({ tailCache: { chunkSize: 200, sizeMax: 400 } })
    clock.turn()
    let reads = 0
    files.fail = (operation, path) => {
      if (operation === 'read' && path.endsWith('.log')) reads++
    }
    const noRoom = () => assert.equal(read(log, 0, { maxBytes: 10 }).records.length, 0)
    noRoom()
    const readsOnce = reads
    assert.ok(readsOnce > 0)
    noRoom()
    assert.equal(reads, readsOnce)
    assert.deepEqual(valuesOf(read(log, 0, { maxBytes: 10, minOneBatch: true }).records)[0], [0, 'a0'])
    assert.equal(reads, readsOnce + 1, 'the data alone')
    noRoom()
    log.truncateTo(0)
    appended(log, batchOf(['other and longer than the one before '.repeat(3)]))
    for (let i = 0; i < 8; i++) appended(log, batchOf(['more']))
    clock.turn()
    assert.match(valuesOf(read(log, 0, { maxBytes: 1, minOneBatch: true }).records)[0]![1], /^other/)
  })
  it('at a gap up to the limit leads to it, whatever its size', async () => {
    for (const segmentBytes of [200, 10_000]) {
      const { log, clock } = await openLog({ segmentBytes }, { tailCache: { chunkSize: 100, sizeMax: 200 } })
      for (const offset of [0, 10, 20]) {
        const batch = batchOf([`at ${offset}`])
        setBaseOffset(batch, 0, offset)
        assert.equal(append(log, batch, { origin: 'replication' }).error, 'NONE')
      }
      clock.turn()
      for (const limits of [{ maxBytes: 1e6 }, { maxBytes: 1 }, { maxBytes: 1, minOneBatch: true }]) {
        const { records, lastOffset, isCutShort } = read(log, 5, { upTo: 10, ...limits })
        assert.deepEqual([records.length, lastOffset, isCutShort], [0, 9, false], JSON.stringify(limits))
      }
    }
  })
  it('goes over gaps in the offsets, which a leader that compacts leaves', async () => {
    const { log, clock } = await openLog({ segmentBytes: 200 }, { tailCache: { chunkSize: 100, sizeMax: 200 } })
    for (const offset of [0, 10, 20, 500]) {
      const batch = batchOf([`at ${offset}`])
      setBaseOffset(batch, 0, offset)
      assert.equal(append(log, batch, { origin: 'replication' }).error, 'NONE')
    }
    clock.turn()
    for (const [offset, found] of [
      [0, 0],
      [1, 10],
      [10, 10],
      [11, 20],
      [21, 500],
      [500, 500],
    ] as const)
      assert.equal(
        valuesOf(read(log, offset, { minOneBatch: true, maxBytes: 1 }).records)[0]?.[0],
        found,
        `offset ${offset}`,
      )
  })
})

describe('what a follower appends', () => {
  const at = (offset: number, leaderEpoch: number): Buffer => {
    const batch = batchOf(['x'], { leaderEpoch })
    setBaseOffset(batch, 0, offset)
    return batch
  }
  it('keeps its offsets and epochs', async () => {
    const { log } = await openLog()
    const outcome = append(log, Buffer.concat([at(0, 2), at(1, 2), at(2, 5)]), { origin: 'replication' })
    assert.deepEqual([outcome.error, log.endOffset, log.latestEpoch], ['NONE', 3, 5])
    assert.deepEqual(log.endOffsetForEpoch(2), { epoch: 2, endOffset: 2 })
    assert.equal(log.epochForOffset(1), 2)
  })
  it('is taken as a whole or not at all', async () => {
    const { log } = await openLog()
    const damaged = at(1, 0)
    damaged[65]! ^= 1
    assert.equal(append(log, Buffer.concat([at(0, 0), damaged]), { origin: 'replication' }).error, 'CORRUPT_MESSAGE')
    assert.equal(
      append(log, Buffer.concat([at(1, 0), at(0, 0)]), { origin: 'replication' }).error,
      'OFFSET_OUT_OF_RANGE',
    )
    assert.equal(log.endOffset, 0)
  })
})

describe('a segment ends', () => {
  const rolls = async (config: Parameters<typeof openLog>[0], times: readonly number[], now = time) => {
    const { log } = await openLog(config)
    return times.map(timestamp => {
      appended(log, batchOf(['value'], { timestamp }), { now })
      return log.segmentCount
    })
  }
  it('before it outgrows segment.bytes', async () => {
    const { length } = batchOf(['value'])
    assert.deepEqual(await rolls({ segmentBytes: 3 * length }, [time, time, time, time]), [1, 1, 1, 2])
  })
  it('when the records span more than segment.ms', async () => {
    assert.deepEqual(await rolls({ segmentMs: 1000 }, [time, time + 1000, time + 1001, time + 1500]), [1, 1, 2, 2])
  })
  it('by the clock where records have no time', async () => {
    const { log } = await openLog({ segmentMs: 1000 })
    for (const [now, count] of [
      [time, 1],
      [time + 1000, 1],
      [time + 1001, 2],
    ] as const) {
      appended(log, batchOf(['value'], { timestamp: -1 }), { now })
      assert.equal(log.segmentCount, count)
    }
  })
  it('up to segment.jitter.ms earlier, by chance', async () => {
    class Half extends SeededRandom {
      override next(): number {
        return 0.5
      }
    }
    const { log } = await openLog({ segmentMs: 1000, segmentJitterMs: 600 }, { random: new Half(1) })
    const counts = [0, 700, 701, 1401, 1402].map(ms => {
      appended(log, batchOf(['value'], { timestamp: time + ms }))
      return log.segmentCount
    })
    assert.deepEqual(counts, [1, 1, 2, 2, 3])
  })
  it('when its index is full', async () => {
    const counts = await rolls(
      { segmentIndexBytes: 36, indexIntervalBytes: 0 },
      Array.from({ length: 9 }, (_, i) => time + i),
    )
    assert.deepEqual(counts, [1, 1, 1, 2, 2, 2, 3, 3, 3])
  })
  it('when an offset is too far from its first', async () => {
    const { log } = await openLog()
    for (const [offset, count] of [
      [0, 1],
      [2 ** 31 - 1, 1],
      [2 ** 31, 2],
    ] as const) {
      const batch = batchOf(['x'])
      setBaseOffset(batch, 0, offset)
      assert.equal(append(log, batch, { origin: 'replication' }).error, 'NONE')
      assert.equal(log.segmentCount, count)
    }
  })
})

describe('times', () => {
  async function withTimes(): Promise<TestLog> {
    const opened = await openLog({ segmentBytes: 500, indexIntervalBytes: 100 })
    // Records come late now and then: the time of the batch at 4 k is up to 15 before that of the batch before it.
    for (let i = 0; i < 40; i++) {
      const records = [0, 1, 2, 3].map(j => ({ timestamp: time + i * 100 + j - (i % 4 === 0 ? 115 : 0), value: 'v' }))
      appended(opened.log, buildBatch(records, { codec: i % 2 ? 'lz4' : 'none' }), { leaderEpoch: Math.floor(i / 10) })
    }
    return opened
  }
  it('find the first record that is not earlier, as a scan does', async () => {
    const { log } = await withTimes()
    const all: { offset: number; timestamp: number }[] = []
    for (let i = 0; i < 40; i++)
      for (const j of [0, 1, 2, 3])
        all.push({ offset: 4 * i + j, timestamp: time + i * 100 + j - (i % 4 === 0 ? 115 : 0) })
    for (let asked = time - 200; asked < time + 4100; asked += 7) {
      const expected = all.find(({ timestamp }) => timestamp >= asked)
      const found = log.offsetForTimestamp(asked)
      assert.deepEqual(found && { offset: found.offset, timestamp: found.timestamp }, expected, `${asked - time}`)
      if (found) assert.equal(found.leaderEpoch, Math.floor(found.offset / 40))
    }
  })
  it('find nothing before the start of the log', async () => {
    const { log } = await withTimes()
    log.setHighWatermark(log.endOffset)
    log.advanceLogStart(6)
    assert.equal(log.offsetForTimestamp(0)?.offset, 6)
  })
  it('find the latest record', async () => {
    const { log } = await withTimes()
    assert.deepEqual(log.maxTimestamp(), { offset: 159, timestamp: time + 3903, leaderEpoch: 3 })
    assert.equal((await openLog()).log.maxTimestamp(), undefined)
  })
})

describe('truncation', () => {
  async function withTwenty(): Promise<TestLog> {
    const opened = await openLog({ segmentBytes: 300, indexIntervalBytes: 50 })
    for (let i = 0; i < 20; i++)
      appended(opened.log, batchOf([`value ${i}`], { producerId: 1, producerEpoch: 0, baseSequence: i }), {
        leaderEpoch: Math.floor(i / 5),
      })
    return opened
  }
  for (const offset of [19, 13, 6, 5, 1, 0])
    it(`to ${offset} leaves the log as it was there`, async () => {
      const opened = await withTwenty()
      opened.log.truncateTo(offset)
      const check = (log: PartitionLog): void => {
        assert.equal(log.endOffset, offset)
        assert.deepEqual(
          allOf(log).map(([at]) => at),
          Array.from({ length: offset }, (_, i) => i),
        )
        assert.equal(log.latestEpoch, offset === 0 ? -1 : Math.floor((offset - 1) / 5))
        assert.equal(log.activeProducers()[0]?.lastSequence, offset === 0 ? undefined : offset - 1)
      }
      check(opened.log)
      check((await reopen(opened)).log)
    })
  it('goes on with other records at the same offsets', async () => {
    const opened = await withTwenty()
    opened.log.truncateTo(12)
    appended(opened.log, batchOf(['other', 'values']), { leaderEpoch: 9 })
    const { log } = await reopen(opened)
    assert.deepEqual(allOf(log).slice(11), [
      [11, 'value 11'],
      [12, 'other'],
      [13, 'values'],
    ])
    assert.deepEqual(log.endOffsetForEpoch(2), { epoch: 2, endOffset: 12 })
  })
  it('moves the high watermark back', async () => {
    const { log } = await withTwenty()
    log.setHighWatermark(20)
    log.truncateTo(7)
    assert.equal(log.highWatermark, 7)
  })
  it('of all starts anew, anywhere', async () => {
    const opened = await withTwenty()
    opened.log.truncateFullyAndStartAt(1000)
    assert.deepEqual([opened.log.logStartOffset, opened.log.endOffset, opened.log.latestEpoch], [1000, 1000, -1])
    appended(opened.log, batchOf(['first']))
    const { log } = await reopen(opened)
    assert.deepEqual(allOf(log), [[1000, 'first']])
  })
})

describe('the start of a log', () => {
  it('moves when records are deleted, and stays there after a restart', async () => {
    const opened = await openLog({ segmentBytes: 300 })
    for (let i = 0; i < 20; i++) appended(opened.log, batchOf([`value ${i}`]), { leaderEpoch: i < 3 ? 1 : 2 })
    opened.log.setHighWatermark(20)
    opened.log.advanceLogStart(7)
    opened.log.advanceLogStart(5)
    assert.equal(opened.log.logStartOffset, 7)
    const { log } = await reopen(opened)
    assert.equal(log.logStartOffset, 7)
    assert.deepEqual(allOf(log)[0], [7, 'value 7'])
    assert.deepEqual(log.endOffsetForEpoch(1), { epoch: 1, endOffset: 7 })
  })
  it('may move to the end, and the log goes on', async () => {
    const opened = await openLog()
    appended(opened.log, batchOf(['a', 'b']))
    opened.log.setHighWatermark(2)
    opened.log.advanceLogStart(2)
    assert.equal(opened.log.deleteOldSegments(time), 0)
    appended(opened.log, batchOf(['c']))
    assert.deepEqual(allOf(opened.log), [[2, 'c']])
    assert.deepEqual(allOf((await reopen(opened)).log), [[2, 'c']])
  })
})

describe('retention', () => {
  async function withSegments(config: Parameters<typeof openLog>[0]): Promise<TestLog> {
    const opened = await openLog({ segmentBytes: 200, ...config })
    for (let i = 0; i < 10; i++) appended(opened.log, batchOf([`value ${i}`], { timestamp: time + i * 1000 }))
    opened.log.setHighWatermark(10)
    assert.equal(opened.log.segmentCount, 5)
    return opened
  }
  it('by time removes segments whose records are all older', async () => {
    const { log } = await withSegments({ retentionMs: 5000 })
    assert.equal(log.deleteOldSegments(time + 6000), 0)
    assert.equal(log.deleteOldSegments(time + 8001), 2)
    assert.deepEqual([log.logStartOffset, log.segmentCount], [4, 3])
  })
  it('by time removes the active segment, too, and the log goes on behind it', async () => {
    const opened = await withSegments({ retentionMs: 5000 })
    assert.equal(opened.log.deleteOldSegments(time + 1e6), 5)
    assert.deepEqual([opened.log.logStartOffset, opened.log.endOffset, opened.log.sizeBytes], [10, 10, 0])
    assert.equal(opened.log.deleteOldSegments(time + 1e6), 0)
    assert.equal(appended(opened.log, batchOf(['next'])).baseOffset, 10)
    assert.deepEqual(allOf((await reopen(opened)).log), [[10, 'next']])
  })
  it('by size removes what is too much, and never less remains than was asked for', async () => {
    const { log } = await withSegments({ retentionBytes: 2.5 * 2 * batchOf(['value 0']).length })
    assert.equal(log.deleteOldSegments(time), 2)
    assert.equal(log.segmentCount, 3)
  })
  it('keeps what is above the high watermark', async () => {
    const { log } = await openLog({ segmentBytes: 200, retentionMs: 1 })
    for (let i = 0; i < 10; i++) appended(log, batchOf(['v'], { timestamp: time }))
    log.setHighWatermark(3)
    log.deleteOldSegments(time + 1e6)
    assert.equal(log.logStartOffset, 2)
  })
  it('removes what lies before the start of the log under any policy, and otherwise only where it is to delete', async () => {
    const { log } = await withSegments({ retentionMs: 1 })
    log.setConfig({ ...log.config, cleanupPolicy: ['compact'] })
    assert.equal(log.deleteOldSegments(time + 1e6), 0)
    log.advanceLogStart(5)
    assert.equal(log.deleteOldSegments(time + 1e6), 2)
    assert.equal(log.logStartOffset, 5)
  })
  it('by time goes by when a segment was written, where records have no time', async () => {
    const clock = new StandingClock(),
      files = memoryFiles({ now: () => clock.time })
    const { log } = await openLog({ segmentBytes: batchOf(['v']).length, retentionMs: 5000 }, { files, clock })
    for (let i = 0; i < 3; i++) {
      appended(log, batchOf(['v'], { timestamp: -1 }))
      clock.advance(1000)
    }
    log.setHighWatermark(log.endOffset)
    assert.equal(log.deleteOldSegments(clock.time + 2000), 0)
    assert.equal(log.deleteOldSegments(clock.time + 2001), 1)
  })
  it('takes the files away a little later', async () => {
    const { log, files, clock } = await withSegments({ retentionMs: 5000, fileDeleteDelayMs: 60_000 })
    log.deleteOldSegments(time + 8001)
    const deleted = () => files.list('/data/t-0').filter(name => name.endsWith('.deleted'))
    assert.equal(deleted().length, 6)
    clock.advance(60_000)
    assert.deepEqual(deleted(), [])
    assert.ok(!files.exists('/data/t-0/00000000000000000002.snapshot'))
  })
})

describe('transactions', () => {
  it('bound what readers of committed records see, and tell what was aborted, after a restart too', async () => {
    const opened = await openLog({ segmentBytes: 300 })
    const write = (producerId: number, baseSequence: number) =>
      appended(opened.log, batchOf(['x'], { producerId, producerEpoch: 0, baseSequence, transactional: true }))
    const end = (producerId: number, type: 'commit' | 'abort') =>
      appended(opened.log, controlBatch({ type, producerId, producerEpoch: 0, coordinatorEpoch: 0, timestamp: time }), {
        origin: 'coordinator',
      })
    const stable = () => {
      opened.log.setHighWatermark(opened.log.endOffset)
      return opened.log.lastStableOffset
    }
    write(1, 0) // 0
    write(2, 0) // 1
    assert.equal(stable(), 0)
    end(1, 'commit') // 2
    assert.equal(stable(), 1)
    write(3, 0) // 3
    end(2, 'abort') // 4
    assert.equal(stable(), 3)
    write(3, 1) // 5
    end(3, 'abort') // 6
    assert.equal(stable(), 7)
    write(4, 0) // 7
    assert.equal(stable(), 7)
    const check = (log: PartitionLog): void => {
      log.setHighWatermark(8)
      assert.equal(log.lastStableOffset, 7)
      assert.deepEqual(log.abortedTransactions(0, 8), [
        { producerId: 2, firstOffset: 1 },
        { producerId: 3, firstOffset: 3 },
      ])
      assert.deepEqual(log.abortedTransactions(5, 8), [{ producerId: 3, firstOffset: 3 }])
      assert.deepEqual(log.abortedTransactions(0, 3), [{ producerId: 2, firstOffset: 1 }])
      assert.deepEqual(log.abortedTransactions(7, 8), [])
    }
    check(opened.log)
    check((await reopen(opened)).log)
  })
})
