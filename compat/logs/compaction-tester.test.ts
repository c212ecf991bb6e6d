// Apache's LogCompactionTester against our broker: it writes keys again and again, lets the broker compact them, reads, and
// compares the last values with those that it wrote. Skipped where there is no Java or no Kafka.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'

import { javaCommand } from '../kafka/kafka.ts'
import { brokerHome, type StartedBroker } from './broker-home.ts'
import { whyNoKafka } from './dump.ts'

const skip = whyNoKafka()
const directory = mkdtempSync(join(tmpdir(), 'millrace-compaction-tester-'))
after(() => rmSync(directory, { recursive: true }))

describe("Apache's LogCompactionTester", { skip }, () => {
  let broker: StartedBroker | undefined
  after(() => broker?.stop())

  for (const codec of ['none', 'lz4'])
    it(`finds the last value of each key, ${codec}`, async () => {
      broker ??= await (await brokerHome('millrace', directory, properties)).start()
      const load = ['--messages', '400000', '--duplicates', '10', '--percent-deletes', '10', '--topics', '1']
      const args = ['--bootstrap-server', broker.bootstrap, ...load, '--compression-type', codec, '--sleep', '3']
      // What it wrote and read, and its sorting of that, goes to the directory for temporary files.
      const [program, rest] = javaCommand('org.apache.kafka.tools.LogCompactionTester', args)
      const { status, stdout, stderr } = spawnSync(program, [`-Djava.io.tmpdir=${directory}`, ...rest], {
        encoding: 'utf8',
        timeout: 120_000,
      })
      assert.equal(status, 0, stdout + stderr)
      assert.match(stdout, /Validated \d{4,} values, 0 mismatches/)
      const [, reduction] = /\((\d+)\.\d+% reduction\)/.exec(stdout) ?? []
      assert.ok(Number(reduction) >= 50, `compacted: ${stdout}`)
    })
})
const properties = { 'log.segment.bytes': '1048576', 'log.cleaner.backoff.ms': '200' }
