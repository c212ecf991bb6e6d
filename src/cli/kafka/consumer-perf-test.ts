// kafka-consumer-perf-test: how fast a cluster gives records, in the columns of Apache Kafka's ConsumerPerformance.

import { systemClock, systemRandom } from '../../base/index.ts'
import { createClient, type Consumer } from '../../client/index.ts'
import type { Terminal } from '../command.ts'
import { consumerOptionsOf, keyValues } from './client-properties.ts'
import { clientOptions, propertiesFile } from './connection.ts'
import type { GivenOptions } from './options/joptsimple.ts'
import { javaDate } from './performance/java-date.ts'
import { optionTool } from './tool.ts'

const options = {
  'bootstrap-server': { value: 'server to connect to', about: 'REQUIRED: the brokers to ask first.' },
  topic: { value: 'topic', about: 'The topic to consume.' },
  include: { value: 'Java regex (String)', about: 'Topics to consume, by a regular expression.' },
  group: { value: 'gid', default: `perf-consumer-${systemRandom.below(100_000)}`, about: 'The group to consume as.' },
  'fetch-size': {
    value: 'size',
    type: 'Integer',
    default: 1024 * 1024,
    about: 'How much of a partition one answer may hold.',
  },
  'from-latest': { about: 'Begin at the end where the group has committed nothing.' },
  'socket-buffer-size': {
    value: 'size',
    type: 'Integer',
    default: 2 * 1024 * 1024,
    about: 'Taken, and left to the system.',
  },
  'command-config': { value: 'config file', about: 'A file of properties of the consumer.' },
  'command-property': { value: 'prop1=val1', about: 'A property of the consumer.' },
  'consumer.config': {
    value: 'config file',
    about: '(DEPRECATED) A file of properties of the consumer; use --command-config.',
  },
  'print-metrics': { about: 'Metrics of the consumer at the end.' },
  'show-detailed-stats': { about: 'A line each reporting interval.' },
  timeout: {
    value: 'milliseconds',
    type: 'Long',
    optionalValue: true,
    default: 10_000,
    about: 'The longest time between records.',
  },
  'num-records': { value: 'count', type: 'Long', about: 'REQUIRED: how many.' },
  messages: { value: 'count', type: 'Long', about: '(DEPRECATED) How many; use --num-records.' },
  'reporting-interval': { value: 'interval_ms', type: 'Long', default: 5_000, about: 'How often to report.' },
  'date-format': {
    value: 'date format',
    default: 'yyyy-MM-dd HH:mm:ss:SSS',
    about: "How times are written, as Java's SimpleDateFormat.",
  },
  'hide-header': { about: 'Without the head of the columns.' },
} as const
type Given = GivenOptions<typeof options>

export default optionTool({
  about: 'This tool is used to verify the consumer performance.',
  options,
  tellsOptionErrors: true,
  async run({ given, terminal, usage }) {
    if (!given.has('num-records') && !given.has('messages'))
      usage.fail('Exactly one of the following arguments is required: [num-records], [messages]')
    if (given.has('messages')) terminal.out('Warning: --messages is deprecated. Use --num-records instead.')
    usage.exactlyOneOf('topic', 'include')
    usage.requires('bootstrap-server')
    const file = given.value('command-config') ?? given.value('consumer.config')
    const properties = new Map([...(await propertiesFile(file)), ...keyValues(given.values('command-property'))])
    const client = createClient(
      clientOptions({
        bootstrap: given.value('bootstrap-server')!,
        clientId: 'perf-consumer-client',
        properties,
        terminal,
      }),
    )
    const rebalances = new RebalanceTime()
    try {
      const consumer = client.consumer({
        ...consumerOptionsOf(properties),
        groupId: given.value('group')!,
        maxPartitionBytes: given.value('fetch-size')!,
        offsetReset: given.has('from-latest') ? 'latest' : 'earliest',
        onAssigned: () => rebalances.end(),
        onRevoked: () => rebalances.begin(),
      })
      consumer.subscribe(given.has('topic') ? given.value('topic')! : new RegExp(given.value('include')!))
      await measure(consumer, { given, terminal, rebalances })
      await consumer.close()
    } finally {
      await client.close()
    }
  },
})

/** How long the consumer waited to be assigned. */
class RebalanceTime {
  totalMs = 0
  roundMs = 0
  #startedAt = systemClock.monotonic()
  begin(): void {
    this.#startedAt = systemClock.monotonic()
  }
  end(): void {
    const ms = Math.round(systemClock.monotonic() - this.#startedAt)
    this.totalMs += ms
    this.roundMs += ms
  }
}

const megabyte = 1024 * 1024
async function measure(
  consumer: Consumer,
  { given, terminal, rebalances }: { given: Given; terminal: Terminal; rebalances: RebalanceTime },
): Promise<void> {
  const wanted = given.value('num-records') ?? given.value('messages')!
  const timeoutMs = given.value('timeout')!
  const reportMs = given.value('reporting-interval')!
  const isDetailed = given.has('show-detailed-stats')
  const date = (ms: number) => javaDate(ms, given.value('date-format')!)
  if (!given.has('hide-header'))
    terminal.out(
      `${isDetailed ? 'time, threadId' : 'start.time, end.time'}, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec`,
    )
  const startMs = systemClock.now()
  let read = 0,
    bytes = 0,
    lastAt = startMs
  let reported = { at: startMs, read: 0, bytes: 0 }
  while (read < wanted && !terminal.signal.aborted) {
    const batches = await consumer.poll({ maxWaitMs: 100 })
    const now = systemClock.now()
    for (const batch of batches) {
      read += batch.count
      for (let i = 0; i < batch.count; i++) bytes += (batch.key(i)?.length ?? 0) + (batch.value(i)?.length ?? 0)
    }
    if (batches.length > 0) lastAt = now
    else if (now - lastAt > timeoutMs) break
    if (now - reported.at < reportMs) continue
    if (isDetailed) {
      const since = { read: read - reported.read, mb: (bytes - reported.bytes) / megabyte, ms: now - reported.at }
      const fetchMs = since.ms - rebalances.roundMs
      terminal.out(
        [
          date(now),
          0,
          four(bytes / megabyte),
          four((since.mb / since.ms) * 1_000),
          read,
          four((since.read / since.ms) * 1_000),
          rebalances.roundMs,
          fetchMs,
          four(rate(since.mb, fetchMs)),
          four(rate(since.read, fetchMs)),
        ].join(', '),
      )
    }
    rebalances.roundMs = 0
    reported = { at: now, read, bytes }
  }
  const endMs = systemClock.now()
  if (read < wanted)
    terminal.out(
      `WARNING: Exiting before consuming the expected number of records: timeout (${timeoutMs} ms) exceeded. You can use the --timeout option to increase the timeout.`,
    )
  if (isDetailed) return
  const elapsedMs = Math.max(endMs - startMs, 1),
    fetchMs = elapsedMs - rebalances.totalMs,
    mb = bytes / megabyte
  terminal.out(
    [
      date(startMs),
      date(endMs),
      four(mb),
      four(rate(mb, elapsedMs)),
      read,
      four(rate(read, elapsedMs)),
      rebalances.totalMs,
      fetchMs,
      four(rate(mb, fetchMs)),
      four(rate(read, fetchMs)),
    ].join(', '),
  )
}
const four = (value: number): string => value.toFixed(4)
/** A second. */
const rate = (amount: number, ms: number): number => (ms <= 0 ? 0 : (amount / ms) * 1_000)
