// How long a data directory takes to open after a crash, on the loop and in threads, and for how long the loop stands still
// meanwhile. `MEGABYTES=2000 PARTITIONS=1000 npm run bench -- recovery`.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { diskFiles, silentLogger, startThread, systemClock, systemRandom, type StartThread } from '../../base/index.ts'
import { buildBatch } from '../../protocol/index.ts'
import { defaultLogConfig } from '../log-config.ts'
import { LogDirectory } from '../log-directory.ts'

const megabytes = Number(process.env['MEGABYTES'] ?? 500),
  partitions = Number(process.env['PARTITIONS'] ?? 250)
const batchSize = 128 * 1024
const value = 'x'.repeat(1000)
const batch = buildBatch(Array.from({ length: batchSize / 1024 }, () => ({ timestamp: Date.now(), value })))

const open = (path: string, options: { startThread?: StartThread; recoveryThreads?: number } = {}) =>
  LogDirectory.open({
    path,
    files: diskFiles,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    defaults: defaultLogConfig,
    ...options,
  })
function crash(path: string): void {
  for (const name of ['.kafka_cleanshutdown', 'recovery-point-offset-checkpoint'])
    rmSync(join(path, name), { force: true })
}
/** The longest time in which no timer came through. */
async function stallDuring(work: () => Promise<unknown>): Promise<{ ms: number; stallMs: number }> {
  const from = performance.now()
  let last = from,
    stallMs = 0
  const watch = setInterval(() => {
    stallMs = Math.max(stallMs, performance.now() - last)
    last = performance.now()
  }, 1)
  await work()
  clearInterval(watch)
  return { ms: performance.now() - from, stallMs: Math.max(stallMs, performance.now() - last) }
}

const path = mkdtempSync(join(tmpdir(), 'millrace-recovery-'))
try {
  let directory = await open(path)
  const perPartition = Math.ceil((megabytes * 2 ** 20) / partitions / batch.length)
  for (let partition = 0; partition < partitions; partition++) {
    const log = directory.createLog({ topic: 't', partition, topicId: systemRandom.uuid(), config: defaultLogConfig })
    for (let i = 0; i < perPartition; i++)
      log.append(Buffer.from(batch), { leaderEpoch: 0, origin: 'client', now: Date.now() })
    await new Promise<void>(resolve => systemClock.soon(resolve))
  }
  await directory.close()
  console.log(`${megabytes} MB in ${partitions} partitions`)
  const ways = [
    ['on the loop', {}],
    ['in 1 thread', { startThread, recoveryThreads: 1 }],
    ['in 2 threads', { startThread, recoveryThreads: 2 }],
    ['in 3 threads', { startThread, recoveryThreads: 3 }],
  ] as const
  for (let round = 0; round < 2; round++)
    for (const [name, options] of ways) {
      crash(path)
      const { ms, stallMs } = await stallDuring(async () => (directory = await open(path, options)))
      console.log(
        `${name.padEnd(16)}${ms.toFixed(0).padStart(7)} ms, the loop stood still for ${stallMs.toFixed(0)} ms`,
      )
      await directory.close()
    }
  const { ms } = await stallDuring(async () => (directory = await open(path)))
  console.log(`${'after a clean end'.padEnd(16)}${ms.toFixed(0).padStart(6)} ms`)
  await directory.close()
} finally {
  rmSync(path, { recursive: true, force: true })
}
