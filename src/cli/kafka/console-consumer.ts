// kafka-console-consumer: prints the records of topics, as Apache Kafka's ConsoleConsumer.

import { systemClock, systemRandom } from '../../base/index.ts'
import { createClient, type Consumer } from '../../client/index.ts'
import type { Terminal } from '../command.ts'
import { consumerOptionsOf, keyValues } from './client-properties.ts'
import { clientOptions, propertiesFile } from './connection.ts'
import { formatterNamed, type Formatter } from './console/formatters.ts'
import { exceptionText } from './java-exceptions.ts'
import { logged } from './java-log.ts'
import type { GivenOptions } from './options/joptsimple.ts'
import { Ended, optionTool, UsageError, type Usage } from './tool.ts'

const options = {
  topic: { value: 'topic', about: 'The topic to read.' },
  include: { value: 'Java regex (String)', about: 'A regular expression: all topics that it matches.' },
  partition: {
    value: 'partition',
    type: 'Integer',
    about: 'The one partition to read, from its end unless --offset says where.',
  },
  offset: { value: 'consume offset', default: 'latest', about: "Where to begin: a number, 'earliest' or 'latest'." },
  'consumer-property': { value: 'consumer_prop', about: '(DEPRECATED) Use --command-property.' },
  'command-property': { value: 'consumer_prop', about: 'A property of the consumer, as key=value.' },
  'consumer.config': { value: 'config file', about: '(DEPRECATED) Use --command-config.' },
  'command-config': { value: 'config file', about: 'A file of such properties.' },
  formatter: {
    value: 'class',
    default: 'org.apache.kafka.tools.consumer.DefaultMessageFormatter',
    about: "What shows a record: one of Kafka's own formatters.",
  },
  property: { value: 'prop', about: '(DEPRECATED) Use --formatter-property.' },
  'formatter-property': {
    value: 'prop',
    about:
      'How records are shown, as key=value:\n print.timestamp=true|false\n print.key=true|false\n print.offset=true|false\n print.epoch=true|false\n print.partition=true|false\n print.headers=true|false\n print.value=true|false\n key.separator=<key.separator>\n line.separator=<line.separator>\n headers.separator=<headers.separator>\n null.literal=<null.literal>\n key.deserializer=<key.deserializer>\n value.deserializer=<value.deserializer>\n headers.deserializer=<headers.deserializer>',
  },
  'formatter-config': { value: 'config file', about: 'A file of such properties.' },
  'from-beginning': { about: 'Begin with the earliest record where no offset is committed.' },
  'max-messages': { value: 'num_messages', type: 'Integer', about: 'How many records to read before it ends.' },
  'timeout-ms': { value: 'timeout_ms', type: 'Long', about: 'End when no record has come for so long.' },
  'skip-message-on-error': { about: 'Pass over a record that cannot be shown.' },
  'bootstrap-server': { value: 'server to connect to', about: 'REQUIRED: the brokers to ask first.' },
  'key-deserializer': { value: 'deserializer for keys', about: 'The class that reads keys.' },
  'value-deserializer': { value: 'deserializer for values', about: 'The class that reads values.' },
  'enable-systest-events': { about: 'Tell when it ends.' },
  'isolation-level': {
    type: 'String',
    default: 'read_uncommitted',
    about: 'read_committed leaves out what transactions have not committed; read_uncommitted reads all.',
  },
  group: { value: 'consumer group id', about: 'The group to read in.' },
} as const
type Given = GivenOptions<typeof options>

export default optionTool({
  about: 'This tool helps to read data from Kafka topics and outputs it to standard output.',
  options,
  tellsOptionErrors: true,
  async run({ given, terminal, usage }) {
    check(given, usage, terminal)
    const properties = await consumerProperties(given, usage, terminal)
    const start = startOf(given, usage)
    const format = await formatterOf(given, usage, terminal)
    const client = createClient(
      clientOptions({
        bootstrap: given.value('bootstrap-server')!,
        clientId: 'console-consumer',
        properties,
        terminal,
      }),
    )
    const consumer = client.consumer(consumerOptionsOf(properties))
    const messagesMax = given.has('max-messages') ? given.value('max-messages')! : -1
    const timeoutMs = given.has('timeout-ms') ? given.value('timeout-ms')! : -1
    const shown = { count: 0 }
    try {
      begin(consumer, given, start)
      await show(consumer, {
        format,
        messagesMax,
        timeoutMs,
        isSkipping: given.has('skip-message-on-error'),
        terminal,
        shown,
      })
    } catch (error) {
      log(terminal, 'Unknown error when running consumer: ', error)
      throw new Ended(1)
    } finally {
      await client.close()
      terminal.error(`Processed a total of ${shown.count} messages`)
    }
    if (given.has('enable-systest-events')) terminal.out('shutdown_complete')
  },
})

function check(given: Given, usage: Usage, terminal: Terminal): void {
  usage.exactlyOneOf('topic', 'include')
  if (given.has('partition')) {
    if (!given.has('topic')) usage.fail('The topic is required when partition is specified.')
    if (given.has('from-beginning') && given.has('offset'))
      usage.fail('Options from-beginning and offset cannot be specified together.')
  } else if (given.has('offset')) usage.fail('The partition is required when offset is specified.')
  usage.requires('bootstrap-server')
  const replaced = [
    ['consumer-property', 'command-property'],
    ['consumer.config', 'command-config'],
  ] as const
  for (const [old, instead] of replaced)
    if (given.has(old) && given.has(instead))
      usage.fail(`Options --${old} and --${instead} cannot be specified together.`)
  for (const [old, instead] of replaced)
    if (given.has(old))
      terminal.out(`Option --${old} is deprecated and will be removed in a future version. Use --${instead} instead.`)
}

async function consumerProperties(given: Given, usage: Usage, terminal: Terminal): Promise<Map<string, string>> {
  const file = await propertiesFile(given.value('command-config') ?? given.value('consumer.config'))
  const extra = keyValues([...given.values('consumer-property'), ...given.values('command-property')])
  const groups = new Set(
    [given.value('group'), file.get('group.id'), extra.get('group.id')].filter(one => one !== undefined),
  )
  if (groups.size > 1)
    usage.fail(
      `The group ids provided in different places (directly using '--group', via '--consumer-property', or via '--consumer.config') do not match. Detected group ids: ${[...groups].map(group => `'${group}'`).join(', ')}`,
    )
  if (groups.size > 0 && given.has('partition')) usage.fail('Options group and partition cannot be specified together.')
  const properties = new Map([...file, ...extra])
  setReset(properties, given.has('from-beginning'), terminal)
  if (given.has('isolation-level') || !properties.has('isolation.level'))
    properties.set('isolation.level', given.value('isolation-level')!)
  const [group] = groups
  properties.set('group.id', group ?? `console-consumer-${Math.trunc(systemRandom.next() * 100_000)}`)
  if (group === undefined && !properties.has('enable.auto.commit')) properties.set('enable.auto.commit', 'false')
  return properties
}

function setReset(properties: Map<string, string>, isFromBeginning: boolean, terminal: Terminal): void {
  const reset = properties.get('auto.offset.reset')
  if (reset === undefined) properties.set('auto.offset.reset', isFromBeginning ? 'earliest' : 'latest')
  else if (isFromBeginning && reset !== 'earliest') {
    terminal.error(
      `Can't simultaneously specify --from-beginning and 'auto.offset.reset=${reset}', please remove one option`,
    )
    throw new Ended(1)
  }
}

type Start = number | 'earliest' | 'latest'
function startOf(given: Given, usage: Usage): Start {
  if (!given.has('offset')) return given.has('from-beginning') ? 'earliest' : 'latest'
  const text = given.value('offset')!
  const lower = text.toLowerCase()
  if (lower === 'earliest' || lower === 'latest') return lower
  if (!/^\+?\d+$/.test(text))
    usage.fail(
      `The provided offset value '${text}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long.`,
    )
  return Number(text)
}

async function formatterOf(given: Given, usage: Usage, terminal: Terminal): Promise<Formatter> {
  if (given.has('property') && given.has('formatter-property'))
    usage.fail('Options --property and --formatter-property cannot be specified together.')
  if (given.has('property'))
    terminal.out(
      'Option --property is deprecated and will be removed in a future version. Use --formatter-property instead.',
    )
  const properties = await propertiesFile(given.value('formatter-config'))
  for (const part of ['key', 'value'] as const) {
    const className = given.value(`${part}-deserializer`)
    if (className !== undefined) properties.set(`${part}.deserializer`, className)
  }
  for (const [name, value] of keyValues([...given.values('property'), ...given.values('formatter-property')]))
    properties.set(name, value)
  const className = given.value('formatter')!
  try {
    return formatterNamed(className, properties) ?? usage.fail(className)
  } catch (error) {
    if (error instanceof UsageError) throw error
    return usage.fail((error as Error).message)
  }
}

function begin(consumer: Consumer, given: Given, start: Start): void {
  const topic = given.value('topic')
  const partition = given.value('partition')
  if (topic === undefined) consumer.subscribe(new RegExp(`^(?:${given.value('include')!})$`))
  else if (partition === undefined) consumer.subscribe(topic)
  else consumer.assign([{ topic, partition, offset: start }])
}

interface Showing {
  readonly format: Formatter
  /** −1: all. */
  readonly messagesMax: number
  /** −1: as long as it takes. */
  readonly timeoutMs: number
  readonly isSkipping: boolean
  readonly terminal: Terminal
  readonly shown: { count: number }
}

/** Ends after so many records, after so long without one, or when the person at the terminal says so. */
async function show(consumer: Consumer, showing: Showing): Promise<void> {
  const { format, messagesMax, timeoutMs, terminal, shown } = showing
  if (messagesMax === 0) return
  let lastAt = systemClock.monotonic()
  while (!terminal.signal.aborted) {
    const left = timeoutMs < 0 ? Infinity : Math.max(timeoutMs - (systemClock.monotonic() - lastAt), 1)
    const batches = await polled(consumer, Math.min(left, 1_000), terminal)
    if (batches === undefined) return
    for (const batch of batches)
      for (let i = 0; i < batch.count; i++) {
        const record = { ...batch.rawRecord(i), hasLogAppendTime: batch.index.hasLogAppendTime }
        shown.count++
        try {
          const bytes = format(record)
          if (bytes.length > 0) terminal.write(bytes)
        } catch (error) {
          if (!showing.isSkipping) throw error
          log(terminal, 'Error processing message, skipping this message: ', error)
        }
        if (shown.count === messagesMax) {
          // What was not shown is read again by whoever comes next.
          consumer.seek({ topic: record.topic, partition: record.partition, offset: record.offset + 1 })
          return
        }
      }
    const now = systemClock.monotonic()
    if (batches.some(({ count }) => count > 0)) lastAt = now
    else if (timeoutMs >= 0 && now - lastAt >= timeoutMs) {
      log(
        terminal,
        'Error processing message, terminating consumer process: ',
        'org.apache.kafka.common.errors.TimeoutException',
      )
      return
    }
  }
}

/** Undefined where reading has failed, which ends the tool as if all were well: so does Kafka's. */
async function polled(consumer: Consumer, maxWaitMs: number, terminal: Terminal) {
  try {
    return await consumer.poll({ maxWaitMs, signal: terminal.signal })
  } catch (error) {
    if (!terminal.signal.aborted)
      log(terminal, 'Error processing message, terminating consumer process: ', exceptionText(error))
    return undefined
  }
}

function log(terminal: Terminal, text: string, error: unknown): void {
  const told = error instanceof Error ? error.message : String(error)
  logged(terminal, 'ERROR', `${text}${told}`, 'org.apache.kafka.tools.consumer.ConsoleConsumer')
}
