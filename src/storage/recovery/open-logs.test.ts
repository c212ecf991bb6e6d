import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { createLogger, memoryFiles, type MemoryFiles } from '../../base/index.ts'
import { defaultLogConfig } from '../log-config.ts'
import type { LogDirectoryOptions } from '../log-directory.ts'
import {
  allOf,
  append,
  appended,
  batchOf,
  openDirectory,
  read,
  StandingClock,
  topicId,
  whileTurning,
} from '../testing.ts'
import type { RecoveryProgress } from './open-logs.ts'

/** Ten logs of some segments each, as a killed process leaves them. */
async function killed(): Promise<MemoryFiles> {
  const { directory, files, clock } = await openDirectory({ files: memoryFiles() })
  for (let partition = 0; partition < 10; partition++) {
    const config = { ...defaultLogConfig, segmentBytes: 300 }
    const log = directory.createLog({ topic: 't', partition, topicId, config })
    for (let i = 0; i < 12; i++)
      appended(log, batchOf([`${i}`], { producerId: 5, producerEpoch: 0, baseSequence: i }), { leaderEpoch: i >> 2 })
  }
  clock.turn()
  await whileTurning(directory.checkpoint(), clock)
  for (const log of directory.logs.values())
    appended(log, batchOf(['last'], { producerId: 5, producerEpoch: 0, baseSequence: 12 }))
  clock.turn()
  return files
}
const opened = (files: MemoryFiles, more: Partial<Omit<LogDirectoryOptions, 'files' | 'clock'>> = {}) => {
  const copy = memoryFiles()
  const walk = (path: string): void => {
    copy.makeDirectory(path)
    for (const name of files.list(path))
      if (files.isDirectory(`${path}/${name}`)) walk(`${path}/${name}`)
      else copy.replaceFile(`${path}/${name}`, files.readFile(`${path}/${name}`))
  }
  walk('/data')
  return { copy, open: (clock = new StandingClock()) => openDirectory({ files: copy, clock, ...more }) }
}

describe('the logs of a directory', () => {
  it('are all there after a crash, with their producers and epochs', async () => {
    const { directory } = await opened(await killed()).open()
    assert.equal(directory.logs.size, 10)
    for (const log of directory.logs.values()) {
      assert.deepEqual(
        allOf(log).map(([, value]) => value),
        [...Array.from({ length: 12 }, (_, i) => `${i}`), 'last'],
      )
      assert.equal(log.producer(5)!.lastSequence, 12)
      assert.equal(log.latestEpoch, 2)
      assert.equal(
        append(log, batchOf(['x'], { producerId: 5, producerEpoch: 0, baseSequence: 14 })).error,
        'OUT_OF_ORDER_SEQUENCE_NUMBER',
      )
    }
  })
  it('are told as they are recovered, every second', async () => {
    const told: RecoveryProgress[] = [],
      events: string[] = []
    const clock = new StandingClock()
    clock.monotonic = () => (clock.time += 300)
    const { open } = opened(await killed(), {
      onRecovery: progress => told.push(progress),
      logger: createLogger({ now: () => 0, write: line => events.push(line) }),
    })
    const { directory } = await open(clock)
    assert.ok(told.length >= 5, `${told.length} times`)
    const { logsTotal, bytesTotal } = told[0]!
    assert.deepEqual([logsTotal, bytesTotal > 0], [10, true])
    assert.ok(told.every(({ logs, bytes }) => logs <= 10 && bytes <= bytesTotal))
    assert.match(events.at(-1)!, /logs recovered logs=10 /)
    await whileTurning(directory.close(), clock)
  })
  it('are offline where they cannot be read, and the others go on', async () => {
    const { copy, open } = opened(await killed())
    copy.fail = (operation, path) => {
      if (operation === 'read' && path.includes('/t-3/') && path.endsWith('.log'))
        throw Object.assign(new Error('EIO: broken'), { code: 'EIO' })
    }
    const { directory, clock } = await open()
    const log = directory.logs.get('t-3')!
    assert.match(log.fault!.message, /EIO/)
    assert.equal(append(log, batchOf(['x'])).error, 'KAFKA_STORAGE_ERROR')
    assert.equal(log.read(0, { maxBytes: 100 }).error, 'KAFKA_STORAGE_ERROR')
    for (const other of directory.logs.values()) if (other !== log) assert.equal(allOf(other).length, 13)
    await whileTurning(directory.close(), clock)
    assert.equal(copy.exists('/data/.kafka_cleanshutdown'), false, 'it is recovered when the device is sound again')
    copy.fail = undefined
    const again = await openDirectory({ files: copy })
    assert.equal(allOf(again.directory.logs.get('t-3')!).length, 13)
    assert.deepEqual(read(again.directory.logs.get('t-3')!, 13).records.length, 0)
  })
})
