import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import { createLogger, diskFiles, silentLogger, startThread, systemClock, systemRandom } from '../../base/index.ts'
import { defaultLogConfig } from '../log-config.ts'
import { LogDirectory } from '../log-directory.ts'
import type { RecoveryTask } from '../log-recovery.ts'
import { allOf, appended, batchOf, topicId } from '../testing.ts'
import { ThreadRecovery } from './thread-recovery.ts'

const config = { ...defaultLogConfig, segmentBytes: 2000 }
const open = (path: string): Promise<LogDirectory> =>
  LogDirectory.open({
    path,
    files: diskFiles,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    defaults: config,
  })

test('logs are recovered in threads, what they warn of is logged here, and a log that is not there is told', async () => {
  const path = mkdtempSync(join(tmpdir(), 'millrace-threads-'))
  const events: string[] = []
  const logger = createLogger({ level: 'warn', now: () => 0, write: line => events.push(line) })
  const recovery = new ThreadRecovery({ start: startThread, logger, threads: 2 })
  try {
    const before = await open(path)
    for (let partition = 0; partition < 4; partition++) {
      const log = before.createLog({ topic: 't', partition, topicId, config })
      for (let i = 0; i < 100; i++)
        appended(log, batchOf([`${i}`], { producerId: 9, producerEpoch: 0, baseSequence: i }))
    }
    await before.close()
    rmSync(join(path, '.kafka_cleanshutdown'))
    const last = [...before.logs.values()].map(log => log.segments.at(-1)!.path)
    appendFileSync(last[2]!, 'torn')
    for (const { directory } of before.logs.values())
      for (const name of diskFiles.list(directory)) if (/index$|snapshot$/.test(name)) rmSync(join(directory, name))

    const task = (partition: number): RecoveryTask => ({
      topic: 't',
      partition,
      directory: join(path, `t-${partition}`),
      config,
      recoveryPoint: 0,
      logStartOffset: 0,
      highWatermark: 0,
      now: Date.now(),
    })
    let scanned = 0
    await Promise.all([0, 1, 2, 3].map(partition => recovery.recover(task(partition), bytes => (scanned += bytes))))
    const sizeBytes = [...before.logs.values()].reduce((sum, log) => sum + log.sizeBytes, 0)
    assert.equal(scanned, sizeBytes + 'torn'.length)
    assert.equal(events.length, 1)
    assert.match(events[0]!, /log cut topic="t" partition=2 .* cutBytes=4/)
    await assert.rejects(
      recovery.recover(task(7), () => {}),
      { code: 'ENOENT' },
    )

    const after = await open(path)
    for (const log of after.logs.values()) {
      assert.equal(allOf(log).length, 100)
      assert.equal(log.producer(9)!.lastSequence, 99)
    }
    await after.close()
  } finally {
    await recovery.end()
    rmSync(path, { recursive: true, force: true })
  }
})
