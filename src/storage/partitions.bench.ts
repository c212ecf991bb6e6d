// Many partitions: what an idle one costs in memory and in open files, and how long a directory full of them takes to open
// after a clean end and after a crash. `PARTITIONS=10000 npm run bench -- partitions`.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { diskFiles, silentLogger, systemClock, systemRandom } from '../base/index.ts'
import { buildBatch } from '../protocol/index.ts'
import { defaultLogConfig } from './log-config.ts'
import { LogDirectory } from './log-directory.ts'

const count = Number(process.env['PARTITIONS'] ?? 2_000)
const batch = buildBatch([{ timestamp: Date.now(), value: 'x'.repeat(100) }])

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
async function memory(): Promise<{ heap: number; resident: number }> {
  await systemClock.sleep(100)
  collect()
  collect()
  const { heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed, resident: rss }
}
const descriptors = (): number => readdirSync('/proc/self/fd').length
const open = (path: string): Promise<LogDirectory> =>
  LogDirectory.open({
    path,
    files: diskFiles,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    defaults: defaultLogConfig,
    intervals: { restMs: 200 },
  })
async function measured<T>(what: string, work: () => Promise<T>): Promise<T> {
  const before = await memory(),
    from = performance.now()
  const result = await work()
  const ms = performance.now() - from
  await systemClock.sleep(600)
  const after = await memory()
  const heap = ((after.heap - before.heap) / count / 1024).toFixed(2),
    resident = ((after.resident - before.resident) / count / 1024).toFixed(2)
  console.log(
    `${what.padEnd(32)} ${ms.toFixed(0).padStart(6)} ms   ${heap} kB of heap and ${resident} kB resident a partition, ${descriptors()} descriptors`,
  )
  return result
}

const path = mkdtempSync(join(tmpdir(), 'millrace-partitions-'))
try {
  console.log(`${count} partitions, ${((await memory()).resident / 2 ** 20).toFixed(0)} MB resident before`)
  const appendAll = (directory: LogDirectory): void => {
    for (const log of directory.logs.values())
      log.append(Buffer.from(batch), { leaderEpoch: 0, origin: 'client', now: Date.now() })
  }
  let directory = await open(path)
  await measured('made', async () => {
    for (let partition = 0; partition < count; partition++)
      directory.createLog({ topic: 'idle', partition, topicId: systemRandom.uuid(), config: defaultLogConfig })
  })
  for (const round of [1, 2, 3])
    await measured(`a batch to each, round ${round}`, async () => {
      appendAll(directory)
      await systemClock.sleep(0)
    })
  await measured('closed', () => directory.close())
  directory = await measured('opened after a clean end', () => open(path))
  await measured('a batch to each', async () => appendAll(directory))
  await measured('closed', () => directory.close())
  rmSync(join(path, '.kafka_cleanshutdown'))
  rmSync(join(path, 'recovery-point-offset-checkpoint'))
  directory = await measured('opened after a crash', () => open(path))
  await directory.close()
} finally {
  rmSync(path, { recursive: true, force: true })
}
