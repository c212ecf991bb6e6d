// kafka-producer-perf-test: how fast a cluster takes records, in the lines of Apache Kafka's ProducerPerformance.

import { resolve } from 'node:path'

import { diskFiles, systemClock, systemRandom } from '../../base/index.ts'
import { createClient, type Producer } from '../../client/index.ts'
import type { Terminal } from '../command.ts'
import { argumentTool } from './argument-tool.ts'
import { keyValues, producerOptionsOf } from './client-properties.ts'
import { clientOptions, propertiesFile } from './connection.ts'
import type { GivenArguments } from './options/argparse.ts'
import { SendStatistics } from './performance/send-statistics.ts'
import { ToolError } from './tool.ts'

const properties = { value: 'PROP-NAME=PROP-VALUE', all: true } as const

export default argumentTool({
  helpsWithoutArguments: true,
  parser: {
    name: 'kafka-producer-perf-test',
    about:
      'This tool is used to verify the producer performance. To enable transactions, you can specify a transactional id or set a transaction duration using --transaction-duration-ms.',
    arguments: {
      'bootstrap-server': { value: 'BOOTSTRAP-SERVER', about: 'The brokers to ask first.' },
      topic: { value: 'TOPIC', required: true, about: 'Produce records to this topic.' },
      'num-records': { value: 'NUM-RECORDS', type: 'Long', required: true, about: 'How many.' },
      'payload-delimiter': { value: 'PAYLOAD-DELIMITER', default: '\\n', about: 'What divides payloads in the file.' },
      throughput: {
        value: 'THROUGHPUT',
        type: 'Double',
        required: true,
        about: 'Records a second at most; -1: no limit.',
      },
      'producer-props': { ...properties, about: '(DEPRECATED) Properties of the producer; use --command-property.' },
      'command-property': { ...properties, about: 'Properties of the producer; they come before those of the file.' },
      'producer.config': { value: 'CONFIG-FILE', about: '(DEPRECATED) A file of properties; use --command-config.' },
      'command-config': { value: 'CONFIG-FILE', about: 'A file of properties of the producer.' },
      'print-metrics': { about: 'Metrics of the producer at the end.' },
      'transactional-id': { value: 'TRANSACTIONAL-ID', about: 'Send in transactions of this id.' },
      'transaction-duration-ms': {
        value: 'TRANSACTION-DURATION',
        type: 'Long',
        about: 'How long each transaction lasts (3000).',
      },
      'warmup-records': {
        value: 'WARMUP-RECORDS',
        type: 'Long',
        default: 0,
        about: 'How many are sent before what is measured.',
      },
      'reporting-interval': { value: 'INTERVAL-MS', type: 'Long', default: 5_000, about: 'How often to report.' },
      'record-size': { value: 'RECORD-SIZE', type: 'Integer', about: 'The size of each record in bytes.' },
      'payload-file': { value: 'PAYLOAD-FILE', about: 'A file of payloads, of which one is drawn for each record.' },
      'payload-monotonic': { about: 'Payloads are numbers that rise.' },
    },
    oneOf: ['record-size', 'payload-file', 'payload-monotonic'],
  },
  async run({ given, terminal, fail }) {
    for (const name of ['num-records', 'record-size', 'transaction-duration-ms'])
      if (given.has(name) && given.number(name)! <= 0) fail(`--${name} should be greater than zero.`)
    for (const [old, today] of [
      ['producer-props', 'command-property'],
      ['producer.config', 'command-config'],
    ] as const)
      if (given.has(old))
        terminal.out(
          `Option --${old} has been deprecated and will be removed in a future version. Use --${today} instead.`,
        )
    const settings = await settingsOf(given)
    const bootstrap = given.text('bootstrap-server') ?? settings.get('bootstrap.servers')
    if (bootstrap === undefined)
      fail(
        'At least one of --bootstrap-server, --command-property, --producer-props, --producer.config or --command-config must be specified.',
      )
    const transactionalId =
      given.text('transactional-id') ??
      settings.get('transactional.id') ??
      (given.has('transaction-duration-ms') ? `performance-producer-${systemRandom.uuid()}` : undefined)
    const payload = payloadsOf(given, terminal)
    const client = createClient(
      clientOptions({ bootstrap: bootstrap!, clientId: 'perf-producer-client', properties: settings, terminal }),
    )
    try {
      const producer = client.producer({
        ...producerOptionsOf(settings),
        ...(transactionalId === undefined ? {} : { transactionalId }),
      })
      await send(producer, { given, terminal, payload, isTransactional: transactionalId !== undefined })
      await producer.close()
    } finally {
      await client.close()
    }
  },
})

async function settingsOf(given: GivenArguments): Promise<Map<string, string>> {
  const file = given.text('command-config') ?? given.text('producer.config')
  const properties = given.list('command-property') ?? given.list('producer-props') ?? []
  for (const text of properties) if (text.split('=').length !== 2) throw new ToolError(`Invalid property: ${text}`)
  return new Map([...(await propertiesFile(file)), ...keyValues(properties)])
}

/** What each record holds, by its number. */
function payloadsOf(given: GivenArguments, terminal: Terminal): (i: number) => Buffer {
  const path = given.text('payload-file')
  if (path !== undefined) {
    terminal.out(`Reading payloads from: ${resolve(path)}`)
    if (!diskFiles.exists(path) || diskFiles.stat(path).sizeBytes === 0)
      throw new ToolError('File does not exist or empty file provided.')
    const delimiter = given.text('payload-delimiter') === '\\n' ? '\n' : given.text('payload-delimiter')!
    const payloads = diskFiles.readFile(path).toString('utf8').split(delimiter)
    // As Java's split: what is empty at the end counts for nothing.
    while (payloads.length > 1 && payloads.at(-1) === '') payloads.pop()
    terminal.out(`Number of records read: ${payloads.length}`)
    const all = payloads.map(text => Buffer.from(text))
    return () => all[systemRandom.below(all.length)]!
  }
  if (given.has('payload-monotonic')) return i => Buffer.from(String(i))
  // Random letters cost more than sending them: a window that moves over enough of them is as good.
  const size = given.number('record-size')!
  const letters = Buffer.alloc(size + 4_096)
  for (let i = 0; i < letters.length; i++) letters[i] = 65 + systemRandom.below(26)
  return () => {
    const at = systemRandom.below(4_096)
    return letters.subarray(at, at + size)
  }
}

async function send(
  producer: Producer,
  {
    given,
    terminal,
    payload,
    isTransactional,
  }: { given: GivenArguments; terminal: Terminal; payload: (i: number) => Buffer; isTransactional: boolean },
): Promise<void> {
  const topic = given.text('topic')!
  const records = given.number('num-records')!
  const perSecond = given.number('throughput')!
  const warmup = given.number('warmup-records')!
  const transactionMs = given.number('transaction-duration-ms') ?? 3_000
  const reportMs = given.number('reporting-interval')!
  const clock = systemClock
  const say = (line: string) => terminal.out(line)
  let statistics = new SendStatistics({ reportMs, now: clock.monotonic(), say })
  const startedAt = clock.monotonic()
  let transactionAt: number | undefined
  for (let i = 0; i < records && !terminal.signal.aborted; i++) {
    if (warmup > 0 && i === warmup) {
      await producer.flush()
      statistics.total(clock.monotonic())
      statistics = new SendStatistics({ reportMs, now: clock.monotonic(), say })
    }
    if (isTransactional && transactionAt === undefined) {
      await producer.begin()
      transactionAt = clock.monotonic()
    }
    const value = payload(i),
      sentAt = clock.monotonic(),
      counted = statistics
    producer.send({ topic, value }).then(
      () => counted.sent(clock.monotonic() - sentAt, value.length, clock.monotonic()),
      (error: unknown) => terminal.error(error instanceof Error ? error.message : String(error)),
    )
    if (i % sliceRecords === 0) await producer.ready()
    if (transactionAt !== undefined && sentAt - transactionAt >= transactionMs) {
      await producer.commit()
      transactionAt = undefined
    }
    if (perSecond > 0) {
      const dueMs = ((i + 1) / perSecond) * 1_000 - (clock.monotonic() - startedAt)
      if (dueMs > 1) await clock.sleep(dueMs)
    }
  }
  if (transactionAt !== undefined) await producer.commit()
  await producer.flush()
  statistics.total(clock.monotonic())
}
/** How many are sent before acknowledgements are looked at. */
const sliceRecords = 256
