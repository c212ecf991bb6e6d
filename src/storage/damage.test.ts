import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { createLogger } from '../base/index.ts'
import { controlBatch } from '../protocol/index.ts'
import { offsetName } from './file-names.ts'
import {
  allOf,
  append,
  appended,
  batchOf,
  openDirectory,
  openLog,
  reopen,
  valuesOf,
  whileTurning,
  type TestLog,
} from './testing.ts'

// A log that was closed, and whose files were damaged since: nobody looks at all of it when it is opened.

const config = { segmentBytes: 900, indexIntervalBytes: 0 }
const value = (offset: number): string => `value ${offset}`
async function closed(): Promise<TestLog> {
  const test = await openLog(config)
  for (let offset = 0; offset < 40; offset++)
    appended(test.log, batchOf([value(offset)], { timestamp: 1_700_000_000_000 + offset * 1000 }))
  test.log.setHighWatermark(40)
  await whileTurning(test.directory.close(), test.clock)
  assert.ok(test.log.segmentCount > 2)
  return test
}
const bases = ({ log }: TestLog): number[] => log.segments.map(({ baseOffset }) => baseOffset)
const pathOf = (baseOffset: number, suffix: string): string => `/data/t-0/${offsetName(baseOffset)}${suffix}`
function change({ files }: TestLog, path: string, edit: (bytes: Buffer) => Buffer): void {
  files.replaceFile(path, edit(Buffer.from(files.readFile(path))))
}
const flip =
  (at: number, bits = 0x55) =>
  (bytes: Buffer): Buffer => {
    bytes[at]! ^= bits
    return bytes
  }
const cut =
  (count: number) =>
  (bytes: Buffer): Buffer =>
    bytes.subarray(0, bytes.length - count)

describe('a log that was closed and damaged', () => {
  it('is read right by an index that was damaged: it is noticed, and built anew', async () => {
    const sizes = (await closed()).files.readFile(pathOf(0, '.index')).length
    for (let at = 0; at < sizes; at++) {
      const test = await closed(),
        warnings: string[] = []
      change(test, pathOf(0, '.index'), flip(at))
      const logger = createLogger({ level: 'warn', now: () => 0, write: line => warnings.push(line) })
      const { log } = await openLog(config, { files: test.files, logger })
      for (let offset = 0; offset < 40; offset++) {
        const read = log.read(offset, { maxBytes: 1, minOneBatch: true })
        assert.equal(read.error, 'NONE', `byte ${at}`)
        assert.deepEqual(valuesOf((read as { records: Uint8Array }).records), [[offset, value(offset)]], `byte ${at}`)
        if (read.error === 'NONE') read.release()
      }
    }
  })
  it('tells the right offsets of times by a time index that was damaged, and keeps what is not too old', async () => {
    const sizes = (await closed()).files.readFile(pathOf(0, '.timeindex')).length
    for (let at = 0; at < sizes; at++) {
      const test = await closed()
      change(test, pathOf(0, '.timeindex'), flip(at))
      const { log, clock } = await openLog({ ...config, retentionMs: 100_000 }, { files: test.files })
      assert.equal(log.deleteOldSegments(clock.now() + 50_000), 0, `byte ${at}`)
      for (let offset = 0; offset < 40; offset++)
        assert.equal(log.offsetForTimestamp(1_700_000_000_000 + offset * 1000)?.offset, offset, `byte ${at}`)
      assert.equal(log.maxTimestamp()?.offset, 39)
    }
  })

  const damages: [what: string, damage: (test: TestLog, last: number) => void, endOffset: (last: number) => number][] =
    [
      ['ends within a batch', (test, last) => change(test, pathOf(last, '.log'), cut(10)), () => 39],
      [
        'lost its last batches',
        (test, last) => change(test, pathOf(last, '.log'), bytes => bytes.subarray(0, 76)),
        last => last + 1,
      ],
      ['is empty at its end', (test, last) => change(test, pathOf(last, '.log'), () => Buffer.alloc(0)), last => last],
      [
        'has zeros at its end',
        (test, last) => change(test, pathOf(last, '.log'), bytes => Buffer.concat([bytes, Buffer.alloc(200)])),
        () => 40,
      ],
      ['lost its last segment', (test, last) => test.files.remove(pathOf(last, '.log')), last => last],
      ['has an index of another log', (test, last) => change(test, pathOf(last, '.index'), flip(3)), () => 40],
    ]
  for (const [what, damage, endOffset] of damages)
    it(`and ${what} goes on where its batches end, and says what is missing`, async () => {
      const test = await closed(),
        last = bases(test).at(-1)!,
        errors: string[] = []
      damage(test, last)
      const logger = createLogger({ level: 'error', now: () => 0, write: line => errors.push(line) })
      const opened = await openLog(config, { files: test.files, logger })
      const end = endOffset(last)
      assert.equal(opened.log.endOffset, end)
      assert.equal(errors.length, end < 40 ? 1 : 0, errors.join())
      appended(opened.log, batchOf(['next']))
      assert.deepEqual(allOf(opened.log).at(-1), [end, 'next'])
      assert.equal(allOf((await reopen(opened)).log).length, end + 1)
    })

  it('and lost what was committed, though it was not known to be synced, says what is missing', async () => {
    const test = await closed(),
      last = bases(test).at(-1)!,
      errors: string[] = []
    test.files.remove('/data/recovery-point-offset-checkpoint')
    test.files.remove('/data/.kafka_cleanshutdown')
    test.files.remove(pathOf(last, '.log'))
    const logger = createLogger({ level: 'error', now: () => 0, write: line => errors.push(line) })
    const { log } = await openLog(config, { files: test.files, logger })
    assert.equal(log.endOffset, last)
    assert.equal(errors.length, 1, errors.join())
    assert.match(errors[0]!, /records are missing topic="t" partition=0 endOffset=\d+ knownUpTo=40/)
  })
  it('and is gone with its directory is told, and begins anew', async () => {
    const test = await closed(),
      errors: string[] = []
    test.files.remove('/data/t-0', { recursive: true })
    const logger = createLogger({ level: 'error', now: () => 0, write: line => errors.push(line) })
    const { log } = await openLog(config, { files: test.files, logger })
    assert.equal(errors.length, 1, errors.join())
    assert.match(errors[0]!, /log is missing topic="t" partition=0 directory="\/data\/t-0" knownUpTo=40/)
    assert.deepEqual(appended(log, batchOf(['anew'])).baseOffset, 0)
  })
  it('answers an error where a batch must begin and none does, and gives what lies before', async () => {
    const test = await closed()
    const batchSize = batchOf([value(0)]).length
    change(test, pathOf(0, '.log'), flip(3 * batchSize + 8, 0xff))
    const { log } = await openLog(config, { files: test.files })
    const read = log.read(0, { maxBytes: 10_000 })
    assert.equal(read.error === 'NONE' && read.lastOffset, 2)
    assert.equal(log.read(3, { maxBytes: 10_000 }).error, 'KAFKA_STORAGE_ERROR')
    const [, second] = bases(test)
    assert.equal(log.read(second!, { maxBytes: 10_000 }).error, 'NONE')
    assert.equal(append(log, batchOf(['next'])).error, 'NONE')
  })
  it('answers an error where a segment vanished under it', async () => {
    const test = await closed()
    const { log, clock, directory } = await openLog(config, { files: test.files })
    const [, second] = bases(test)
    test.files.remove(pathOf(second!, '.log'))
    assert.equal(log.read(second!, { maxBytes: 100 }).error, 'KAFKA_STORAGE_ERROR')
    assert.equal(log.read(0, { maxBytes: 100 }).error, 'NONE')
    test.files.remove(pathOf(bases(test).at(-1)!, '.log'))
    append(log, batchOf(['x']))
    clock.turn()
    assert.match(log.fault!.message, /ENOENT/, 'nothing can be appended to what is not there')
    await whileTurning(directory.close(), clock)
    const again = await openDirectory({ files: test.files })
    const found = allOf(again.directory.logs.get('t-0')!).map(([offset]) => offset)
    assert.ok(found.includes(0) && !found.includes(second!))
  })
  it('gives its aborted transactions by an index that was damaged: it is noticed, and made anew', async () => {
    const producer = { producerId: 7, producerEpoch: 0, transactional: true }
    const aborting = async () => {
      const test = await openLog({ segmentBytes: 400 }),
        { log } = test
      // The transaction begins in one segment, and ends in the next.
      for (let i = 0; i < 8; i++) appended(log, batchOf([value(i)], { ...producer, baseSequence: i }))
      const marker = { type: 'abort', producerId: 7, producerEpoch: 0, coordinatorEpoch: 0, timestamp: 0 } as const
      appended(log, controlBatch(marker), { origin: 'coordinator' })
      for (let i = 0; i < 8; i++) appended(log, batchOf([value(i)]))
      log.setHighWatermark(log.endOffset)
      await whileTurning(test.directory.close(), test.clock)
      const { baseOffset } = log.segments.findLast(({ baseOffset }) => baseOffset <= 8)!
      assert.ok(baseOffset > 0 && baseOffset !== log.segments.at(-1)!.baseOffset)
      return { ...test, path: pathOf(baseOffset, '.txnindex') }
    }
    const { path, files } = await aborting(),
      undamaged = files.readFile(path)
    assert.equal(undamaged.length, 34)
    // oxfmt-ignore
    const damages: [what: string, edit: (bytes: Buffer) => Buffer][] = [
      ...Array.from(undamaged, (_, at): [string, (bytes: Buffer) => Buffer] => [`byte ${at}`, flip(at)]),
      ['a byte less', cut(1)],
      ['an entry that never was', bytes => Buffer.concat([bytes, bytes])],
    ]
    for (const [what, edit] of damages) {
      const test = await aborting()
      change(test, test.path, edit)
      const { log } = await openLog(test.log.config, { files: test.files })
      assert.deepEqual(log.abortedTransactions(0, log.endOffset), [{ producerId: 7, firstOffset: 0 }], what)
      assert.ok(test.files.readFile(test.path).equals(undamaged), what)
    }
  })
})
