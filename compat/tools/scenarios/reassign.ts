// kafka-reassign-partitions, on a cluster of one broker: what moves from there can only come back.

import { optionsOnly } from '../normalise.ts'
import { scenarios, type Stage, type Step } from '../scenario.ts'

const usage = (run: string, rest: Partial<Step> = {}): Step => ({ run, normalise: [optionsOnly], ...rest })

/** Java's trace after the error. What its parser of JSON says is its own. */
const errors = (output: string): string =>
  output
    .replace(/^(Error: .*\n?)(?:[\s\S]*)/m, '$1')
    .replace(/^Error: (Unexpected|Unrecognized|The input string is not).*/m, 'Error: no JSON')
/** Each broker has a log directory of its own. */
const logDirs = (output: string): string => output.replaceAll(/"\/[^"]*"/g, '"DIRECTORY"')
const call = (run: string, rest: Partial<Step> = {}): Step => ({ run, normalise: [errors, logDirs], ...rest })

const plan = (partitions: unknown, rest: object = { version: 1 }) => JSON.stringify({ ...rest, partitions })

async function files({ client, name, file }: Stage): Promise<void> {
  await client.admin.topics.create([{ name: name('orders'), partitions: 2 }])
  const topic = name('orders')
  const to = (replicas: readonly number[], partition = 0) => ({ topic, partition, replicas })
  file('same.json', plan([to([1])]))
  file('both.json', plan([to([1], 1), to([1], 0)]))
  file('unversioned.json', plan([to([1])], {}))
  file('unknown-broker.json', plan([to([7, 5])]))
  file('unknown-topic.json', plan([{ topic: name('nothing'), partition: 0, replicas: [1] }]))
  file('unknown-partition.json', plan([to([1], 9)]))
  file('none.json', plan([]))
  file('nobody.json', plan([to([])]))
  file('twice.json', plan([to([1]), to([1])]))
  file('doubled.json', plan([to([1, 1])]))
  file('two.json', plan([to([1, 2])]))
  file('any.json', plan([{ ...to([1]), log_dirs: ['any'] }]))
  file('elsewhere.json', plan([{ ...to([1]), log_dirs: ['/elsewhere'] }]))
  file('unequal.json', plan([{ ...to([1]), log_dirs: ['any', 'any'] }]))
  file('version.json', plan([to([1])], { version: 2 }))
  file('text-version.json', plan([to([1])], { version: '1' }))
  file('no-replicas.json', plan([{ topic, partition: 0 }]))
  file('text-replicas.json', plan([{ topic, partition: 0, replicas: ['1'] }]))
  file('no-list.json', plan({}))
  file('list.json', '[]')
  file('nothing.json', '{}')
  file('empty.json', '')
  file('broken.json', '{"version": 1, ')
  file('topics.json', JSON.stringify({ version: 1, topics: [{ topic }] }))
  file('topics-unversioned.json', JSON.stringify({ topics: [{ topic }] }))
  file('topics-version.json', JSON.stringify({ version: 3, topics: [{ topic }] }))
  file('topics-twice.json', JSON.stringify({ version: 1, topics: [{ topic }, { topic }] }))
  file('topics-unknown.json', JSON.stringify({ version: 1, topics: [{ topic: name('nothing') }] }))
  file('topics-none.json', JSON.stringify({ version: 1 }))
}

export const reassignScenarios = scenarios('kafka-reassign-partitions', [
  {
    title: 'arguments',
    steps: [
      usage('', { alone: true }),
      usage('--help', { alone: true }),
      { run: '--version', alone: true },
      '--nothing',
      usage('--list', { alone: true }),
      usage('--list --execute'),
      usage('--additional'),
      usage('--execute'),
      usage('--verify'),
      usage('--cancel'),
      usage('--generate'),
      usage('--generate --broker-list 1'),
      usage('--generate --topics-to-move-json-file a'),
      usage('--list --additional'),
      usage('--list --bootstrap-controller a:1'),
      usage('--verify --reassignment-json-file a --throttle 5'),
      usage('--verify --reassignment-json-file a --additional'),
      usage('--cancel --reassignment-json-file a --disable-rack-aware'),
      usage('--execute --reassignment-json-file a --preserve-throttles'),
      usage('--generate --topics-to-move-json-file a --broker-list 1 --timeout 5'),
      '--execute --reassignment-json-file',
      call('--execute --reassignment-json-file {/absent.json}'),
    ],
  },
  {
    title: 'what is under way, and what is proposed',
    prepare: files,
    steps: [
      '--list',
      call('--generate --topics-to-move-json-file {/topics.json} --broker-list 1'),
      call('--generate --topics-to-move-json-file {/topics.json} --broker-list 1 --disable-rack-aware'),
      call('--generate --topics-to-move-json-file {/topics-unversioned.json} --broker-list 1,2'),
      call('--generate --topics-to-move-json-file {/topics-none.json} --broker-list 1'),
      call('--generate --topics-to-move-json-file {/topics.json} --broker-list 7'),
      call('--generate --topics-to-move-json-file {/topics.json} --broker-list 1,1'),
      call('--generate --topics-to-move-json-file {/topics.json} --broker-list one'),
      call('--generate --topics-to-move-json-file {/topics-version.json} --broker-list 1'),
      call('--generate --topics-to-move-json-file {/topics-twice.json} --broker-list 1'),
      call('--generate --topics-to-move-json-file {/topics-unknown.json} --broker-list 1'),
      call('--generate --topics-to-move-json-file {/list.json} --broker-list 1'),
      call('--generate --topics-to-move-json-file {/broken.json} --broker-list 1'),
      call('--generate --topics-to-move-json-file {/empty.json} --broker-list 1'),
    ],
  },
  {
    title: 'executed, verified and called off',
    prepare: files,
    steps: [
      call('--execute --reassignment-json-file {/same.json}'),
      call('--verify --reassignment-json-file {/same.json}'),
      call('--verify --reassignment-json-file {/same.json} --preserve-throttles'),
      call('--cancel --reassignment-json-file {/same.json}'),
      call('--cancel --reassignment-json-file {/same.json} --preserve-throttles'),
      call('--execute --reassignment-json-file {/both.json} --additional'),
      call('--verify --reassignment-json-file {/both.json}'),
      call('--execute --reassignment-json-file {/unversioned.json} --disallow-replication-factor-change'),
      call('--execute --reassignment-json-file {/any.json}'),
      call('--execute --reassignment-json-file {/both.json} --throttle 1000000'),
      { tool: 'kafka-configs', run: '--describe --entity-type topics --entity-name {orders}' },
      call('--execute --reassignment-json-file {/same.json} --replica-alter-log-dirs-throttle 2000'),
      call('--verify --reassignment-json-file {/both.json} --preserve-throttles'),
      { tool: 'kafka-configs', run: '--describe --entity-type topics --entity-name {orders}' },
      call('--verify --reassignment-json-file {/both.json}'),
      { tool: 'kafka-configs', run: '--describe --entity-type topics --entity-name {orders}' },
    ],
  },
  {
    title: 'log directories that there are not',
    prepare: files,
    steps: [
      call('--execute --reassignment-json-file {/elsewhere.json}'),
      call('--verify --reassignment-json-file {/elsewhere.json} --preserve-throttles', {
        normalise: [output => output.replaceAll(/(log dir )\/\S+( to)/g, '$1DIRECTORY$2')],
      }),
      call('--cancel --reassignment-json-file {/elsewhere.json}'),
    ],
  },
  {
    title: 'what cannot be executed',
    prepare: files,
    steps: [
      ...['unknown-broker', 'two', 'unknown-topic', 'unknown-partition', 'none', 'nobody', 'twice', 'doubled'].map(
        file => call(`--execute --reassignment-json-file {/${file}.json}`),
      ),
      ...['unequal', 'version', 'text-version', 'no-replicas', 'text-replicas', 'no-list', 'list', 'nothing'].map(
        file => call(`--execute --reassignment-json-file {/${file}.json}`),
      ),
      ...['empty', 'broken'].map(file => call(`--execute --reassignment-json-file {/${file}.json}`)),
    ],
  },
  {
    title: 'partitions that there are not',
    prepare: files,
    steps: [
      call('--verify --reassignment-json-file {/unknown-topic.json} --preserve-throttles'),
      call('--verify --reassignment-json-file {/unknown-topic.json}'),
      call('--verify --reassignment-json-file {/unknown-partition.json}'),
      call('--verify --reassignment-json-file {/unknown-broker.json} --preserve-throttles'),
      call('--verify --reassignment-json-file {/nothing.json}'),
      call('--verify --reassignment-json-file {/twice.json}'),
      call('--verify --reassignment-json-file {/nobody.json}'),
      call('--cancel --reassignment-json-file {/unknown-topic.json}'),
      call('--cancel --reassignment-json-file {/nothing.json}'),
    ],
  },
])
