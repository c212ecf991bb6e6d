// A process that appends to a compacted log, and compacts it in its thread all the while, is killed (SIGKILL) at random moments.
// The next one finds what a model says: which record stands at an offset follows from the offset alone.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { it } from 'node:test'

import {
  diskFiles,
  SeededRandom,
  seedFromEnvironment,
  silentLogger,
  startThread,
  systemClock,
  systemRandom,
} from '../../base/index.ts'
import { batches, buildBatch, RecordIndex } from '../../protocol/index.ts'
import { defaultLogConfig, LogDirectory, type LogConfig, type PartitionLog } from '../index.ts'
import { appended, read } from '../testing.ts'

/** ROUNDS=… makes more of them. */
const roundCount = Number(process.env['ROUNDS'] ?? 5)
const keyCount = 300
const config: LogConfig = {
  ...defaultLogConfig,
  cleanupPolicy: ['compact'],
  segmentBytes: 30_000,
  indexIntervalBytes: 500,
  minCleanableDirtyRatio: 0,
  deleteRetentionMs: 20,
  fileDeleteDelayMs: 10,
}
const topicId = '0123456789abcdef0123456789abcdef'

const open = (path: string) =>
  LogDirectory.open({
    path,
    files: diskFiles,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    defaults: config,
    durability: 'flush',
    startThread,
    intervals: { recoveryPointCheckpointMs: 20, highWatermarkCheckpointMs: 20, compactionCheckMs: 5 },
  })

interface ModelRecord {
  readonly key: string
  /** Null: a tombstone. */
  readonly value: string | null
}
function recordAt(offset: number): ModelRecord {
  const mixed = (Math.imul(offset + 1, 0x9e3779b1) >>> 7) % 10_007
  const key = `key ${mixed % keyCount}`
  return { key, value: mixed % 7 === 0 ? null : `${offset} of ${key} `.repeat(1 + (mixed % 5)) }
}

const [, , role, path] = process.argv
if (role === 'append') await appendForever(path!)
else
  it('a log that was being compacted when its process was killed holds the latest of each key, where it was', () =>
    killAgainAndAgain())

async function appendForever(path: string): Promise<void> {
  const directory = await open(path)
  const log = directory.logs.get('t-0') ?? directory.createLog({ topic: 't', partition: 0, topicId, config })
  log.setConfig(config)
  const cleanedBefore = log.cleanedOffset
  directory.onProgress = ({ durableOffset, cleanedOffset }) =>
    void process.stdout.write(`${durableOffset} ${cleanedOffset > cleanedBefore ? 'compacted' : ''}\n`)
  for (;;) {
    const records = Array.from({ length: 1 + systemRandom.below(20) }, (_, i) => recordAt(log.endOffset + i))
    const now = Date.now()
    appended(log, buildBatch(records.map(record => ({ timestamp: now, ...record }))), { now })
    // What was compacted can go on only below the high watermark.
    log.setHighWatermark(log.endOffset)
    // Compaction keeps up with that.
    await systemClock.sleep(2)
  }
}

async function killAgainAndAgain(): Promise<void> {
  const seed = seedFromEnvironment(),
    random = new SeededRandom(seed),
    path = mkdtempSync(join(tmpdir(), 'millrace-kill-compaction-'))
  try {
    let told = 0
    for (let round = 0; round < roundCount; round++) {
      const where = `SEED=${seed}, round ${round}`
      const child = spawn(process.execPath, [import.meta.filename, 'append', path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const lines = createInterface(child.stdout)
      const compacted = Promise.withResolvers<void>()
      lines.on('line', line => {
        told = Number(line.split(' ')[0])
        if (line.endsWith('compacted')) compacted.resolve()
      })
      await Promise.race([compacted.promise, once(child, 'exit')])
      await systemClock.sleep(random.below(200))
      child.kill('SIGKILL')
      await once(lines, 'close')
      await check(path, { told, where, isLast: round === roundCount - 1 })
    }
  } finally {
    rmSync(path, { recursive: true })
  }
}
async function check(path: string, { told, where, isLast }: { told: number; where: string; isLast: boolean }) {
  const directory = await open(path),
    log = directory.logs.get('t-0')!
  log.setConfig(config)
  log.setHighWatermark(log.endOffset)
  assert.equal(log.fault, undefined, where)
  assert.ok(log.endOffset >= told, `${where}: the log ends at ${log.endOffset}, and ${told} were told`)
  checkLog(log, where)
  if (isLast) {
    await directory.compact()
    checkLog(log, `${where}, compacted`)
    assert.ok(log.cleanedOffset > 0, `${where}: nothing was compacted`)
    const unfinished = readdirSync(log.directory).filter(name => /\.(cleaned|swap)$/.test(name))
    assert.deepEqual(unfinished, [], where)
  }
  await directory.close()
}

/** Holds what is found against the model of all that was ever appended. */
function checkLog(log: PartitionLog, where: string): void {
  const found = offsetsOf(log, where),
    latest = new Map<string, number>()
  for (let offset = 0; offset < log.endOffset; offset++) latest.set(recordAt(offset).key, offset)
  const first = new Map<string, number>(),
    countBelow = new Map<string, number>()
  for (const offset of found) {
    const { key } = recordAt(offset)
    if (!first.has(key)) first.set(key, offset)
    if (offset < log.cleanedOffset) countBelow.set(key, (countBelow.get(key) ?? 0) + 1)
  }
  for (const [key, offset] of latest) {
    if (recordAt(offset).value !== null) assert.ok(found.has(offset), `${where}: ${key}, last at ${offset}, is gone`)
    // Its time may have come, but not before that of what it deletes.
    else if (!found.has(offset)) assert.ok(!first.has(key), `${where}: ${key}, deleted at ${offset}, is back`)
    assert.ok((countBelow.get(key) ?? 0) <= 1, `${where}: ${key} is twice where the log is clean`)
  }
}
/** Each record must be the one of its offset. */
function offsetsOf(log: PartitionLog, where: string): Set<number> {
  const found = new Set<number>(),
    index = new RecordIndex()
  let last = -1
  for (let offset = 0; offset < log.endOffset;) {
    const { records, lastOffset, release } = read(log, offset, { minOneBatch: true })
    const bytes = Buffer.from(records)
    release()
    for (const at of batches(bytes)) {
      index.read(bytes, at)
      for (let i = 0; i < index.count; i++) {
        const at = index.offset(i),
          { key, value } = recordAt(at)
        assert.ok(at > last, `${where}: offset ${at} after ${last}`)
        assert.deepEqual(
          [index.key(i)?.toString(), index.value(i)?.toString() ?? null],
          [key, value],
          `${where}: ${at}`,
        )
        found.add((last = at))
      }
    }
    assert.ok(lastOffset >= offset, `${where}: nothing to read at ${offset}`)
    offset = lastOffset + 1
  }
  return found
}
