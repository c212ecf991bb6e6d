import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { createLogger, type FileOperation } from '../base/index.ts'
import { defaultLogConfig } from './log-config.ts'
import {
  allOf,
  append,
  appended,
  batchOf,
  openDirectory,
  settled,
  topicId,
  whileTurning,
  type TestDirectory,
} from './testing.ts'

// What a directory does besides its appends and reads, while the disk is in trouble (those: durability.test.ts).

interface Trouble extends TestDirectory {
  readonly errors: readonly string[]
  /** From now on these operations fail. */
  readonly fail: (code: string, on: (operation: FileOperation, path: string) => boolean) => void
}
async function directory(): Promise<Trouble> {
  const errors: string[] = []
  const logger = createLogger({ level: 'warn', now: () => 0, write: line => errors.push(line) })
  const opened = await openDirectory({ logger })
  for (let partition = 0; partition < 3; partition++) {
    const config = { ...defaultLogConfig, segmentBytes: 200, retentionMs: 1000 }
    const log = opened.directory.createLog({ topic: 't', partition, topicId, config })
    for (let i = 0; i < 6; i++) appended(log, batchOf([`${i}`], { timestamp: opened.clock.now() }))
    opened.clock.turn()
    log.setHighWatermark(log.endOffset)
  }
  await whileTurning(opened.directory.checkpoint(), opened.clock)
  const fail: Trouble['fail'] = (code, on) => {
    opened.files.fail = (operation, path) => {
      if (on(operation, path)) throw Object.assign(new Error(`${code}: ${path}`), { code })
    }
  }
  return { ...opened, errors, fail }
}
const values = ['0', '1', '2', '3', '4', '5']

describe('while the disk is in trouble', () => {
  it('checkpoints that cannot be written are told, and written when they can be', async () => {
    const { directory: logs, clock, files, errors, fail } = await directory()
    fail('ENOSPC', (operation, path) => operation === 'write' && path.endsWith('-checkpoint'))
    for (const log of logs.logs.values()) appended(log, batchOf(['more']))
    for (const log of logs.logs.values()) log.setHighWatermark(log.endOffset)
    logs.logs.get('t-0')!.advanceLogStart(2)
    clock.advance(70_000)
    for (let i = 0; i < 100; i++) await Promise.resolve()
    assert.ok(
      errors.some(line => /ENOSPC.*replication-offset-checkpoint/.test(line)),
      errors.join('\n'),
    )
    assert.ok(
      errors.some(line => /checkpoint cannot be written/.test(line)),
      errors.join('\n'),
    )
    files.fail = undefined
    clock.advance(70_000)
    for (let i = 0; i < 100; i++) await Promise.resolve()
    assert.match(String(files.readFile('/data/replication-offset-checkpoint')), /^0\n3\nt 0 7\n/)
    await whileTurning(logs.close(), clock)
    assert.match(String(files.readFile('/data/log-start-offset-checkpoint')), /t 0 2/)
  })
  it('retention of one log that fails keeps nothing from the others', async () => {
    const { directory: logs, clock, errors, fail } = await directory()
    fail('EIO', (operation, path) => operation === 'rename' && path.includes('/t-0/'))
    clock.advance(600_000)
    assert.ok(
      errors.some(line => /log cannot be kept in order topic="t" partition=0/.test(line)),
      errors.join('\n'),
    )
    assert.equal(logs.logs.get('t-1')!.logStartOffset, 6)
    assert.equal(logs.logs.get('t-2')!.logStartOffset, 6)
  })
  it('files that cannot be removed are told', async () => {
    const { clock, errors, fail } = await directory()
    fail('EIO', operation => operation === 'remove')
    clock.advance(700_000)
    await settled()
    assert.ok(
      errors.some(line => /background work failed.*EIO/.test(line)),
      errors.join('\n'),
    )
  })
  it('a topic whose directory cannot be renamed is gone all the same', async () => {
    const { directory: logs, errors, fail } = await directory()
    fail('EIO', (operation, path) => operation === 'rename' && path.endsWith('/t-1'))
    logs.deleteLog('t', 1)
    assert.equal(logs.logs.has('t-1'), false)
    assert.ok(
      errors.some(line => /log cannot be removed topic="t" partition=1/.test(line)),
      errors.join('\n'),
    )
  })
  it('a directory that cannot be closed cleanly does not say that it was, and loses nothing', async () => {
    for (const wrong of ['write', 'sync'] as const) {
      const { directory: logs, clock, files, fail } = await directory()
      fail('EIO', operation => operation === wrong)
      await whileTurning(logs.close(), clock)
      files.fail = undefined
      assert.equal(files.exists('/data/.kafka_cleanshutdown'), false, wrong)
      const again = await openDirectory({ files, clock })
      for (const log of again.directory.logs.values())
        assert.deepEqual(
          allOf(log).map(([, value]) => value),
          values,
        )
      await whileTurning(again.directory.close(), clock)
    }
  })
  it('a full disk that has no room for the epochs of a log costs neither the log nor what is acknowledged', async () => {
    const { directory: logs, clock, files, fail } = await directory()
    const log = logs.logs.get('t-0')!
    fail('ENOSPC', (operation, path) => operation === 'write' && path.endsWith('leader-epoch-checkpoint'))
    for (let i = 6; i < 12; i++) appended(log, batchOf([`${i}`]), { leaderEpoch: i })
    clock.turn()
    await assert.rejects(log.flush(), /ENOSPC/)
    assert.equal(log.fault, undefined)
    const before = log.recoveryPoint
    assert.ok(before < 12)
    files.fail = undefined
    await log.flush()
    assert.equal(log.recoveryPoint, 12)
    assert.equal(allOf(log).length, 12)
    await whileTurning(logs.close(), clock)
    const again = await openDirectory({ files, clock })
    assert.equal(again.directory.logs.get('t-0')!.latestEpoch, 11)
  })
  it('a log that cannot be made is offline, and is made when it is asked for after the next start', async () => {
    const { directory: logs, clock, files, errors, fail } = await directory()
    fail('ENOSPC', (operation, path) => operation === 'open' && path.includes('/new-0/'))
    const log = logs.createLog({ topic: 'new', partition: 0, topicId, config: defaultLogConfig })
    assert.match(log.fault!.message, /ENOSPC/)
    assert.equal(log.topicId, topicId)
    assert.equal(append(log, batchOf(['x'])).error, 'KAFKA_STORAGE_ERROR')
    assert.ok(errors.some(line => /log cannot be created topic="new"/.test(line)))
    await whileTurning(logs.close(), clock)
    files.fail = undefined
    const again = await openDirectory({ files, clock })
    const found = again.directory.logs.get('new-0')!
    found.assignTopicId(topicId)
    assert.equal(append(found, batchOf(['x'])).error, 'NONE')
  })
})
