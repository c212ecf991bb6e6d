// kafka-console-producer and kafka-console-consumer.

import { anyOrder, optionsOnly } from '../normalise.ts'
import { scenarios, type Stage, type Step } from '../scenario.ts'

const usage = (run: string, rest: Partial<Step> = {}): Step => ({ run, normalise: [optionsOnly, anyOrder], ...rest })

const orders = ({ client, name }: Stage) => client.admin.topics.create([{ name: name('orders'), partitions: 1 }])

const all = '--topic {orders} --from-beginning --timeout-ms 3000'
const shown = 'print.key=true,print.headers=true,print.offset=true,print.partition=true'
/** What was produced, as Apache's or our consumer shows it. */
const read = (properties = shown): Step => ({
  tool: 'kafka-console-consumer',
  run: `${all} ${properties
    .split(',')
    .map(one => `--formatter-property ${one}`)
    .join(' ')}`,
})

export const consoleProducerScenarios = scenarios('kafka-console-producer', [
  {
    title: 'the options, and what is no option',
    steps: [
      usage('', { alone: true }),
      usage('--help', { alone: true }),
      { run: '--version', alone: true },
      usage('--nothing'),
      usage('--topic'),
      usage(''),
      usage('--topic a', { alone: true }),
      usage('--topic a --bootstrap-server nowhere', { alone: true }),
      usage('--topic a --property a=b --reader-property a=b'),
      usage('--topic a --producer-property a=b --command-property a=b'),
      usage('--topic a --producer.config a --command-config b'),
    ],
  },
  {
    title: 'lines become records',
    prepare: orders,
    steps: [
      { run: '--topic {orders}', input: 'first\nsecond\n' },
      { run: '--topic {orders}', input: 'without an end' },
      { run: '--topic {orders}', input: '' },
      { run: '--topic {orders}', input: '\n' },
      { run: '--topic {orders}', input: 'windows\r\nmac\rlast\n' },
      { run: '--topic {orders} --sync', input: 'waited for\n' },
      { run: '--topic {orders} --request-required-acks 1', input: 'by the leader\n' },
      { run: '--topic {orders} --request-required-acks 0', input: 'by nobody\n' },
      { run: '--topic {orders}', input: 'grüße, 世界 🎉\n' },
      read(),
    ],
  },
  {
    title: 'codecs',
    prepare: orders,
    steps: [
      ...[
        '--compression-codec',
        ...['none', 'gzip', 'snappy', 'lz4', 'zstd'].map(codec => `--compression-codec ${codec}`),
      ].map((codec, i): Step => ({ run: `--topic {orders} ${codec}`, input: `in ${i}\n` })),
      read(),
    ],
  },
  {
    title: 'keys and headers',
    prepare: orders,
    steps: [
      { run: '--topic {orders} --reader-property parse.key=true', input: 'k1\tv1\nk2\tv2\twith a tab\n' },
      {
        run: '--topic {orders} --reader-property parse.key=true --reader-property key.separator=:',
        input: 'k3:v3\n:v4\nk5:\n',
      },
      { run: '--topic {orders} --property parse.key=true --property key.separator=:', input: 'k6:v6\n' },
      { run: '--topic {orders} --reader-property parse.headers=true', input: 'a:1,b:2\tvalue\n' },
      {
        run: '--topic {orders} --reader-property parse.headers=true --reader-property parse.key=true --reader-property headers.delimiter=| --reader-property headers.separator=; --reader-property headers.key.separator==',
        input: 'a=1;b=2|key\tvalue\n',
      },
      {
        run: '--topic {orders} --reader-property parse.key=true --reader-property parse.headers=true --reader-property null.marker=NULL',
        input: 'NULL\tNULL\tNULL\na:NULL\tk\tv\n',
      },
      {
        run: '--topic {orders} --reader-property parse.key=true --reader-property ignore.error=true',
        input: 'no key\n',
      },
      read(),
    ],
  },
  {
    title: 'lines that cannot be read',
    prepare: orders,
    steps: [
      { run: '--topic {orders} --reader-property parse.key=true', input: 'k\tsent\nno key\nk\tnever read\n' },
      { run: '--topic {orders} --reader-property parse.headers=true', input: 'no header\n' },
      { run: '--topic {orders} --reader-property parse.headers=true', input: 'pair\tvalue\n' },
      {
        run: '--topic {orders} --reader-property parse.key=true --reader-property null.marker=:  --reader-property key.separator=:',
        input: '',
      },
      { run: '--topic {orders} --reader-property headers.separator=: --reader-property parse.headers=true', input: '' },
      { run: '--topic {orders} --line-reader no.such.Reader', input: '' },
      read(),
    ],
  },
  {
    title: 'properties of the producer',
    async prepare(stage) {
      await orders(stage)
      stage.file('producer.properties', 'client.id=mine\nacks=1\nlinger.ms=0\n')
      stage.file('reader.properties', 'parse.key=true\nkey.separator=/\n')
    },
    steps: [
      { run: '--topic {orders} --command-config {/producer.properties}', input: 'one\n' },
      { run: '--topic {orders} --producer.config {/producer.properties}', input: 'two\n' },
      { run: '--topic {orders} --command-property linger.ms=0 --command-property acks=all', input: 'three\n' },
      { run: '--topic {orders} --producer-property linger.ms=0', input: 'four\n' },
      { run: '--topic {orders} --reader-config {/reader.properties}', input: 'k/five\n' },
      { run: '--topic {orders} --max-partition-memory-bytes 1000', input: 'six\n' },
      { run: '--topic {orders} --request-required-acks 5', input: 'seven\n', stderr: 'differs' },
      { run: '--topic {orders} --command-config {/nothing.properties}', input: 'eight\n', stderr: 'differs' },
      read(),
    ],
  },
])

async function varied({ client, name }: Stage): Promise<void> {
  const topic = name('orders')
  await client.admin.topics.create([
    { name: topic, partitions: 2 },
    { name: name('appended'), partitions: 1, configs: { 'message.timestamp.type': 'LogAppendTime' } },
  ])
  const producer = client.producer()
  const long = Buffer.alloc(8)
  long.writeBigInt64BE(-42n)
  const double = Buffer.alloc(8)
  double.writeDoubleBE(1.5e10)
  const at = (i: number) => Date.UTC(2024, 4, 1) + i
  await producer.send({ topic, partition: 0, key: 'k1', value: 'v1', timestamp: at(1) })
  await producer.send({
    topic,
    partition: 0,
    key: null,
    value: 'v2',
    timestamp: at(2),
    headers: [
      ['a', '1'],
      ['b', null],
    ],
  })
  await producer.send({ topic, partition: 0, key: 'k3', value: null, timestamp: at(3) })
  await producer.send({ topic, partition: 0, key: long, value: double, timestamp: at(4) })
  await producer.send({ topic, partition: 1, key: 'k5', value: 'grüße', timestamp: at(5) })
  await producer.send({ topic: name('appended'), value: 'late', timestamp: at(6) })
}

const place = '--topic {orders} --partition 0 --offset 0 --timeout-ms 3000'
const times = (output: string) => output.replaceAll(/LogAppendTime:\d+/g, 'LogAppendTime:TIME')

export const consoleConsumerScenarios = scenarios('kafka-console-consumer', [
  {
    title: 'the options, and what is no option',
    steps: [
      usage('', { alone: true }),
      usage('--help', { alone: true }),
      { run: '--version', alone: true },
      usage('--nothing'),
      usage('--topic'),
      usage('--topic a --include b'),
      usage('--group a'),
      usage('--topic a', { alone: true }),
      usage('--include a --partition 0'),
      usage('--topic a --offset 5'),
      usage('--topic a --partition 0 --offset 5 --from-beginning'),
      usage('--topic a --partition 0 --offset some'),
      usage('--topic a --partition 0 --offset -5'),
      usage('--topic a --partition 0 --group b'),
      usage('--topic a --group b --command-property group.id=c'),
      usage('--topic a --property a=b --formatter-property a=b'),
      usage('--topic a --consumer-property a=b --command-property a=b'),
      usage('--topic a --formatter no.such.Formatter'),
      '--topic a --from-beginning --command-property auto.offset.reset=latest',
    ],
  },
  {
    title: 'records are shown',
    prepare: varied,
    steps: [
      place,
      `${place} --max-messages 1`,
      `${place} --max-messages 0`,
      `${place} ${'key value headers timestamp partition offset epoch delivery'
        .split(' ')
        .map(column => `--formatter-property print.${column}=true`)
        .join(' ')} --max-messages 3`,
      `${place} --formatter-property print.value=false --formatter-property print.key=true --max-messages 3`,
      `${place} --formatter-property print.value=false --formatter-property print.offset=true --max-messages 3`,
      `${place} --property print.key=true --property key.separator=- --max-messages 3`,
      `${place} --formatter-property print.key=true --formatter-property null.literal=NULL --formatter-property line.separator=; --max-messages 3`,
      `${place} --formatter-property print.headers=true --formatter-property headers.separator=| --max-messages 3`,
      '--topic {orders} --partition 0 --offset earliest --max-messages 2',
      '--topic {orders} --partition 0 --from-beginning --max-messages 2',
      '--topic {orders} --partition 0 --offset 2 --max-messages 1',
      '--topic {orders} --partition 0 --timeout-ms 1000',
      '--topic {orders} --partition 0 --offset latest --timeout-ms 1000',
      '--topic {orders} --partition 1 --offset 0 --max-messages 1',
      '--topic {orders} --partition 0 --offset 3 --max-messages 1 --key-deserializer org.apache.kafka.common.serialization.LongDeserializer --value-deserializer org.apache.kafka.common.serialization.DoubleDeserializer --formatter-property print.key=true',
      '--topic {orders} --partition 0 --offset 0 --max-messages 1 --formatter-property key.deserializer=org.apache.kafka.common.serialization.StringDeserializer --formatter-property print.key=true',
      '--topic {orders} --partition 0 --offset 0 --max-messages 1 --value-deserializer org.apache.kafka.common.serialization.LongDeserializer',
      '--topic {orders} --partition 0 --offset 0 --max-messages 2 --value-deserializer org.apache.kafka.common.serialization.LongDeserializer --skip-message-on-error',
      '--topic {orders} --partition 0 --offset 0 --max-messages 2 --formatter org.apache.kafka.tools.consumer.NoOpMessageFormatter',
      {
        run: '--topic {appended} --partition 0 --offset 0 --max-messages 1 --formatter-property print.timestamp=true',
        normalise: [times],
      },
    ],
  },
  {
    title: 'in a group, and by an expression',
    prepare: varied,
    steps: [
      { run: '--topic {orders} --group {billing} --from-beginning --max-messages 5', unordered: true },
      '--topic {orders} --group {billing} --from-beginning --timeout-ms 3000',
      { run: ['--include', '{ord}.*', '--from-beginning', '--timeout-ms', '3000'], unordered: true },
      { run: '--topic {orders} --from-beginning --timeout-ms 3000 --isolation-level read_committed', unordered: true },
      { run: '--topic {orders} --consumer-property auto.offset.reset=earliest --timeout-ms 3000', unordered: true },
      '--topic {nothing} --from-beginning --timeout-ms 1500',
    ],
  },
])
