// The tools that measure, and those that keep count: kafka-producer-perf-test, kafka-consumer-perf-test,
// kafka-verifiable-producer and kafka-verifiable-consumer. Figures differ from run to run; their form does not.

import { optionsOnly } from '../normalise.ts'
import { scenarios, type Scenario, type Stage, type Step } from '../scenario.ts'

const figures = (output: string): string => output.replaceAll(/\d+\.\d+/g, 'N.N').replaceAll(/\d+ ms/g, 'N ms')
/** Times, and what depends on them. */
const columns = (output: string): string =>
  output
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:\d{3}/g, 'TIME')
    .replaceAll(/\d+\.\d+/g, 'N.N')
    .replaceAll(/(?<=N\.N, )\d+, \d+(?=, N\.N)/g, 'N, N')
/** JSON lines without times and rates; Java promises no order of their fields. */
const events = (output: string): string =>
  output
    .split('\n')
    .filter(Boolean)
    .map(line => {
      const { timestamp: _at, avg_throughput: _rate, ...rest } = JSON.parse(line) as Record<string, unknown>
      return JSON.stringify(Object.fromEntries(Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    })
    .join('\n')
const argparse = (output: string): string => output.replaceAll(/\s+/g, '')
const refused = (run: string): Step => ({ run, alone: true, normalise: [argparse] })

const orders = ({ client, name }: Stage) => client.admin.topics.create([{ name: name('orders'), partitions: 1 }])

export const performanceScenarios: readonly Scenario[] = [
  ...scenarios('kafka-producer-perf-test', [
    {
      title: 'arguments',
      steps: [
        refused('--topic a --num-records 1 --record-size 10'),
        refused('--topic a --num-records 0 --throughput -1 --record-size 10 --bootstrap-server a:1'),
        refused('--topic a --num-records 1 --throughput -1 --record-size 0 --bootstrap-server a:1'),
        refused('--topic a --num-records 1 --throughput -1 --record-size 10 --payload-file x'),
        refused('--topic a --num-records x --throughput -1 --record-size 10'),
      ],
    },
    {
      title: 'records are sent and measured',
      prepare: async stage => {
        await orders(stage)
        stage.file('payloads', 'one\ntwo\n')
      },
      steps: [
        { run: '--topic {orders} --num-records 1000 --throughput -1 --record-size 100', normalise: [figures] },
        { run: '--topic {orders} --num-records 20 --throughput -1 --payload-file {/payloads}', normalise: [figures] },
        { run: '--topic {orders} --num-records 20 --throughput -1 --payload-monotonic', normalise: [figures] },
        {
          run: '--topic {orders} --num-records 20 --throughput -1 --record-size 10 --producer-props acks=1 bootstrap.servers={bootstrap}',
          alone: true,
          normalise: [figures],
        },
        {
          run: '--topic {orders} --num-records 20 --throughput -1 --record-size 10 --transactional-id {perf}',
          normalise: [figures],
        },
      ],
    },
  ]),
  ...scenarios('kafka-consumer-perf-test', [
    {
      title: 'options',
      steps: [{ run: '', alone: true, normalise: [optionsOnly, text => text.replace(/perf-consumer-\d+/, 'G')] }],
    },
    {
      title: 'records are read and measured',
      prepare: async ({ client, name, ...stage }) => {
        await orders({ client, name, ...stage })
        const producer = client.producer()
        await producer.sendAll(Array.from({ length: 500 }, () => ({ topic: name('orders'), value: 'x'.repeat(100) })))
        await producer.close()
      },
      steps: [
        { run: '--topic {orders} --num-records 500', normalise: [columns] },
        { run: '--topic {orders} --messages 500 --hide-header', normalise: [columns] },
        { run: '--topic {orders} --num-records 600 --timeout 1000', normalise: [columns] },
      ],
    },
  ]),
  ...scenarios('kafka-verifiable-producer', [
    {
      title: 'arguments, and each message told',
      prepare: orders,
      steps: [
        refused('--topic a'),
        refused('--topic a --bootstrap-server x:1 --acks 5'),
        refused('--topic a --bootstrap-server x:1 --max-messages 5.5'),
        { run: '--topic {orders} --max-messages 5', normalise: [events] },
      ],
    },
  ]),
  ...scenarios('kafka-verifiable-producer', [
    {
      title: 'keys and prefixes',
      prepare: orders,
      steps: [
        { run: '--topic {orders} --max-messages 3 --value-prefix 7 --repeating-keys 2 --acks 1', normalise: [events] },
      ],
    },
  ]),
  ...scenarios('kafka-verifiable-consumer', [
    {
      title: 'what a member sees',
      prepare: async ({ client, name, ...stage }) => {
        await orders({ client, name, ...stage })
        const producer = client.producer()
        await producer.sendAll([1, 2, 3].map(n => ({ topic: name('orders'), key: `k${n}`, value: `v${n}` })))
        await producer.close()
      },
      steps: [{ run: '--topic {orders} --group-id {readers} --max-messages 3 --verbose', normalise: [events] }],
    },
  ]),
]
