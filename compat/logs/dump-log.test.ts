// `millrace dump-log` beside Apache Kafka's kafka-dump-log, line by line: on what we wrote, on what Kafka wrote, and on
// files with planted damage. Skipped where there is no Java or no Kafka.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'

import { javaCommand, startKafka } from '../kafka/kafka.ts'
import { whyNoKafka } from './dump.ts'
import { kafkaSays, weSay } from './dumps.ts'
import { writeLog } from './written.ts'

const skip = whyNoKafka()
const directory = mkdtempSync(join(tmpdir(), 'millrace-dumps-'))
after(() => rmSync(directory, { recursive: true }))

const filesIn = (path: string, ending: RegExp = /\.(log|index|timeindex|txnindex|snapshot)$/): string[] =>
  readdirSync(path)
    .filter(name => ending.test(name))
    .map(name => join(path, name))

function assertSame(files: readonly string[], options: readonly string[]): void {
  const kafka = kafkaSays(files, options),
    ours = weSay(files, options)
  if (kafka.exception === undefined) {
    assert.deepEqual(ours.output.map(withoutReason), kafka.output.map(withoutReason))
    assert.deepEqual(ours.complaints.map(withoutDetail), kafka.complaints.map(withoutDetail))
    return
  }
  // It ended at the first batch or entry that it could not read; we say so and go on.
  const lastRead = kafka.output.findLastIndex(line => /^(baseOffset|offset|timestamp):/.test(line))
  assert.deepEqual(ours.output.slice(0, lastRead + 1), kafka.output.slice(0, lastRead + 1))
  assert.notDeepEqual(ours.complaints, [], `Kafka: ${kafka.exception}`)
}
/** Java's exceptions say less of what is wrong with a record, or nothing. */
const withoutReason = (line: string): string => line.replace(/(?<=buffer due to: ).*\.$/, '')
/** Kafka says 'null' where a snapshot ends early. */
const withoutDetail = (line: string): string => line.replace(/(?<=schema validation: )(null|\d+ bytes.*)$/, '')

describe('on what we wrote', { skip }, () => {
  const path = join(directory, 'ours'),
    log = join(path, 'ours-0')
  before(() => writeLog(path, { topic: 'ours', seed: 1 }))

  const all = /\.(log|index|timeindex|txnindex|snapshot)$/
  const cases: [files: RegExp, ...options: string[]][] = [
    [all],
    [all, '--deep-iteration'],
    [all, '--print-data-log'],
    [/\.log$/, '--print-data-log', '--skip-record-metadata'],
    [/\.log$/, '--deep-iteration', '--max-bytes', '5000'],
    [/index$/, '--index-sanity-check'],
    [/index$/, '--verify-index-only'],
  ]
  for (const [files, ...options] of cases)
    it([`${files}`, ...options].join(' '), () => assertSame(filesIn(log, files), options))

  describe('and damaged', () => {
    const base = '00000000000000000969'
    const flip =
      (at: number, bits = 0xff) =>
      (bytes: Buffer) => {
        bytes[at]! ^= bits
        return bytes
      }
    const cut = (count: number) => (bytes: Buffer) => bytes.subarray(0, bytes.length - count)
    const add =
      (...more: number[]) =>
      (bytes: Buffer) =>
        Buffer.concat([bytes, Buffer.from(more)])
    const zeros = (count: number) => (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(count)])
    const damage: [what: string, suffix: string, change: (bytes: Buffer) => Buffer][] = [
      ['a log that ends within a batch', '.log', cut(40)],
      ['a log that ends within a header', '.log', zeros(9)],
      ['a log with zeros behind it', '.log', zeros(100)],
      ['a bit of a value', '.log', flip(120, 1)],
      ['a size', '.log', flip(10, 1)],
      ['a magic byte', '.log', flip(16, 1)],
      ['a codec', '.log', flip(22, 7)],
      ['a count', '.log', flip(60, 1)],
      ['the start of compressed records', '.log', flip(62, 3)],
      ['the offset of an entry', '.index', flip(3, 1)],
      ['the position of an entry', '.index', flip(4, 0x7f)],
      ['an index that ends within an entry', '.index', cut(3)],
      ['an index that was allocated ahead', '.index', zeros(16)],
      ['an index that goes back', '.index', add(0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 0)],
      ['an empty index', '.index', cut(1e6)],
      ['a timestamp', '.timeindex', flip(7, 1)],
      ['the offset of a timestamp', '.timeindex', flip(11, 1)],
      ['timestamps out of order', '.timeindex', bytes => Buffer.concat([bytes, bytes.subarray(0, 12)])],
      ['a time index that ends within an entry', '.timeindex', cut(5)],
      ['a time index that was allocated ahead', '.timeindex', zeros(24)],
      ['an empty time index', '.timeindex', cut(1e6)],
      ['a bit of a snapshot', '.snapshot', flip(20, 1)],
      ['the version of a snapshot', '.snapshot', flip(1, 2)],
      ['a short snapshot', '.snapshot', cut(7)],
      ['an empty snapshot', '.snapshot', cut(1e6)],
      ['the version of an aborted transaction', '.txnindex', flip(1, 1)],
      ['a transaction index that ends within an entry', '.txnindex', add(0, 0, 0)],
    ]
    for (const [what, suffix, change] of damage)
      it(what, () => {
        const copy = join(directory, what.replaceAll(' ', '-'))
        mkdirSync(copy)
        for (const file of filesIn(log).filter(file => file.includes(base)))
          cpSync(file, join(copy, file.slice(log.length)))
        const file = join(copy, base + suffix)
        writeFileSync(file, change(Buffer.from(readFileSync(file))).subarray())
        assertSame([file], ['--deep-iteration'])
        if (suffix.endsWith('index')) assertSame([file], ['--index-sanity-check'])
      })
  })
})

describe('on what Kafka wrote', { skip }, () => {
  const home = join(directory, 'kafka'),
    data = join(home, 'data')
  before(async () => {
    mkdirSync(home)
    const kafka = await startKafka(home, {
      'offsets.topic.num.partitions': '1',
      'transaction.state.log.num.partitions': '1',
      'share.coordinator.state.topic.num.partitions': '1',
      // Snapshots of the metadata, too.
      'metadata.log.max.record.bytes.between.snapshots': '2000',
    })
    const at = ['--bootstrap-server', kafka.bootstrap]
    const run = (className: string, args: readonly string[], input = ''): void => {
      const { status, stderr } = spawnSync(...javaCommand(className, args), {
        input,
        encoding: 'utf8',
        timeout: 60_000,
      })
      assert.equal(status, 0, `${className}: ${stderr}`)
    }
    try {
      run('org.apache.kafka.tools.TopicCommand', [...at, '--create', '--topic', 't', '--partitions', '1'])
      const lines = Array.from({ length: 100 }, (_, i) => `h1:v,h2:w\tk${i}:é ${i}`).join('\n')
      const keyed = ['parse.key=true', 'key.separator=:', 'parse.headers=true'].flatMap(each => ['--property', each])
      run(
        'org.apache.kafka.tools.ConsoleProducer',
        [...at, '--topic', 't', '--compression-codec', 'zstd', ...keyed],
        lines,
      )
      const load = ['--topic', 't', '--num-records', '200', '--record-size', '50', '--throughput', '300']
      const transactions = ['--transactional-id', 'tx', '--transaction-duration-ms', '200']
      run('org.apache.kafka.tools.ProducerPerformance', [...load, ...at, ...transactions])
      for (const protocol of ['classic', 'consumer']) {
        const group = ['--group', protocol, '--consumer-property', `group.protocol=${protocol}`]
        const read = ['--topic', 't', '--from-beginning', '--max-messages', '50', ...group]
        run('org.apache.kafka.tools.consumer.ConsoleConsumer', [...at, ...read])
      }
      const alter = (...change: string[]) => run('kafka.admin.ConfigCommand', [...at, '--alter', ...change])
      alter('--entity-type', 'users', '--entity-name', 'alice', '--add-config', 'SCRAM-SHA-512=[password=secret]')
      alter('--entity-type', 'clients', '--entity-default', '--add-config', 'producer_byte_rate=12345678')
      const fromStart = ['--add-config', 'share.auto.offset.reset=earliest']
      alter('--entity-type', 'groups', '--entity-name', 'sharing', ...fromStart)
      // Acknowledged, and given back.
      for (const end of [[], ['--reject']]) {
        const some = ['--topic', 't', '--group', 'sharing', '--max-messages', '7', '--timeout-ms', '30000', ...end]
        run('org.apache.kafka.tools.consumer.ConsoleShareConsumer', [...at, ...some])
      }
      const removed = ['--delete', '--group', 'classic']
      run('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', [...at, ...removed])
    } finally {
      await kafka.stop()
    }
  })

  const cases: [log: string, ...options: string[]][] = [
    ['t-0', '--print-data-log'],
    ['t-0', '--value-decoder-class', 'org.apache.kafka.tools.api.LongDecoder'],
    ['t-0', '--offsets-decoder'],
    ['__consumer_offsets-0', '--offsets-decoder'],
    ['__consumer_offsets-0', '--transaction-log-decoder'],
    ['__transaction_state-0', '--transaction-log-decoder'],
    ['__share_group_state-0', '--share-group-state-decoder'],
    ['__consumer_offsets-0', '--share-group-state-decoder'],
    ['__cluster_metadata-0', '--cluster-metadata-decoder'],
    ['__cluster_metadata-0', '--deep-iteration'],
    ['t-0', '--cluster-metadata-decoder'],
    ['t-0', '--remote-log-metadata-decoder'],
  ]
  for (const [log, ...options] of cases) {
    it([log, ...options].join(' '), () => assertSame(filesIn(join(data, log)), options))
  }
  for (const options of [['--cluster-metadata-decoder'], ['--cluster-metadata-decoder', '--skip-record-metadata']])
    it(`snapshots of metadata ${options.join(' ')}`, () => {
      const snapshots = filesIn(join(data, '__cluster_metadata-0'), /\.checkpoint$/)
      assert.ok(snapshots.length > 1, `${snapshots}`)
      assertSame([join(data, 'bootstrap.checkpoint'), ...snapshots], options)
    })
})
