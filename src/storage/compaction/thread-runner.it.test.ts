import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'

import { diskFiles, SeededRandom, silentLogger, startThread, systemClock } from '../../base/index.ts'
import { defaultLogConfig, type LogConfig } from '../log-config.ts'
import { LogDirectory } from '../log-directory.ts'
import { append, topicId, type TestLog } from '../testing.ts'
import { contentOf, keyed, roll } from './testing.ts'

const path = mkdtempSync(join(tmpdir(), 'millrace-compaction-'))
after(() => rmSync(path, { recursive: true }))
const config: LogConfig = {
  ...defaultLogConfig,
  cleanupPolicy: ['compact'],
  minCleanableDirtyRatio: 0,
  segmentBytes: 20_000,
}
const open = (name: string, ioBytesPerSecondMax = Infinity): Promise<LogDirectory> =>
  LogDirectory.open({
    path: join(path, name),
    files: diskFiles,
    clock: systemClock,
    random: new SeededRandom(1),
    logger: silentLogger,
    defaults: config,
    cleaner: { ioBufferBytes: 1000, ioBytesPerSecondMax },
    startThread,
  })
function fill(directory: LogDirectory): TestLog['log'] {
  const log = directory.createLog({ topic: 't', partition: 0, topicId, config })
  for (let i = 0; i < 2000; i++) append(log, keyed([`key ${i % 100}=${i}`]))
  roll({ log } as TestLog)
  return log
}
const last100 = Array.from({ length: 100 }, (_, i) => `${1900 + i} key ${i}=${1900 + i}`)

it('logs on disk are compacted in a thread, and read meanwhile', async () => {
  const directory = await open('whole'),
    log = fill(directory)
  const compacting = directory.compact()
  assert.equal(contentOf(log).length, 2000)
  await compacting
  assert.deepEqual(contentOf(log), last100)
  await directory.close()
  const again = await open('whole')
  assert.deepEqual(contentOf(again.logs.get('t-0')!), last100)
  await again.close()
})
it('a cleaning in a thread is given up when the directory is closed, and leaves nothing behind', async () => {
  const directory = await open('closed', 200_000)
  fill(directory)
  const isWriting = () => readdirSync(join(path, 'closed', 't-0')).some(name => name.endsWith('.cleaned'))
  const compacting = directory.compact()
  while (!isWriting()) await systemClock.sleep(1)
  await directory.close()
  await compacting
  assert.ok(existsSync(join(path, 'closed', '.kafka_cleanshutdown')))
  assert.deepEqual(
    readdirSync(join(path, 'closed', 't-0')).filter(name => /cleaned|swap/.test(name)),
    [],
  )
})
