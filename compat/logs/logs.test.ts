// Our log directories and Apache Kafka's: each reads what the other wrote. Skipped where there is no Java or no Kafka.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'

import { javaCommand, prepareKafka } from '../kafka/kafka.ts'
import { startProcess, type RunningProcess } from '../suite/process.ts'
import { dumpLog, whyNoKafka } from './dump.ts'
import { openLogs, valuesOf, writeCompactedLog, writeLog } from './written.ts'

const skip = whyNoKafka()
const directory = mkdtempSync(join(tmpdir(), 'millrace-logs-'))
after(() => rmSync(directory, { recursive: true }))

describe('kafka-dump-log on what we wrote', { skip }, () => {
  const path = join(directory, 'ours')
  const log = join(path, 'a.topic-with-hyphens-0')
  before(() => writeLog(path, { topic: 'a.topic-with-hyphens', seed: 1 }))

  it('finds nothing wrong in batches, indexes, time indexes, transaction indexes and snapshots', () => {
    const all = ['.log', '.index', '.timeindex', '.txnindex', '.snapshot']
    const { complaints, batchCount } = dumpLog(log, all, ['--deep-iteration', '--print-data-log'])
    assert.deepEqual(complaints, [])
    assert.ok(batchCount > 600, `${batchCount} batches`)
  })
  it('finds the indexes sane', () => {
    const { text, complaints } = dumpLog(log, ['.index', '.timeindex'], ['--index-sanity-check'])
    assert.deepEqual(complaints, [])
    const indexes = readdirSync(log).filter(name => /\.(time)?index$/.test(name))
    assert.equal(text.match(/passed sanity check/g)?.length, indexes.length)
  })
  it('finds nothing wrong in what we compacted, but that offsets have gaps', async () => {
    const path = join(directory, 'compacted')
    await writeCompactedLog(path, { topic: 'compacted', seed: 3 })
    const all = ['.log', '.index', '.timeindex', '.txnindex', '.snapshot']
    const options = ['--deep-iteration', '--print-data-log']
    const { text, complaints, batchCount } = dumpLog(join(path, 'compacted-0'), all, options)
    const others = complaints.filter(line => !/non-consecutive|^ *\(?\d+, *\d+\)?$/i.test(line))
    assert.deepEqual(others, [])
    assert.ok(batchCount < 200, `${batchCount} batches`)
    assert.match(text, /deleteHorizonMs: OptionalLong\[\d+\]/)
  })
  it('complains of damage, so that its silence means something', () => {
    const damaged = join(directory, 'damaged')
    cpSync(log, damaged, { recursive: true })
    const [first] = readdirSync(damaged).filter(name => name.endsWith('.log')),
      [index] = readdirSync(damaged).filter(name => name.endsWith('.index'))
    for (const [name, at] of [
      [first!, 5000],
      [index!, 3],
    ] as const) {
      const bytes = readFileSync(join(damaged, name))
      bytes[at]! ^= 0xff
      writeFileSync(join(damaged, name), bytes)
      const suffix = name.slice(20)
      assert.notDeepEqual(dumpLog(damaged, [suffix], ['--deep-iteration']).complaints, [], suffix)
    }
  })
})

describe('directories change hands', { skip }, () => {
  const home = mkdtempSync(join(directory, 'kafka-')),
    data = join(home, 'data')
  const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
  const sent = codecs.flatMap(codec => Array.from({ length: 2000 }, (_, i) => `${codec} ${i} ${'x'.repeat(i % 200)}`))
  let kafka: RunningProcess, bootstrap: string, properties: string

  const start = (): RunningProcess =>
    startProcess(...javaCommand('kafka.Kafka', [properties], { heap: '512M', server: true }), {
      logFile: join(home, 'kafka.log'),
    })
  function run(className: string, args: readonly string[], input = ''): string {
    const [program, rest] = javaCommand(className, ['--bootstrap-server', bootstrap, ...args])
    const { status, stdout, stderr } = spawnSync(program, rest, { input, encoding: 'utf8', timeout: 60_000 })
    assert.equal(status, 0, `${className}: ${stderr}\n${kafka.logTail()}`)
    return stdout
  }
  const topics = (...args: string[]): string => run('org.apache.kafka.tools.TopicCommand', args)
  async function readOurselves(from: string): Promise<string[]> {
    const logs = await openLogs(from),
      log = logs.logs.get('theirs-0')
    assert.ok(log !== undefined, [...logs.logs.keys()].join())
    const values = valuesOf(log)
    const times = [log.offsetForTimestamp(0)?.offset, log.maxTimestamp()?.offset !== undefined]
    assert.deepEqual(times, [0, true])
    await logs.close()
    return values
  }

  before(async () => {
    ;({ bootstrap, file: properties } = await prepareKafka(home))
    kafka = start()
    topics('--create', '--topic', 'theirs', '--partitions', '1', '--config', 'segment.bytes=1048576')
    topics('--create', '--topic', 'swapped', '--partitions', '1')
    for (const codec of codecs) {
      const lines = sent.filter(line => line.startsWith(codec))
      const args = ['--topic', 'theirs', '--compression-codec', codec, '--batch-size', '5000']
      run('org.apache.kafka.tools.ConsoleProducer', args, lines.join('\n'))
    }
  })
  after(() => kafka?.stop())

  it('from Kafka, killed, to us: preallocated indexes and no clean shutdown', async () => {
    process.kill(kafka.pid, 'SIGKILL')
    await kafka.stop()
    const copy = join(home, 'copy')
    cpSync(data, copy, { recursive: true })
    assert.deepEqual(await readOurselves(copy), sent)
  })
  it('from us to Kafka: our segments in the place of its own', async () => {
    const values = await writeLog(join(home, 'ours'), { topic: 'swapped', seed: 2 })
    for (const name of readdirSync(join(data, 'swapped-0')))
      if (name !== 'partition.metadata') rmSync(join(data, 'swapped-0', name))
    for (const name of readdirSync(join(home, 'ours', 'swapped-0')))
      if (name !== 'partition.metadata') cpSync(join(home, 'ours', 'swapped-0', name), join(data, 'swapped-0', name))
    for (const name of readdirSync(data)) if (name.endsWith('-checkpoint')) rmSync(join(data, name))
    kafka = start()
    const args = [
      '--topic',
      'swapped',
      '--from-beginning',
      '--max-messages',
      String(values.length),
      '--timeout-ms',
      '30000',
    ]
    const read = run('org.apache.kafka.tools.consumer.ConsoleConsumer', args)
    assert.deepEqual(read.split('\n').slice(0, -1), values)
  })
  it('from Kafka, stopped, to us: taken as it is', async () => {
    await kafka.stop()
    assert.ok(existsSync(join(data, '.kafka_cleanshutdown')), kafka.logTail())
    assert.deepEqual(await readOurselves(data), sent)
  })
})
