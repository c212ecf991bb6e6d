// kafka-topics.

import { anyOrder, optionsOnly } from '../normalise.ts'
import { scenarios, type Stage, type Step } from '../scenario.ts'

const usage = (run: string, rest: Partial<Step> = {}): Step => ({ run, normalise: [optionsOnly, anyOrder], ...rest })

/**
 * No order is promised of configs. A cluster of Kafka's is formatted with a config of all brokers, which eligible leader
 * replicas want: it is not the topic's own.
 */
const described = (output: string) =>
  output.replaceAll(/(Configs: )(.*)$/gm, (_, head: string, configs: string) => {
    const own = configs.split(',').filter(config => config !== 'min.insync.replicas=1')
    return head + own.toSorted().join(',')
  })
const describe = (run: string, rest: Partial<Step> = {}): Step => ({ run, normalise: [described], ...rest })

const topics =
  (...names: string[]) =>
  ({ client, name }: Stage) =>
    client.admin.topics.create(names.map(one => ({ name: name(one), partitions: 2 })))

export const topicScenarios = scenarios('kafka-topics', [
  {
    title: 'the options, and what is no option',
    steps: [
      usage('', { alone: true }),
      usage('--help', { alone: true }),
      { run: '--version', alone: true },
      '--nothing',
      '--topic',
      '-x',
      usage('--topic a'),
      usage('--list --describe'),
      { run: '--list', alone: true },
      usage('--create'),
      usage('--delete'),
      usage('--alter --topic a'),
      usage('--alter --topic a --partitions 3 --config a=b'),
      usage('--list --partitions 3'),
      usage('--describe --replication-factor 3'),
      usage('--create --topic a --partitions 1 --replica-assignment 1:2'),
      usage('--create --topic a --if-exists'),
      usage('--delete --topic a --if-not-exists'),
      usage('--create --topic a --exclude-internal'),
      usage('--describe --under-replicated-partitions --topics-with-overrides'),
      usage('--describe --if-exists'),
      '--create --topic a --partitions many',
      '--create --topic a --topic b',
    ],
  },
  {
    title: 'a topic is made, described, grown and deleted',
    steps: [
      '--create --topic {orders} --partitions 3 --replication-factor 1',
      '--create --topic {orders} --partitions 3',
      '--create --topic {orders} --if-not-exists',
      describe('--describe --topic {orders}'),
      '--alter --topic {orders} --partitions 5',
      '--alter --topic {orders} --partitions 2',
      '--alter --topic {orders} --partitions 5',
      '--alter --topic {nothing} --partitions 5',
      '--alter --topic {nothing} --partitions 5 --if-exists',
      describe('--describe --topic {orders}'),
      '--delete --topic {orders}',
      '--delete --topic {orders}',
      '--delete --topic {orders} --if-exists',
      '--describe --topic {orders}',
      '--describe --topic {orders} --if-exists',
    ],
  },
  {
    title: 'configs of a new topic',
    steps: [
      '--create --topic {orders} --config retention.ms=1000 --config cleanup.policy=compact',
      describe('--describe --topic {orders}'),
      describe('--describe --topic {orders} --topics-with-overrides'),
      '--create --topic {other} --config no.such.config=1',
      '--create --topic {other} --config retention.ms=soon',
      '--create --topic {other} --config retention.ms',
      '--create --topic {other} --config cleanup.policy=sometimes',
      '--create --topic {other} --config retention.ms=1=2',
    ],
  },
  {
    title: 'what cannot be made',
    steps: [
      '--create --topic {orders} --partitions 0',
      '--create --topic {orders} --partitions -1',
      '--create --topic {orders} --replication-factor 0',
      '--create --topic {orders} --replication-factor 40000',
      '--create --topic {orders} --replication-factor 3',
      '--create --topic a/b',
      '--create --topic ..',
      { run: ['--create', '--topic', ''] },
      '--create --topic {orders} --replica-assignment 1:1',
      '--create --topic {orders} --replica-assignment 1,1:2',
      '--create --topic {orders} --replica-assignment one',
      '--create --topic {orders} --replica-assignment 7',
      '--create --topic {orders} --replica-assignment 1,1,1',
      describe('--describe --topic {orders}'),
    ],
  },
  {
    title: 'a name with a point, and one with an underscore that collides',
    steps: ['--create --topic {a.b}', '--create --topic {a_b}', '--create --topic {a_c}'],
  },
  {
    title: 'several topics by an expression',
    prepare: topics('orders', 'orders-old', 'payments'),
    steps: [
      { run: '--list', ownLines: true },
      { run: '--list --exclude-internal', ownLines: true },
      '--list --topic {orders}.*',
      '--list --topic {orders},{payments}',
      '--list --topic {nothing}',
      { run: ['--list', '--topic', '[a'] },
      describe('--describe --topic {orders}.*', { unordered: true }),
      '--describe --topic {payments} --under-replicated-partitions',
      '--describe --topic {payments} --unavailable-partitions',
      '--describe --topic {payments} --under-min-isr-partitions',
      '--describe --topic {payments} --at-min-isr-partitions',
      describe('--describe --topic {payments} --partition-size-limit-per-response 1'),
      { run: '--delete --topic {orders}.*' },
      { run: '--list', ownLines: true },
    ],
  },
  {
    title: 'topics by id',
    prepare: topics('orders'),
    steps: [
      '--describe --topic-id AAAAAAAAAAAAAAAAAAAAAQ',
      '--describe --topic-id AAAAAAAAAAAAAAAAAAAAAQ --if-exists',
      '--describe --topic-id abc',
      '--describe --topic-id AAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAA',
      describe('--describe --topic-id AAAAAAAAAAAAAAAAAAAAAA --topic {orders}'),
      describe('--describe --topic-id AAAAAAAAAAAAAAAAAAAAAA --topic {orders} --if-exists'),
    ],
  },
])
