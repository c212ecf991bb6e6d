// kafka-console-producer: a record for each line of standard input, as Apache Kafka's ConsoleProducer.

import { createClient, type OutgoingRecord, type Producer } from '../../client/index.ts'
import type { Terminal } from '../command.ts'
import { bootstrapFault } from './bootstrap.ts'
import { keyValues, producerOptionsOf } from './client-properties.ts'
import { clientOptions, propertiesFile } from './connection.ts'
import { lineReader, lines } from './console/line-reader.ts'
import { exceptionText } from './java-exceptions.ts'
import { logged } from './java-log.ts'
import type { GivenOptions } from './options/joptsimple.ts'
import { optionTool, ToolError, type Usage } from './tool.ts'

const options = {
  topic: { value: 'topic', about: 'REQUIRED: the topic that gets the records.' },
  'bootstrap-server': {
    value: 'server to connect to',
    about: 'REQUIRED: the brokers to ask first, HOST1:PORT1,HOST2:PORT2.',
  },
  sync: { about: 'Send one record at a time, and wait for its acknowledgement.' },
  'compression-codec': {
    value: 'compression-codec',
    optionalValue: true,
    about: 'none, gzip, snappy, lz4 or zstd; gzip where none is named.',
  },
  'batch-size': {
    value: 'size',
    type: 'Integer',
    default: 16_384,
    about: 'What a batch is filled up to, in bytes: batch.size.',
  },
  'message-send-max-retries': { type: 'Integer', default: 3, about: 'How often a record is sent again: retries.' },
  'retry-backoff-ms': { type: 'Long', default: 100, about: 'How long to wait before that: retry.backoff.ms.' },
  timeout: {
    value: 'timeout_ms',
    type: 'Long',
    default: 1_000,
    about: 'How long a record waits for others of its batch: linger.ms.',
  },
  'request-required-acks': { value: 'request required acks', default: '-1', about: 'What to wait for: acks.' },
  'request-timeout-ms': {
    value: 'request timeout ms',
    type: 'Integer',
    default: 1_500,
    about: 'How long an answer may take.',
  },
  'metadata-expiry-ms': {
    value: 'metadata expiration interval',
    type: 'Long',
    default: 300_000,
    about: 'After how long topics are looked up again.',
  },
  'max-block-ms': {
    value: 'max block on send',
    type: 'Long',
    default: 60_000,
    about: 'How long to wait for room in the buffer.',
  },
  'max-memory-bytes': {
    value: 'total memory in bytes',
    type: 'Long',
    default: 33_554_432,
    about: 'Memory for records that wait: buffer.memory.',
  },
  'max-partition-memory-bytes': {
    value: 'memory in bytes per partition',
    type: 'Integer',
    default: 16_384,
    about: '(Deprecated) Use --batch-size.',
  },
  'line-reader': {
    value: 'reader_class',
    default: 'org.apache.kafka.tools.LineMessageReader',
    about: 'What makes records of lines.',
  },
  'socket-buffer-size': {
    value: 'size',
    type: 'Integer',
    default: 102_400,
    about: "The buffer of a connection in the system; left to the system's own choice.",
  },
  property: { value: 'prop', about: '(DEPRECATED) Use --reader-property.' },
  'reader-property': {
    value: 'prop',
    about:
      'How lines are read, as key=value:\n parse.key=false\n parse.headers=false\n ignore.error=false\n key.separator=\\t\n headers.delimiter=\\t\n headers.separator=,\n headers.key.separator=:\n null.marker=   what stands for null\nWith headers and key a line is "h1:v1,h2:v2\\tkey\\tvalue".',
  },
  'reader-config': { value: 'config file', about: 'A file of such properties.' },
  'producer-property': { value: 'producer_prop', about: '(DEPRECATED) Use --command-property.' },
  'command-property': { value: 'producer_prop', about: 'A property of the producer, as key=value.' },
  'producer.config': { value: 'config file', about: '(DEPRECATED) Use --command-config.' },
  'command-config': { value: 'config file', about: 'A file of such properties.' },
} as const
type Given = GivenOptions<typeof options>

export default optionTool({
  about: 'This tool helps to read data from standard input and publish it to Kafka.',
  options,
  tellsOptionErrors: true,
  async run({ given, terminal, usage }) {
    check(given, usage, terminal)
    const topic = given.value('topic')!
    const readerFile = await propertiesFile(given.value('reader-config'))
    const readerName = given.value('line-reader')!
    if (readerName !== options['line-reader'].default) throw new ToolError(readerName)
    const read = lineReader(
      topic,
      new Map([...readerFile, ...keyValues([...given.values('property'), ...given.values('reader-property')])]),
    )
    const properties = await producerProperties(given)
    const client = createClient(
      clientOptions({
        bootstrap: given.value('bootstrap-server')!,
        clientId: 'console-producer',
        properties,
        terminal,
      }),
    )
    const producer = client.producer(producerOptionsOf(properties))
    try {
      await sendLines(producer, { read, terminal, isSync: given.has('sync') })
    } finally {
      // What was read before a line that cannot be is sent all the same.
      await client.close()
    }
  },
})

function check(given: Given, usage: Usage, terminal: Terminal): void {
  usage.requires('topic')
  const refuseBoth = (a: keyof typeof options, b: keyof typeof options) => {
    if (given.has(a) && given.has(b)) usage.fail(`Options --${a} and --${b} cannot be specified together.`)
  }
  refuseBoth('command-config', 'producer.config')
  refuseBoth('command-property', 'producer-property')
  refuseBoth('reader-property', 'property')
  const replaced = [
    ['producer-property', 'command-property'],
    ['producer.config', 'command-config'],
    ['property', 'reader-property'],
  ] as const
  for (const [old, instead] of replaced)
    if (given.has(old))
      terminal.out(`Warning: --${old} is deprecated and will be removed in a future version. Use --${instead} instead.`)
  if (given.has('max-partition-memory-bytes'))
    terminal.out(
      'Warning: --max-partition-memory-bytes is deprecated and will be removed in Apache Kafka 5.0. Use --batch-size instead.',
    )
  const fault = bootstrapFault(given.value('bootstrap-server'))
  if (fault !== undefined) usage.fail(fault)
}

async function producerProperties(given: Given): Promise<Map<string, string>> {
  const file = await propertiesFile(given.value('command-config') ?? given.value('producer.config'))
  const properties = new Map([
    ...file,
    ...keyValues([...given.values('producer-property'), ...given.values('command-property')]),
  ])
  const codec = given.has('compression-codec') ? (given.value('compression-codec') ?? 'gzip') : 'none'
  properties.set('compression.type', codec)
  const merged = {
    'linger.ms': 'timeout',
    acks: 'request-required-acks',
    'request.timeout.ms': 'request-timeout-ms',
    'buffer.memory': 'max-memory-bytes',
    'batch.size': given.has('max-partition-memory-bytes') ? 'max-partition-memory-bytes' : 'batch-size',
    'max.block.ms': 'max-block-ms',
  } as const
  // An option that was given wins; its default, only over nothing.
  for (const [property, option] of Object.entries(merged))
    if (given.has(option) || !properties.has(property)) properties.set(property, String(given.value(option)))
  return properties
}

async function sendLines(
  producer: Producer,
  {
    read,
    terminal,
    isSync,
  }: {
    readonly read: (line: string, lineNumber: number) => OutgoingRecord
    readonly terminal: Terminal
    readonly isSync: boolean
  },
): Promise<void> {
  const isPrompting = terminal.isTerminal && process.stdin.isTTY === true
  const prompt = () => (isPrompting ? terminal.write('>') : undefined)
  let lineNumber = 0
  prompt()
  for await (const line of lines(terminal.input())) {
    if (terminal.signal.aborted) break
    const record = read(line, ++lineNumber)
    const sent = producer.send(record)
    if (isSync) await telling(sent)
    else {
      sent.catch((error: unknown) => logFailure(record, error, terminal))
      await producer.ready()
    }
    prompt()
  }
  await producer.flush()
}

async function telling(sent: Promise<unknown>): Promise<void> {
  try {
    await sent
  } catch (error) {
    throw new ToolError(exceptionText(error))
  }
}

/** As Kafka's ErrorLoggingCallback: the tool goes on, and its exit code does not tell. */
function logFailure({ topic, key, value }: OutgoingRecord, error: unknown, terminal: Terminal): void {
  const size = (bytes: OutgoingRecord['key']) =>
    bytes === null || bytes === undefined ? 'null' : `${Buffer.byteLength(bytes)} bytes`
  const text = `Error when sending message to topic ${topic} with key: ${size(key)}, value: ${size(value)} with error: ${exceptionText(error)}`
  logged(terminal, 'ERROR', text, 'org.apache.kafka.clients.producer.internals.ErrorLoggingCallback')
}
