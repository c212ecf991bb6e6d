// Directories that running brokers left, ours and Apache Kafka's, filled by the same clients and killed: each is recovered to
// what it was, is dumped alike by both tools, and serves the other broker in the place of its own segments.
// Skipped where there is no Java or no Kafka.

import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'

import { brokerHome, kill, type BrokerHome, type Which } from './broker-home.ts'
import { whyNoKafka } from './dump.ts'
import { kafkaSays, weSay } from './dumps.ts'
import { cleanedTopics, fill, read, topicNames, type Found } from './workload.ts'

const skip = whyNoKafka()
const directory = mkdtempSync(join(tmpdir(), 'millrace-brokers-'))
after(() => rmSync(directory, { recursive: true }))

const properties = {
  'log.cleaner.backoff.ms': '500',
  'log.retention.check.interval.ms': '1000',
  // Kafka forgets which records were deleted when it is killed within this time; ours does not.
  'log.flush.start.offset.checkpoint.interval.ms': '500',
  'log.initial.task.delay.ms': '100',
}
const brokers = ['millrace', 'kafka'] as const
const all = /\.(log|index|timeindex|txnindex|snapshot)$/

interface Filled {
  readonly home: BrokerHome
  /** Its data, as it was after it was recovered and stopped. */
  readonly kept: string
  readonly found: ReadonlyMap<string, Found>
}
const filled = new Map<Which, Filled>()
const of = (which: Which): Filled => filled.get(which) ?? assert.fail(`${which} was not filled`)

function filesOf(data: string, names: readonly string[], ending: RegExp): string[] {
  return names.flatMap(name =>
    readdirSync(join(data, `${name}-0`))
      .filter(file => ending.test(file))
      .toSorted()
      .map(file => join(data, `${name}-0`, file)),
  )
}

describe('what brokers leave', { skip }, () => {
  for (const which of brokers)
    before(async () => {
      const home = await brokerHome(which, join(directory, which), properties)
      const first = await home.start()
      let found: ReadonlyMap<string, Found>
      try {
        await fill(first.bootstrap, home.data, 1)
        found = await read(first.bootstrap)
      } finally {
        await kill(first)
      }
      const second = await home.start()
      try {
        assert.deepEqual(await read(second.bootstrap), found, `${which}, killed and recovered`)
      } finally {
        await second.stop()
      }
      const kept = join(directory, `kept-${which}`)
      cpSync(home.data, kept, { recursive: true })
      filled.set(which, { home, kept, found })
    })

  it('kafka-dump-log finds nothing wrong in ours, but that offsets have gaps where logs are compacted', () => {
    const whole = topicNames.filter(name => !cleanedTopics.includes(name))
    for (const options of [
      ['--deep-iteration', '--print-data-log'],
      ['--verify-index-only'],
      ['--index-sanity-check'],
    ]) {
      const { output, complaints, exception } = kafkaSays(filesOf(of('millrace').kept, whole, all), options)
      assert.deepEqual([complaints, exception], [[], undefined], options.join(' '))
      assert.deepEqual(
        output.filter(line => /isvalid: false|invalid bytes|corrupt/i.test(line)),
        [],
        options.join(' '),
      )
      const { complaints: ofCompacted } = kafkaSays(filesOf(of('millrace').kept, cleanedTopics, all), options)
      const others = ofCompacted.filter(line => !/^Non-consecutive offsets in |^ {2}\d+ is followed by \d+$/.test(line))
      assert.deepEqual(others, [], options.join(' '))
    }
  })

  const options: [files: RegExp, ...options: string[]][] = [
    [all, '--print-data-log'],
    [all],
    [/\.log$/, '--deep-iteration', '--skip-record-metadata'],
    [/\.log$/, '--print-data-log', '--max-bytes', '7000'],
    [/index$/, '--index-sanity-check'],
    [/index$/, '--verify-index-only'],
    [/\.index$/, '--max-message-size', '3000000'],
    [/\.log$/, '--key-decoder-class', 'org.apache.kafka.tools.api.StringDecoder'],
  ]
  for (const which of brokers)
    for (const [files, ...rest] of options)
      it(`dump-log says of ${which}'s the same as kafka-dump-log: ${files} ${rest.join(' ')}`, () => {
        const paths = filesOf(of(which).kept, topicNames, files)
        const kafka = kafkaSays(paths, rest)
        assert.deepEqual(weSay(paths, rest), kafka)
        assert.ok(kafka.output.length > paths.length)
      })
  for (const which of brokers)
    for (const [topic, option] of [
      ['__consumer_offsets', '--offsets-decoder'],
      ['__transaction_state', '--transaction-log-decoder'],
    ] as const)
      it(`dump-log says of ${which}'s ${topic} the same as kafka-dump-log`, () => {
        const paths = filesOf(of(which).kept, [topic], /\.log$/)
        assert.deepEqual(weSay(paths, [option]), kafkaSays(paths, [option]))
      })

  for (const [which, other] of [
    ['kafka', 'millrace'],
    ['millrace', 'kafka'],
  ] as const)
    it(`${which} gives of ${other}'s segments what ${other} gave of them`, async () => {
      const { home } = of(which)
      for (const name of topicNames) replace(join(home.data, `${name}-0`), join(of(other).kept, `${name}-0`))
      for (const name of readdirSync(home.data))
        if (name.endsWith('-checkpoint') || name === '.kafka_cleanshutdown') rmSync(join(home.data, name))
      const broker = await home.start()
      try {
        const found = await read(broker.bootstrap)
        for (const [what, expected] of of(other).found) {
          // Records that were deleted from the start of a segment are known by a checkpoint alone.
          const { hash, count, first, end } = found.get(what)!
          if (what.startsWith('cut-')) assert.ok(first <= expected.first && end === expected.end, what)
          else assert.deepEqual({ hash, count, first, end }, expected, what)
        }
      } finally {
        await broker.stop()
      }
    })
})

/** Files of a partition by others; it keeps its id. */
function replace(partition: string, by: string): void {
  for (const name of readdirSync(partition)) if (name !== 'partition.metadata') rmSync(join(partition, name))
  for (const name of readdirSync(by)) if (name !== 'partition.metadata') cpSync(join(by, name), join(partition, name))
}
