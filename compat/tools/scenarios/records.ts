// kafka-get-offsets, kafka-delete-records and kafka-log-dirs.

import { anyOrder, optionsOnly } from '../normalise.ts'
import { scenarios, type Stage, type Step } from '../scenario.ts'

const usage = (run: string, rest: Partial<Step> = {}): Step => ({ run, normalise: [optionsOnly, anyOrder], ...rest })

async function ten({ client, name }: Stage): Promise<void> {
  const topic = name('orders')
  await client.admin.topics.create([
    { name: topic, partitions: 3 },
    { name: name('empty'), partitions: 1 },
  ])
  const producer = client.producer()
  for (let i = 0; i < 20; i++)
    await producer.send({
      topic,
      partition: i % 2,
      value: `v${i}`,
      timestamp: Date.UTC(2024, 4, 1 + Math.trunc(i / 2)),
    })
  await client.admin.records.deleteBefore([{ topic, partition: 0, offset: 3 }])
}

export const getOffsetsScenarios = scenarios('kafka-get-offsets', [
  {
    title: 'the options, and what is no option',
    steps: [
      usage('', { alone: true }),
      usage('--help', { alone: true }),
      { run: '--version', alone: true },
      '--nothing',
      '--topic',
      usage('--topic a', { alone: true }),
      usage('--bootstrap-server nowhere', { alone: true }),
      '--topic-partitions a --topic b',
      '--topic a --time soon',
      '--topic a --partitions x',
      '--topic-partitions a:b',
      '--topic {nothing}',
    ],
  },
  {
    title: 'offsets of partitions at a time',
    prepare: ten,
    steps: [
      '--topic {orders}',
      '--topic {orders} --time -1',
      '--topic {orders} --time -2',
      '--topic {orders} --time earliest',
      '--topic {orders} --time -3',
      '--topic {orders} --time max-timestamp',
      `--topic {orders} --time ${Date.UTC(2024, 4, 6)}`,
      `--topic {orders} --time ${Date.UTC(2034, 4, 6)}`,
      '--topic {orders} --time -4',
      '--topic {orders} --time -5',
      '--topic {orders} --partitions 0,2',
      '--topic {orders} --partitions 7',
      '--topic {orders}|{empty}',
      '--topic {orders},{empty}',
      { run: '', ownLines: true },
      { run: '--exclude-internal-topics', ownLines: true },
      '--topic-partitions {orders}:1',
      '--topic-partitions {orders}:0-2',
      '--topic-partitions {orders}:1-,{empty}',
      '--topic-partitions {orders}:-1',
      { run: '--topic-partitions :1', ownLines: true },
    ],
  },
])

export const deleteRecordsScenarios = scenarios('kafka-delete-records', [
  {
    title: 'the options, and files that say nothing',
    prepare: async ({ file }) => {
      file('no.json', 'partitions')
      file('empty.json', '{}')
      file('version.json', '{"version":2,"partitions":[]}')
      file('offset.json', '{"partitions":[{"topic":"a","partition":0}]}')
      file(
        'twice.json',
        '{"partitions":[{"topic":"a","partition":0,"offset":1},{"topic":"a","partition":0,"offset":2}]}',
      )
    },
    steps: [
      usage('', { alone: true }),
      usage('--help', { alone: true }),
      usage('--offset-json-file a', { alone: true }),
      usage(''),
      '--nothing',
      { run: '--offset-json-file {/missing.json}', stderr: 'differs' },
      '--offset-json-file {/no.json}',
      '--offset-json-file {/empty.json}',
      '--offset-json-file {/version.json}',
      '--offset-json-file {/offset.json}',
      '--offset-json-file {/twice.json}',
    ],
  },
  {
    title: 'records are deleted',
    async prepare(stage) {
      await ten(stage)
      const topic = stage.name('orders')
      const partitions = [
        { topic, partition: 0, offset: 5 },
        { topic, partition: 1, offset: -1 },
      ]
      stage.file('some.json', JSON.stringify({ partitions, version: 1 }))
      stage.file('beyond.json', JSON.stringify({ partitions: [{ topic, partition: 0, offset: 500 }] }))
      stage.file(
        'nothing.json',
        JSON.stringify({ partitions: [{ topic: stage.name('nothing'), partition: 0, offset: 5 }] }),
      )
    },
    steps: [
      { run: '--offset-json-file {/some.json}', unordered: true },
      { tool: 'kafka-get-offsets', run: '--topic {orders} --time earliest' },
      { run: '--offset-json-file {/some.json}', unordered: true },
      '--offset-json-file {/beyond.json}',
    ],
  },
])

/** Where it lies and how large it is depends on the broker. */
const sizes = (output: string) => {
  const json = /^\{.*\}$/m.exec(output)?.[0]
  if (json === undefined) return output
  const shown = json
    .replaceAll(/"size":\d+/g, '"size":N')
    .replaceAll(/"logDir":"[^"]*"/g, '"logDir":"DIR"')
    .replaceAll(/\{"partition":[^}]*\}/g, ' $& ')
    .split(' ')
  const partitions = shown.filter(part => part.startsWith('{"partition":')).toSorted()
  return output.replace(
    json,
    [...shown.filter(part => !part.startsWith('{"partition":') && part !== ','), ...partitions].join('\n'),
  )
}

export const logDirsScenarios = scenarios('kafka-log-dirs', [
  {
    title: 'the options, and what lies in the directories',
    prepare: ten,
    steps: [
      usage('', { alone: true }),
      usage('--help', { alone: true }),
      usage('--describe', { alone: true }),
      usage('--topic-list a'),
      '--nothing',
      '--describe --broker-list 7,8',
      '--describe --broker-list one',
      { run: '--describe --topic-list {orders}', normalise: [sizes] },
      { run: '--describe --topic-list {orders},{empty} --broker-list 1', normalise: [sizes] },
      { run: '--describe --topic-list {nothing}', normalise: [sizes] },
    ],
  },
])
