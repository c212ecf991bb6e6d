import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { createLogger, memoryFiles, type MemoryFiles } from '../base/index.ts'
import { controlBatch } from '../protocol/index.ts'
import { offsetName } from './file-names.ts'
import { defaultLogConfig } from './log-config.ts'
import {
  allOf,
  append,
  appended,
  batchOf,
  openDirectory,
  openLog,
  read,
  reopen,
  settled,
  topicId,
  type TestLog,
} from './testing.ts'

const time = 1_700_000_000_000
const directory = '/data/t-0'
const valueAt = (offset: number): string => `value ${String(offset).padStart(3, '0')}`
const config = { segmentBytes: 7 * batchOf([valueAt(0)]).length, indexIntervalBytes: 100 }

/** A log of 40 records, seven a segment, whose process was killed: the files are as they were written. */
async function killed(): Promise<{ files: MemoryFiles; before: TestLog }> {
  const before = await openLog(config)
  for (let offset = 0; offset < 40; offset++)
    appended(before.log, batchOf([valueAt(offset)], { producerId: 5, producerEpoch: 0, baseSequence: offset }), {
      leaderEpoch: Math.floor(offset / 10),
    })
  before.clock.turn()
  return { files: copyOf(before.files), before }
}
/** As a killed process leaves them to the next. */
function copyOf(files: MemoryFiles): MemoryFiles {
  const copy = memoryFiles({ crashes: true })
  const walk = (path: string): void => {
    copy.makeDirectory(path)
    for (const name of files.list(path)) {
      const from = `${path}/${name}`
      if (files.isDirectory(from)) walk(from)
      else copy.replaceFile(from, files.readFile(from))
    }
  }
  walk('/data')
  return copy
}
const pathOf = (baseOffset: number, suffix: string): string => `${directory}/${offsetName(baseOffset)}${suffix}`
function damage(files: MemoryFiles, path: string, position: number): void {
  const bytes = files.readFile(path)
  bytes[position]! ^= 0x55
  files.replaceFile(path, bytes)
}
async function recovered(files: MemoryFiles): Promise<TestLog> {
  return openLog(config, { files })
}
/** The log is what it was up to `endOffset`, and goes on as if nothing had been. */
function check({ log, clock }: TestLog, endOffset: number): void {
  assert.equal(log.endOffset, endOffset)
  assert.deepEqual(
    allOf(log),
    Array.from({ length: endOffset }, (_, offset) => [offset, valueAt(offset)]),
  )
  assert.equal(log.latestEpoch, endOffset === 0 ? -1 : Math.floor((endOffset - 1) / 10))
  assert.equal(log.activeProducers()[0]?.lastSequence, endOffset === 0 ? undefined : endOffset - 1)
  const next = batchOf([valueAt(endOffset)], { producerId: 5, producerEpoch: 0, baseSequence: endOffset })
  assert.equal(appended(log, next, { leaderEpoch: 9 }).baseOffset, endOffset)
  clock.turn()
  assert.equal(log.durableOffset, endOffset + 1)
}

describe('a log whose process was killed', () => {
  it('is what it was', async () => check(await recovered((await killed()).files), 40))
  it('lost what was staged and not written', async () => {
    const { before } = await killed()
    appended(before.log, batchOf(['staged']))
    check(await recovered(copyOf(before.files)), 40)
  })

  // oxfmt-ignore
  const damages: [what: string, damage: (files: MemoryFiles) => void, endOffset: number][] = [
    ['has a torn batch at its end',             files => files.open(pathOf(35, '.log'), 'r+').truncate(files.readFile(pathOf(35, '.log')).length - 3), 39],
    ['has half a header at its end',            files => files.open(pathOf(35, '.log'), 'r+').write(Buffer.alloc(20, 1), 0, 20, files.readFile(pathOf(35, '.log')).length), 40],
    ['has zeros at its end',                    files => files.open(pathOf(35, '.log'), 'r+').truncate(5000), 40],
    ['has a flipped bit in its last segment',   files => damage(files, pathOf(35, '.log'), 210), 37],
    ['has a flipped bit in an earlier segment', files => damage(files, pathOf(14, '.log'), 210), 16],
    ['has a flipped bit in its first batch',    files => damage(files, pathOf(0, '.log'), 70), 0],
    ['has an empty last segment',               files => files.open(pathOf(35, '.log'), 'w+'), 35],
    ['has no indexes',                          files => { for (let base = 0; base < 40; base += 7) { files.remove(pathOf(base, '.index')); files.remove(pathOf(base, '.timeindex')) } }, 40],
    ['has garbage for indexes',                 files => { for (let base = 0; base < 40; base += 7) { files.replaceFile(pathOf(base, '.index'), 'garbage!garbage'); files.replaceFile(pathOf(base, '.timeindex'), 'garbage!') } }, 40],
    ['has preallocated indexes, as Kafka does', files => files.open(pathOf(35, '.index'), 'r+').truncate(10 * 2 ** 20), 40],
    ['has damaged snapshots',                   files => { for (let base = 7; base < 40; base += 7) damage(files, pathOf(base, '.snapshot'), 12) }, 40],
    ['has a snapshot beyond its end',           files => files.replaceFile(pathOf(1000, '.snapshot'), files.readFile(pathOf(35, '.snapshot'))), 40],
    ['has lost its last segment',               files => files.remove(pathOf(35, '.log')), 35],
    ['has an index without a segment',          files => files.replaceFile(pathOf(99, '.index'), ''), 40],
    ['has no epochs',                           files => files.exists(`${directory}/leader-epoch-checkpoint`) && files.remove(`${directory}/leader-epoch-checkpoint`), 40],
    ['has files that were to be removed',       files => files.replaceFile(pathOf(0, '.log.deleted'), 'x'), 40],
    ['has the output of half a compaction',     files => files.replaceFile(pathOf(7, '.log.cleaned'), 'x'), 40],
  ]
  for (const [what, damage, endOffset] of damages)
    it(`and ${what} ends at ${endOffset}`, async () => {
      const { files } = await killed()
      damage(files)
      const opened = await recovered(files)
      check(opened, endOffset)
      const kept = Array.from({ length: 6 }, (_, i) => offsetName(i * 7))
      for (const name of files.list(directory))
        if (/\.(log|index|timeindex)$/.test(name)) assert.ok(kept.includes(name.slice(0, 20)), name)
      assert.equal(allOf((await reopen(opened)).log).length, endOffset + 1)
    })

  it('is not read again below the recovery point', async () => {
    const { before } = await killed()
    await before.log.flush()
    await before.directory.checkpoint()
    const files = copyOf(before.files)
    damage(files, pathOf(0, '.log'), 70)
    const { log } = await recovered(files)
    assert.equal(log.endOffset, 40)
  })
  it('takes a compacted segment that was finished, and drops what it stands for', async () => {
    const { files } = await killed()
    for (const suffix of ['.log', '.index', '.timeindex']) files.rename(pathOf(7, suffix), pathOf(7, `${suffix}.swap`))
    files.replaceFile(pathOf(9, '.log'), 'what compaction has replaced')
    check(await recovered(files), 40)
  })
  it('ends where it starts, where all of it lies before its start', async () => {
    const { files } = await killed()
    files.replaceFile('/data/log-start-offset-checkpoint', '0\n1\nt 0 100\n')
    const { log } = await recovered(files)
    assert.deepEqual([log.logStartOffset, log.endOffset], [100, 100])
    assert.equal(appended(log, batchOf(['x'])).baseOffset, 100)
  })
})

describe('a log that was closed', () => {
  it('is not read to be opened', async () => {
    const before = await openLog(config)
    for (let i = 0; i < 20; i++) appended(before.log, batchOf([valueAt(i)]))
    const { files, directory: opened, clock } = before
    const closing = opened.close()
    clock.turn()
    await closing
    let bytesRead = 0
    files.fail = (operation, path) => {
      if (operation === 'read' && path.endsWith('.log')) bytesRead++
    }
    const { log } = await openLog(config, { files, clock })
    assert.ok(bytesRead <= 1, `${bytesRead} reads, where the last batch alone is looked up`)
    assert.equal(log.endOffset, 20)
    assert.equal(read(log, 3, { minOneBatch: true, maxBytes: 1 }).lastOffset, 3)
  })
  it('gets a missing index again', async () => {
    const before = await openLog(config)
    for (let i = 0; i < 20; i++) appended(before.log, batchOf([valueAt(i)]))
    const closing = before.directory.close()
    before.clock.turn()
    await closing
    before.files.remove(pathOf(0, '.index'))
    const { log } = await recovered(before.files)
    assert.equal(log.endOffset, 20)
    assert.ok(before.files.readFile(pathOf(0, '.index')).length > 0)
  })
})

describe('a log directory', () => {
  it('is for one broker at a time, and says who has it', async () => {
    const { files } = await openDirectory()
    await assert.rejects(openDirectory({ files }), { code: 'DIRECTORY_LOCKED', message: /\/data is in use/ })
  })
  it('is given free when it cannot be opened', async () => {
    const first = await openDirectory({ nodeId: 1 })
    const closing = first.directory.close()
    first.clock.turn()
    await closing
    await assert.rejects(openDirectory({ files: first.files, nodeId: 2 }), { code: 'WRONG_NODE' })
    await openDirectory({ files: first.files, nodeId: 1 })
  })
  it('keeps its identity', async () => {
    const first = await openDirectory({ nodeId: 3, clusterId: 'c' })
    const { identity } = first.directory
    const closing = first.directory.close()
    first.clock.turn()
    await closing
    const { directory } = await openDirectory({ files: first.files })
    assert.deepEqual(directory.identity, identity)
  })
  it('removes the files of a deleted topic a little later, and at once for a restart', async () => {
    const opened = await openLog(config)
    appended(opened.log, batchOf(['a']))
    opened.clock.turn()
    opened.directory.deleteLog('t', 0)
    assert.equal(append(opened.log, batchOf(['b'])).error, 'KAFKA_STORAGE_ERROR')
    assert.equal(opened.log.read(0, { maxBytes: 100 }).error, 'KAFKA_STORAGE_ERROR')
    const deleted = (files: MemoryFiles) => files.list('/data').filter(name => /^t-0\.[0-9a-f]{32}-delete$/.test(name))
    assert.equal(deleted(opened.files).length, 1)
    const restarted = copyOf(opened.files)
    await openDirectory({ files: restarted })
    assert.deepEqual(deleted(restarted), [])
    opened.clock.advance(60_000)
    assert.deepEqual(deleted(opened.files), [])
  })
  describe('never takes for lost what was deleted', () => {
    const checkpoint = '/data/recovery-point-offset-checkpoint'
    async function deleted(options: { fileDeleteDelayMs?: number; topic?: string } = {}) {
      const { topic = 't', ...given } = options
      const opened = await openDirectory(),
        { directory, clock, files } = opened
      for (let partition = 0; partition < 20; partition++) {
        const log = directory.createLog({ topic, partition, topicId, config: { ...defaultLogConfig, ...given } })
        appended(log, batchOf(['a']))
        log.setHighWatermark(1)
      }
      clock.turn()
      await directory.checkpoint()
      const writes: string[] = []
      files.fail = (operation, path) => {
        if (operation === 'write') writes.push(path)
      }
      for (let partition = 0; partition < 20; partition++) directory.deleteLog(topic, partition)
      return { ...opened, writes }
    }
    async function errorsOf(files: MemoryFiles): Promise<string[]> {
      const errors: string[] = []
      const logger = createLogger({ level: 'error', now: () => 0, write: line => errors.push(line) })
      await openDirectory({ files, logger })
      return errors
    }
    const isThere = (files: MemoryFiles) => files.list('/data').some(name => name.endsWith('-delete'))

    for (const topic of ['t', 'long'.repeat(62)])
      it(`by a start in the next moment, of a topic of ${topic.length} letters`, async () => {
        const { files } = await deleted({ topic })
        assert.match(files.readFile(checkpoint).toString(), / 19 1\n/)
        assert.deepEqual(await errorsOf(copyOf(files)), [])
      })
    it('by one that finds no trace of it, soon after', async () => {
      const { files, writes } = await deleted()
      await settled()
      const killed = copyOf(files)
      for (const name of killed.list('/data'))
        if (name.endsWith('-delete')) killed.remove(`/data/${name}`, { recursive: true })
      assert.deepEqual(await errorsOf(killed), [])
      assert.equal(writes.filter(path => path === checkpoint).length, 1, 'for all of them')
    })
    it('by one at any moment, where files are removed without delay', async () => {
      const { files, clock } = await deleted({ fileDeleteDelayMs: 0 })
      clock.advance(0)
      for (let moment = 0; moment < 50; moment++) {
        assert.deepEqual(await errorsOf(copyOf(files)), [], `${moment}`)
        await Promise.resolve()
      }
      assert.ok(!isThere(files))
    })
    it('by the next but one, where the next was killed before it had written what it knows', async () => {
      const { files } = await deleted()
      const killed = copyOf(files)
      killed.fail = (operation, path) => {
        if (operation === 'write' && path === checkpoint) throw new Error('EIO')
      }
      await assert.rejects(errorsOf(killed), /EIO/)
      const left = killed.list('/data').filter(name => name.endsWith('-delete'))
      assert.deepEqual(
        left.flatMap(name => killed.list(`/data/${name}`)),
        [],
        'their room is free',
      )
      const again = copyOf(killed)
      assert.deepEqual(await errorsOf(again), [])
      assert.ok(!isThere(again))
    })
  })
  it('gives back what a scan of a segment holds where its transaction index cannot be written', async () => {
    const before = await openLog(config),
      producer = { producerId: 7, producerEpoch: 0 }
    for (let i = 0; i < 3; i++)
      appended(before.log, batchOf(['a'], { ...producer, transactional: true, baseSequence: i }))
    const marker = { ...producer, type: 'abort', coordinatorEpoch: 0, timestamp: time } as const
    appended(before.log, controlBatch(marker), { origin: 'coordinator' })
    for (let i = 0; i < 3; i++) appended(before.log, batchOf(['b']))
    before.clock.turn()
    const files = copyOf(before.files),
      openSequential = files.openSequential.bind(files)
    let opened = 0,
      closed = 0
    files.openSequential = path => {
      const file = openSequential(path)
      opened++
      return {
        read: (into, length, position) => file.read(into, length, position),
        close: () => {
          closed++
          file.close()
        },
      }
    }
    files.fail = (operation, path) => {
      if (operation === 'write' && path.endsWith('.txnindex'))
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    }
    const { log } = await openLog(config, { files })
    assert.ok(log.fault !== undefined)
    assert.ok(opened > 0)
    assert.equal(closed, opened)
  })
  it('starts a topic that was deleted and created again from nothing, whenever it was killed', async () => {
    const before = await openLog(config)
    for (let i = 0; i < 30; i++) appended(before.log, batchOf(['old']))
    before.clock.turn()
    before.log.setHighWatermark(30)
    before.log.advanceLogStart(20)
    await before.directory.checkpoint()
    before.directory.deleteLog('t', 0)
    const again = await openLog(config, { files: copyOf(before.files) })
    appended(again.log, batchOf(['new']))
    again.clock.turn()
    const { log } = await openLog(config, { files: copyOf(again.files) })
    assert.deepEqual(allOf(log), [[0, 'new']])
    assert.deepEqual([log.logStartOffset, log.highWatermark], [0, 0])
  })
  it('remembers high watermarks, recovery points and starts', async () => {
    const before = await openLog(config)
    for (let i = 0; i < 30; i++) appended(before.log, batchOf(['v']))
    before.clock.turn()
    before.log.setHighWatermark(25)
    before.clock.advance(5000)
    await settled()
    assert.equal(before.files.readFile('/data/replication-offset-checkpoint').toString(), '0\n1\nt 0 25\n')
    before.log.advanceLogStart(9)
    before.clock.turn()
    assert.equal(before.files.readFile('/data/log-start-offset-checkpoint').toString(), '0\n1\nt 0 9\n')
    const { log } = await openLog(config, { files: copyOf(before.files) })
    assert.deepEqual([log.highWatermark, log.logStartOffset], [25, 9])
  })
  it('leaves alone what is no log', async () => {
    const files = memoryFiles()
    files.makeDirectory('/data/lost+found')
    files.makeDirectory('/data/t-0.0123456789abcdef-stray')
    const { directory } = await openDirectory({ files })
    assert.equal(directory.logs.size, 0)
    assert.ok(files.exists('/data/lost+found') && files.exists('/data/t-0.0123456789abcdef-stray'))
  })
  it('removes old segments from time to time', async () => {
    const { log, clock } = await openLog({ ...config, retentionMs: 1000 })
    for (let i = 0; i < 30; i++) appended(log, batchOf(['v'], { timestamp: time }))
    log.setHighWatermark(30)
    clock.advance(300_000)
    assert.equal(log.logStartOffset, 30)
  })
  it('forgets producers from time to time', async () => {
    const { log, clock } = await openLog({}, { producerIdExpirationMs: 1000 })
    appended(log, batchOf(['v'], { producerId: 1, producerEpoch: 0, baseSequence: 0 }))
    clock.advance(599_999)
    assert.equal(log.activeProducers().length, 1)
    clock.advance(1)
    assert.equal(log.activeProducers().length, 0)
  })
  it('describes its logs', async () => {
    const { log, directory } = await openLog()
    appended(log, batchOf(['v']))
    assert.deepEqual(directory.describe().logs, [{ topic: 't', partition: 0, sizeBytes: batchOf(['v']).length }])
  })
})
