// What compaction takes on this machine: node src/storage/compaction/compaction.bench.ts [MB a case] [directory]
//
// How fast a log is cleaned, in bytes of the log as it was; then how long produced batches wait for their acknowledgement
// while nothing is cleaned, and while something is.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { diskFiles, silentLogger, startThread, systemClock, systemRandom } from '../../base/index.ts'
import { buildBatch, type BatchOptions } from '../../protocol/index.ts'
import { defaultLogConfig, LogDirectory, type PartitionLog } from '../index.ts'

const megabytes = Number(process.argv[2] ?? 200)
const root = process.argv[3] ?? tmpdir()

interface Case {
  readonly name: string
  readonly recordSize: number
  /** How often each key is written. */
  readonly repeats: number
  readonly codec?: BatchOptions['codec']
}
// oxfmt-ignore
const cases: Case[] = [
  { name: '1 KiB records, each key 10 times',           recordSize: 1024, repeats: 10 },
  { name: '1 KiB records, each key once',               recordSize: 1024, repeats: 1 },
  { name: '100 B records, each key 10 times',           recordSize: 100,  repeats: 10 },
  { name: '100 B records, each key 10 times, lz4',      recordSize: 100,  repeats: 10, codec: 'lz4' },
  { name: '100 B records, each key 10 times, zstd',     recordSize: 100,  repeats: 10, codec: 'zstd' },
]
const config = {
  ...defaultLogConfig,
  cleanupPolicy: ['compact'] as const,
  minCleanableDirtyRatio: 0,
  segmentBytes: 32 * 2 ** 20,
  fileDeleteDelayMs: 0,
}

for (const each of cases) await speed(each)
await latency()

async function opened(work: (directory: LogDirectory) => Promise<void>): Promise<void> {
  const path = mkdtempSync(join(root, 'millrace-bench-'))
  const directory = await LogDirectory.open({
    path,
    files: diskFiles,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    defaults: config,
    intervals: { compactionCheckMs: 2 ** 30 },
    startThread,
  })
  directory.onProgress = log => log.setHighWatermark(log.durableOffset)
  await work(directory)
  await directory.close()
  rmSync(path, { recursive: true })
}
async function filled(directory: LogDirectory, each: Case, partition = 0): Promise<PartitionLog> {
  const { recordSize, repeats, codec = 'none' } = each
  const log = directory.createLog({ topic: 'bench', partition, topicId: systemRandom.uuid(), config })
  const perBatch = Math.max(1, Math.round((64 * 1024) / recordSize)),
    keyCount = Math.round((megabytes * 1e6) / recordSize / repeats)
  const text = systemRandom.bytes(64 * 1024).toString('base64')
  for (let i = 0; i * perBatch * recordSize < megabytes * 1e6; i++) {
    const records = Array.from({ length: perBatch }, (_, j) => {
      const from = ((i * perBatch + j) * 37) % (text.length - recordSize)
      const key = `key ${systemRandom.below(keyCount)}`
      return { timestamp: Date.now(), key, value: text.slice(from, from + recordSize - key.length) }
    })
    appended(log, buildBatch(records, { codec }))
    if (i % 16 === 0) await new Promise<void>(resolve => systemClock.soon(resolve))
  }
  await log.flush()
  return log
}
function appended(log: PartitionLog, batch: Buffer): void {
  const outcome = log.append(batch, { leaderEpoch: 0, origin: 'client', now: Date.now() })
  if (outcome.error !== 'NONE') throw new Error(`${outcome.error}: ${outcome.message}`)
}

async function speed(each: Case): Promise<void> {
  await opened(async directory => {
    const log = await filled(directory, each),
      before = log.sizeBytes
    const start = performance.now(),
      cpuStart = process.cpuUsage()
    await directory.compact()
    const seconds = (performance.now() - start) / 1000,
      { user, system } = process.cpuUsage(cpuStart)
    const cpuPerGb = (user + system) / 1e6 / (before / 1e9)
    console.log(
      `${each.name.padEnd(40)} ${(before / 1e6).toFixed(0).padStart(5)} MB to ${(log.sizeBytes / 1e6).toFixed(0).padStart(4)} MB` +
        ` ${(before / 1e6 / seconds).toFixed(0).padStart(5)} MB/s ${cpuPerGb.toFixed(1).padStart(6)} CPU s/GB`,
    )
  })
}

/** Of 16 KiB batches, one every 2 ms, to a log of their own. */
async function latency(): Promise<void> {
  await opened(async directory => {
    await filled(directory, cases[2]!, 1)
    const log = directory.createLog({ topic: 'bench', partition: 0, topicId: systemRandom.uuid(), config })
    const batch = (): Buffer =>
      buildBatch(
        Array.from({ length: 16 }, (_, i) => ({ timestamp: Date.now(), key: `${i}`, value: 'v'.repeat(1000) })),
      )
    const waits = async (isOver: () => boolean): Promise<string> => {
      const all: number[] = []
      while (!isOver()) {
        const start = performance.now()
        appended(log, batch())
        while (log.durableOffset < log.endOffset) await new Promise<void>(resolve => systemClock.soon(resolve))
        all.push(performance.now() - start)
        await systemClock.sleep(2)
      }
      const sorted = all.toSorted((a, b) => a - b),
        at = (share: number): string => sorted[Math.floor(sorted.length * share)]!.toFixed(2)
      return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${sorted.length} batches`
    }
    const until = performance.now() + 3000
    console.log('acknowledged while idle:    ', await waits(() => performance.now() > until))
    let isDone = false
    const compacting = directory.compact().finally(() => (isDone = true))
    console.log('acknowledged while cleaning:', await waits(() => isDone))
    await compacting
  })
}
