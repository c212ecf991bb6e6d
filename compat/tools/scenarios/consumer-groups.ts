// kafka-consumer-groups.

import { anyOrder, optionsOnly } from '../normalise.ts'
import { scenarios, type Stage, type Step } from '../scenario.ts'

const usage = (run: string, rest: Partial<Step> = {}): Step => ({ run, normalise: [optionsOnly, anyOrder], ...rest })

/** A member of the consumer protocol has an id of its own making. */
const member = (run: string): Step => ({ run, normalise: [output => output.replaceAll(/ [\w-]{22} /g, ' ID ')] })

const unordered = (run: string, rest: Partial<Step> = {}): Step => ({ run, unordered: true, ...rest })

/** Ten records in each of two partitions, at known times, and a group that has read some of them. */
async function readInPart({ client, name }: Stage): Promise<void> {
  const topic = name('orders')
  await client.admin.topics.create([{ name: topic, partitions: 2 }])
  const producer = client.producer()
  for (let i = 0; i < 20; i++)
    await producer.send({
      topic,
      partition: i % 2,
      value: `v${i}`,
      timestamp: Date.UTC(2024, 4, 1 + Math.trunc(i / 2)),
    })
  await client.admin.groups.setOffsets(name('billing'), [
    { topic, partition: 0, offset: 4 },
    { topic, partition: 1, offset: 7 },
  ])
}

/** A member that has read all, and stays. */
async function withMember(
  stage: Stage,
  options: { readonly groupInstanceId?: string; readonly groupProtocol?: 'consumer' } = {},
): Promise<void> {
  const { client, name, defer } = stage
  await readInPart(stage)
  const consumer = client.consumer({
    groupId: name('billing'),
    offsetReset: 'earliest',
    ...options,
  })
  defer(() => consumer.close())
  consumer.subscribe(name('orders'))
  while (consumer.assignment.length < 2 || !consumer.atEnd()) await consumer.poll({ maxWaitMs: 100 })
  await consumer.commit()
}

export const consumerGroupScenarios = scenarios('kafka-consumer-groups', [
  {
    title: 'the options, and what is no option',
    steps: [
      usage('', { alone: true }),
      usage('--help', { alone: true }),
      { run: '--version', alone: true },
      usage('--list', { alone: true }),
      '--nothing',
      '--group',
      '--members',
      '--list --members',
      usage('--list --describe --group a'),
      usage('--group a'),
      usage('--describe'),
      usage('--describe --group a --members --offsets'),
      usage('--describe --group a --state stable'),
      usage('--delete'),
      usage('--delete --group a --topic b'),
      usage('--delete-offsets --group a'),
      usage('--reset-offsets --to-earliest --all-topics --dry-run'),
      usage('--reset-offsets --group a --execute --dry-run'),
      usage('--reset-offsets --group a --to-earliest --to-latest --all-topics'),
      usage('--describe --group a --all-groups'),
      usage('--list --group a'),
      usage('--describe --group a --topic b'),
      usage('--list --state sleeping'),
      usage('--list --type other'),
      '--describe --group a --timeout soon',
      { run: '--validate-regex orders.*', alone: true },
      { run: '--validate-regex [a', alone: true },
    ],
  },
  {
    title: 'a group that does not exist',
    steps: [
      '--describe --group {nobody}',
      '--describe --group {nobody} --members',
      '--describe --group {nobody} --state',
      '--delete --group {nobody}',
      '--delete-offsets --group {nobody} --topic {orders}',
    ],
  },
  {
    title: 'a group without members',
    prepare: readInPart,
    steps: [
      { run: '--list', ownLines: true },
      { run: '--list --state', ownLines: true },
      { run: '--list --type', ownLines: true },
      { run: '--list --type --state', ownLines: true },
      { run: '--list --state empty', ownLines: true },
      { run: '--list --state Stable', ownLines: true },
      { run: '--list --type classic', ownLines: true },
      { run: '--list --type consumer', ownLines: true },
      '--describe --group {billing}',
      '--describe --group {billing} --offsets --verbose',
      '--describe --group {billing} --members',
      '--describe --group {billing} --members --verbose',
      '--describe --group {billing} --state',
      '--describe --group {billing} --state --verbose',
    ],
  },
  {
    title: 'a group with a member',
    prepare: stage => withMember(stage),
    steps: [
      { run: '--list --state', ownLines: true },
      '--describe --group {billing}',
      '--describe --group {billing} --verbose',
      '--describe --group {billing} --members',
      '--describe --group {billing} --members --verbose',
      '--describe --group {billing} --state',
      '--describe --group {billing} --state --verbose',
      '--reset-offsets --group {billing} --topic {orders} --to-earliest --execute',
      '--delete --group {billing}',
      unordered('--delete-offsets --group {billing} --topic {orders}'),
    ],
  },
  {
    title: 'a group with a static member',
    prepare: stage => withMember(stage, { groupInstanceId: 'till-1' }),
    steps: ['--describe --group {billing} --members', '--describe --group {billing} --members --verbose'],
  },
  {
    title: 'a group of the consumer protocol',
    prepare: stage => withMember(stage, { groupProtocol: 'consumer' }),
    steps: [
      { run: '--list --state --type', ownLines: true },
      { run: '--list --type consumer', ownLines: true },
      member('--describe --group {billing}'),
      member('--describe --group {billing} --verbose'),
      member('--describe --group {billing} --members'),
      member('--describe --group {billing} --members --verbose'),
      member('--describe --group {billing} --state'),
      member('--describe --group {billing} --state --verbose'),
      '--reset-offsets --group {billing} --topic {orders} --to-earliest --execute',
      unordered('--delete-offsets --group {billing} --topic {orders}'),
    ],
  },
  {
    title: 'offsets are reset in every form, at first only shown',
    prepare: readInPart,
    steps: [
      unordered('--reset-offsets --group {billing} --topic {orders} --to-earliest'),
      unordered('--reset-offsets --group {billing} --topic {orders} --to-earliest --dry-run'),
      unordered('--reset-offsets --group {billing} --topic {orders} --to-latest --dry-run'),
      unordered('--reset-offsets --group {billing} --topic {orders} --to-current --dry-run'),
      unordered('--reset-offsets --group {billing} --topic {orders} --to-offset 5 --dry-run'),
      unordered('--reset-offsets --group {billing} --topic {orders} --to-offset 500 --dry-run'),
      unordered('--reset-offsets --group {billing} --topic {orders} --shift-by 2 --dry-run'),
      unordered('--reset-offsets --group {billing} --topic {orders} --shift-by -100 --dry-run'),
      unordered('--reset-offsets --group {billing} --topic {orders} --to-datetime 2024-05-03T00:00:00.000 --dry-run'),
      unordered(
        '--reset-offsets --group {billing} --topic {orders} --to-datetime 2024-05-03T01:00:00.000+02:00 --dry-run',
      ),
      unordered('--reset-offsets --group {billing} --topic {orders} --to-datetime 2034-05-03T00:00:00.000 --dry-run'),
      unordered('--reset-offsets --group {billing} --topic {orders} --by-duration P10000D --dry-run'),
      unordered('--reset-offsets --group {billing} --topic {orders} --by-duration PT1H --dry-run'),
      unordered('--reset-offsets --group {billing} --all-topics --to-latest --dry-run'),
      '--reset-offsets --group {billing} --topic {orders}:1 --to-earliest --dry-run',
      unordered('--reset-offsets --group {billing} --topic {orders}:0,1 --to-earliest --dry-run'),
      unordered('--reset-offsets --group {billing} --topic {orders} --to-earliest --dry-run --export'),
      unordered('--reset-offsets --group {billing} --group {other} --topic {orders} --to-earliest --dry-run --export'),
      unordered('--reset-offsets --group {billing} --group {other} --topic {orders} --to-earliest --dry-run'),
      '--describe --group {billing}',
      unordered('--reset-offsets --group {billing} --topic {orders} --to-offset 2 --execute'),
      '--describe --group {billing}',
      unordered('--reset-offsets --group {new} --topic {orders} --to-latest --execute'),
      '--describe --group {new}',
    ],
  },
  {
    title: 'offsets are reset from a file',
    async prepare(stage) {
      await readInPart(stage)
      const topic = stage.name('orders')
      stage.file('one.csv', `${topic},0,3\n${topic},1,9\n`)
      stage.file('several.csv', `${stage.name('billing')},${topic},0,1\n${stage.name('other')},${topic},1,2\n`)
    },
    steps: [
      unordered('--reset-offsets --group {billing} --from-file {/one.csv} --dry-run'),
      unordered('--reset-offsets --group {billing} --group {other} --from-file {/several.csv} --dry-run', {
        stderr: 'differs',
      }),
      unordered('--reset-offsets --group {billing} --from-file {/one.csv} --execute'),
      '--describe --group {billing}',
    ],
  },
  {
    title: 'resets that cannot be',
    prepare: readInPart,
    steps: [
      usage('--reset-offsets --group {billing} --to-earliest --dry-run'),
      usage('--reset-offsets --group {billing} --topic {orders} --dry-run'),
      '--reset-offsets --group {billing} --topic {nothing} --to-earliest --dry-run',
      '--reset-offsets --group {billing} --topic {nothing}:0 --to-earliest --dry-run',
      '--reset-offsets --group {billing} --topic {orders}:7 --to-earliest --dry-run',
      usage('--reset-offsets --group {billing} --topic {orders}:x --to-earliest --dry-run'),
      usage('--reset-offsets --group {billing} --topic {orders}:0:1 --to-earliest --dry-run'),
      usage('--reset-offsets --group {other} --topic {orders}:0 --shift-by 1 --dry-run'),
      '--reset-offsets --group {billing} --topic {orders} --to-datetime yesterday --dry-run',
      '--reset-offsets --group {billing} --topic {orders} --to-datetime 2024-05-03T00:00:00 --dry-run',
      '--reset-offsets --group {billing} --topic {orders} --by-duration 1h --dry-run',
      '--reset-offsets --group {billing} --topic {orders} --to-offset first --dry-run',
    ],
  },
  {
    title: 'groups and offsets are deleted',
    prepare: readInPart,
    steps: [
      '--delete-offsets --group {billing} --topic {orders}:1',
      '--describe --group {billing}',
      '--delete-offsets --group {billing} --topic {nothing}',
      '--delete-offsets --group {billing} --topic {orders}',
      '--delete --group {billing} --group {nobody}',
      '--delete --group {billing}',
      '--describe --group {billing}',
    ],
  },
])
