// Logs as our storage writes them, with everything that a segment can hold.

import { diskFiles, SeededRandom, silentLogger, systemClock, systemRandom } from '../../src/base/index.ts'
import { buildBatch, controlBatch, RecordIndex, batches, batchIsControl } from '../../src/protocol/index.ts'
import { defaultLogConfig, LogDirectory, type AppendOrigin, type PartitionLog } from '../../src/storage/index.ts'

const config = { ...defaultLogConfig, segmentBytes: 40_000, indexIntervalBytes: 1000 }
const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

export const openLogs = (path: string): Promise<LogDirectory> =>
  LogDirectory.open({
    path,
    files: diskFiles,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    defaults: config,
  })

/** Batches of each codec, idempotent ones, transactions of both ends, epochs, a truncation. Gives the values that count. */
export async function writeLog(path: string, { topic, seed }: { topic: string; seed: number }): Promise<string[]> {
  const directory = await openLogs(path),
    random = new SeededRandom(seed)
  const log = directory.createLog({ topic, partition: 0, topicId: systemRandom.uuid(), config })
  const start = Date.now() - 1_000_000
  const sequences = new Map<number, number>()
  const append = (batch: Buffer, i: number, origin: AppendOrigin = 'client'): void => {
    const outcome = log.append(batch, { leaderEpoch: Math.floor(i / 100), origin, now: Date.now() })
    if (outcome.error !== 'NONE') throw new Error(`${outcome.error}: ${outcome.message}`)
  }
  const write = (i: number, producerId?: number, transactional = false): void => {
    const records = Array.from({ length: 1 + random.below(20) }, (_, j) => ({
      timestamp: start + i * 1000 - random.below(3000),
      key: random.chance(0.8) ? `key ${j}` : null,
      value: `${i}.${j} ${'v'.repeat(random.below(100))}`,
      headers: random.chance(0.3)
        ? ([
            ['header', 'value'],
            ['empty', null],
          ] as const)
        : [],
    }))
    const baseSequence = producerId === undefined ? -1 : (sequences.get(producerId) ?? 0)
    const producer = producerId === undefined ? {} : { producerId, producerEpoch: 1, baseSequence, transactional }
    append(buildBatch(records, { codec: codecs[i % 5]!, ...producer }), i)
    if (producerId !== undefined) sequences.set(producerId, baseSequence + records.length)
  }
  for (let i = 0; i < 600; i++) {
    write(i, i % 3 === 0 ? 1000 : undefined)
    if (i % 50 !== 10) continue
    const producerId = 2000 + i
    write(i, producerId, true)
    const type = i % 100 === 10 ? 'abort' : 'commit'
    append(
      controlBatch({ type, producerId, producerEpoch: 1, coordinatorEpoch: 3, timestamp: start + i * 1000 }),
      i,
      'coordinator',
    )
  }
  log.truncateTo(Math.floor(log.endOffset * 0.9))
  for (let i = 600; i < 700; i++) write(i)
  log.setHighWatermark(log.endOffset)
  const values = valuesOf(log)
  await directory.close()
  return values
}

/** The same, compacted three times, with more records and tombstones in between. */
export async function writeCompactedLog(path: string, options: { topic: string; seed: number }): Promise<void> {
  await writeLog(path, options)
  const directory = await openLogs(path),
    log = directory.logs.get(`${options.topic}-0`)!
  const compacted = { ...config, cleanupPolicy: ['compact'], minCleanableDirtyRatio: 0 } as const
  for (let round = 0; round < 3; round++) {
    const records = Array.from({ length: 10 }, (_, i) => ({
      timestamp: Date.now(),
      key: i < 3 ? `gone ${round}.${i}` : `key ${i}`,
      value: i < 3 ? null : `${round} ${systemRandom.bytes(500).toString('hex')}`,
    }))
    for (let i = 0; i < 20; i++) {
      const outcome = log.append(buildBatch(records, { codec: codecs[i % 5]! }), {
        leaderEpoch: 7,
        origin: 'client',
        now: Date.now(),
      })
      if (outcome.error !== 'NONE') throw new Error(`${outcome.error}: ${outcome.message}`)
    }
    log.setHighWatermark(log.endOffset)
    log.setConfig(compacted)
    await directory.compact()
  }
  await directory.close()
}

/** The values of all records but the markers of transactions. */
export function valuesOf(log: PartitionLog): string[] {
  const values: string[] = [],
    records = new RecordIndex()
  for (let offset = log.logStartOffset; offset < log.endOffset;) {
    const outcome = log.read(offset, { maxBytes: 2 ** 20, minOneBatch: true })
    if (outcome.error !== 'NONE') throw new Error(`${outcome.error}: ${outcome.message}`)
    const bytes = Buffer.from(outcome.records)
    for (const at of batches(bytes)) {
      if (batchIsControl(bytes, at)) continue
      records.read(bytes, at)
      for (let i = 0; i < records.count; i++) values.push(String(records.value(i)))
    }
    outcome.release()
    offset = outcome.lastOffset + 1
  }
  return values
}
