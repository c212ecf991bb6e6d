// What a log gives on this machine: node src/storage/log.bench.ts [seconds a case] [directory]
//
// Appends as the broker does them, checks included, acknowledged once a loop turn, into files that are removed again;
// reads from memory and from the page cache.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { diskFiles, silentLogger, systemClock, systemRandom } from '../base/index.ts'
import { buildBatch, setBaseOffset, type BatchOptions } from '../protocol/index.ts'
import { defaultLogConfig, LogDirectory, type Durability, type PartitionLog } from './index.ts'

const seconds = Number(process.argv[2] ?? 2)
const root = process.argv[3] ?? tmpdir()

interface Case {
  readonly name: string
  readonly recordSize: number
  readonly batchSize: number
  readonly logs?: number
  /** Appends in a loop turn, to the logs in turn. */
  readonly perTurn?: number
  readonly codec?: BatchOptions['codec']
  readonly durability?: Durability
}
// oxfmt-ignore
const cases: Case[] = [
  { name: '170 B batches, 16 a turn',           recordSize: 100,  batchSize: 170,        perTurn: 16 },
  { name: '170 B batches, 50 logs, 200 a turn', recordSize: 100,  batchSize: 170,        perTurn: 200, logs: 50 },
  { name: '16 KiB batches of 1 KiB records',    recordSize: 1024, batchSize: 16 * 1024,  perTurn: 8 },
  { name: '16 KiB, 50 logs',                    recordSize: 1024, batchSize: 16 * 1024,  perTurn: 50, logs: 50 },
  { name: '128 KiB batches of 1 KiB records',   recordSize: 1024, batchSize: 128 * 1024, perTurn: 2 },
  { name: '128 KiB batches of 100 B records',   recordSize: 100,  batchSize: 128 * 1024, perTurn: 2 },
  { name: '128 KiB, lz4',                       recordSize: 1024, batchSize: 128 * 1024, perTurn: 2, codec: 'lz4' },
  { name: '1 MiB batches',                      recordSize: 1024, batchSize: 1000_000,   perTurn: 1 },
  { name: '16 KiB, fsync, 16 a turn',           recordSize: 1024, batchSize: 16 * 1024,  perTurn: 16, durability: 'fsync' },
]

for (const each of cases) await run(each)

async function run({
  name,
  recordSize,
  batchSize,
  logs: logCount = 1,
  perTurn = 1,
  codec = 'none',
  durability = 'flush',
}: Case) {
  const path = mkdtempSync(join(root, 'millrace-bench-'))
  const defaults = {
    ...defaultLogConfig,
    segmentBytes: 64 * 2 ** 20,
    retentionBytes: 128 * 2 ** 20,
    fileDeleteDelayMs: 0,
  }
  const directory = await LogDirectory.open({
    path,
    files: diskFiles,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    defaults,
    durability,
    intervals: { retentionCheckMs: 100 },
  })
  const topicId = systemRandom.uuid()
  const logs = Array.from({ length: logCount }, (_, partition) =>
    directory.createLog({ topic: 'bench', partition, topicId, config: defaults }),
  )
  const acknowledged = new Map<PartitionLog, () => void>()
  directory.onProgress = log => {
    log.setHighWatermark(log.durableOffset)
    if (log.durableOffset === log.endOffset) acknowledged.get(log)?.()
  }
  const batch = makeBatch(recordSize, batchSize, codec)
  let appends = 0
  const start = performance.now(),
    cpuStart = process.cpuUsage()
  while (performance.now() - start < seconds * 1000) {
    const used = new Set<PartitionLog>()
    for (let i = 0; i < perTurn; i++) {
      const log = logs[appends++ % logs.length]!
      setBaseOffset(batch, 0, 0)
      const outcome = log.append(batch, { leaderEpoch: 0, origin: 'client', now: Date.now() })
      if (outcome.error !== 'NONE') throw new Error(`${outcome.error}: ${outcome.message}`)
      used.add(log)
    }
    await Promise.all([...used].map(log => new Promise<void>(resolve => acknowledged.set(log, resolve))))
  }
  const elapsed = (performance.now() - start) / 1000,
    cpu = process.cpuUsage(cpuStart)
  const bytes = appends * batch.length
  const cpuPerGb = (cpu.user + cpu.system) / 1e6 / (bytes / 1e9)
  const reads = readAll(logs[0]!)
  console.log(
    `${name.padEnd(36)} append ${mb(bytes / elapsed)} MB/s ${String(Math.round(appends / elapsed)).padStart(8)} batches/s` +
      ` ${cpuPerGb.toFixed(2).padStart(6)} CPU s/GB | read ${reads}`,
  )
  await directory.close()
  rmSync(path, { recursive: true })
}
function makeBatch(recordSize: number, batchSize: number, codec: BatchOptions['codec'] & string): Buffer {
  const count = Math.max(1, Math.round(batchSize / (recordSize + 10)))
  const value = Buffer.from(systemRandom.bytes(recordSize / 2).toString('hex'))
  return buildBatch(
    Array.from({ length: count }, () => ({ timestamp: Date.now(), value })),
    { codec },
  )
}
/** From the start in fetches of 1 MiB; most of it from the page cache, the end from memory. */
function readAll(log: PartitionLog): string {
  const start = performance.now()
  let bytes = 0
  for (let offset = log.logStartOffset; offset < log.endOffset && performance.now() - start < 1000;) {
    const outcome = log.read(offset, { maxBytes: 2 ** 20, minOneBatch: true })
    if (outcome.error !== 'NONE') throw new Error(outcome.message)
    bytes += outcome.records.length
    offset = outcome.lastOffset + 1
    outcome.release()
  }
  return `${mb(bytes / ((performance.now() - start) / 1000))} MB/s`
}
function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0).padStart(5)
}
