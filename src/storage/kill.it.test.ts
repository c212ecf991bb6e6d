// A process that appends is killed (SIGKILL) at random moments; what it had told as durable is there for the next one.
// The kernel lives on, so this is about our own order of writes and files; crashes of the machine are simulated elsewhere.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { it } from 'node:test'

import { diskFiles, SeededRandom, seedFromEnvironment, silentLogger, systemClock, systemRandom } from '../base/index.ts'
import { buildBatch } from '../protocol/index.ts'
import { defaultLogConfig, LogDirectory, type Durability } from './index.ts'
import { allOf, appended } from './testing.ts'

const partitionCount = 3
/** ROUNDS=… makes more of them. */
const roundCount = Number(process.env['ROUNDS'] ?? 4)
const config = { ...defaultLogConfig, segmentBytes: 300_000, indexIntervalBytes: 500 }
const topicId = '0123456789abcdef0123456789abcdef'

const open = (path: string, durability: Durability) =>
  LogDirectory.open({
    path,
    files: diskFiles,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    defaults: config,
    durability,
    intervals: { recoveryPointCheckpointMs: 20, highWatermarkCheckpointMs: 20 },
  })
/** Small ones and, now and then, one that is written directly. */
const valueAt = (partition: number, offset: number): string =>
  `${partition}:${offset} `.repeat(offset % 97 === 96 ? 10_000 : 1 + (offset % 30))

const [, , role, path, durability] = process.argv
if (role === 'append') await appendForever(path!, durability as Durability)
else
  for (const durability of ['fsync', 'flush'] as const)
    it(`what a killed process told as durable with '${durability}' is there`, () => killAgainAndAgain(durability))

async function appendForever(path: string, durability: Durability): Promise<void> {
  const directory = await open(path, durability)
  const logs = Array.from(
    { length: partitionCount },
    (_, partition) =>
      directory.logs.get(`t-${partition}`) ?? directory.createLog({ topic: 't', partition, topicId, config }),
  )
  directory.onProgress = ({ partition, durableOffset }) => void process.stdout.write(`${partition} ${durableOffset}\n`)
  for (;;) {
    for (const log of logs)
      for (let i = systemRandom.below(4); i > 0; i--) {
        const value = valueAt(log.partition, log.endOffset)
        appended(log, buildBatch([{ timestamp: Date.now(), value }]), { now: Date.now() })
      }
    await new Promise<void>(resolve => systemClock.soon(resolve))
  }
}

async function killAgainAndAgain(durability: Durability): Promise<void> {
  const seed = seedFromEnvironment(),
    random = new SeededRandom(seed),
    path = mkdtempSync(join(tmpdir(), 'millrace-kill-'))
  try {
    const told = Array.from({ length: partitionCount }, () => 0)
    for (let round = 0; round < roundCount; round++) {
      const child = spawn(process.execPath, [import.meta.filename, 'append', path, durability], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const lines = createInterface(child.stdout)
      lines.on('line', line => {
        const [partition, offset] = line.split(' ').map(Number)
        told[partition!] = offset!
      })
      await once(lines, 'line')
      await systemClock.sleep(random.below(250))
      child.kill('SIGKILL')
      await once(lines, 'close')
      await check(path, { durability, told, where: `SEED=${seed}, round ${round}` })
    }
  } finally {
    rmSync(path, { recursive: true })
  }
}
async function check(
  path: string,
  { durability, told, where }: { durability: Durability; told: readonly number[]; where: string },
): Promise<void> {
  const directory = await open(path, durability)
  for (const [partition, offset] of told.entries()) {
    const log = directory.logs.get(`t-${partition}`)
    assert.ok(offset === 0 || log !== undefined, `${where}: log ${partition} is gone`)
    if (log === undefined) continue
    assert.ok(log.endOffset >= offset, `${where}: log ${partition} ends at ${log.endOffset}, and ${offset} were told`)
    assert.equal(log.logStartOffset, 0)
    const all = allOf(log)
    assert.equal(all.length, log.endOffset)
    for (const [i, [at, value]] of all.entries())
      assert.ok(at === i && value === valueAt(partition, at), `${where}: log ${partition}, offset ${i}`)
  }
  await directory.close()
}
