// kafka-topics: lists, describes, makes, grows and deletes topics, in the words of Apache Kafka's TopicCommand.

import type { Client, TopicInfo } from '../../client/index.ts'
import { createPartitions, createTopics, deleteTopics } from '../../protocol/index.ts'
import type { Terminal } from '../command.ts'
import { propertiesFile, withCluster } from './connection.ts'
import { accept } from './java-exceptions.ts'
import type { GivenOptions } from './options/joptsimple.ts'
import { optionTool, ToolError, type Usage } from './tool.ts'
import { topicFilter } from './topic-filter.ts'
import { describeTopics, type DescribeWhat } from './topics-describe.ts'

const options = {
  'bootstrap-server': { value: 'server to connect to', about: 'REQUIRED: the brokers to ask first.' },
  'command-config': { value: 'command config property file', about: 'Properties of the admin client.' },
  list: { about: 'List all topics.' },
  create: { about: 'Create a topic.' },
  delete: { about: 'Delete topics.' },
  alter: { about: 'Change the number of partitions.' },
  describe: { about: 'Show the details of topics.' },
  topic: { value: 'topic', about: 'The topic; a regular expression too, except for --create.' },
  'topic-id': { value: 'topic-id', about: 'The id of the topic to describe.' },
  config: { value: 'name=value', about: 'A config of the topic that is created. May be repeated.' },
  'delete-config': { value: 'name', about: 'Without effect: kafka-configs does it.' },
  partitions: {
    value: '# of partitions',
    type: 'Integer',
    about: 'How many the topic gets, or is to have. More partitions put keys elsewhere.',
  },
  'replication-factor': { value: 'replication factor', type: 'Integer', about: 'How many copies of each partition.' },
  'replica-assignment': {
    value:
      'broker_id_for_part1_replica1 : broker_id_for_part1_replica2 , broker_id_for_part2_replica1 : broker_id_for_part2_replica2 , ...',
    about: 'Which brokers get the replicas of each partition.',
  },
  'under-replicated-partitions': { about: 'Describe only partitions that lack in-sync replicas.' },
  'unavailable-partitions': { about: 'Describe only partitions without a leader that lives.' },
  'under-min-isr-partitions': { about: 'Describe only partitions below min.insync.replicas.' },
  'at-min-isr-partitions': { about: 'Describe only partitions at min.insync.replicas.' },
  'topics-with-overrides': { about: 'Describe only topics with configs of their own.' },
  'if-exists': { about: 'Do nothing, rather than fail, where the topic does not exist.' },
  'if-not-exists': { about: 'Do nothing, rather than fail, where the topic exists.' },
  'exclude-internal': { about: 'List and describe without internal topics.' },
  'partition-size-limit-per-response': {
    value: 'maximum number of partitions per response',
    type: 'Integer',
    about: 'How many partitions one answer may describe.',
  },
} as const
type Given = GivenOptions<typeof options>

const actions = ['create', 'list', 'alter', 'describe', 'delete'] as const
const reports = [
  'under-replicated-partitions',
  'under-min-isr-partitions',
  'at-min-isr-partitions',
  'unavailable-partitions',
] as const

export default optionTool({
  about: 'This tool helps to create, delete, describe, or change a topic.',
  aboutBare: 'Create, delete, describe, or change a topic.',
  options,
  async run({ given, terminal, usage }) {
    check(given, usage, terminal)
    const connection = {
      bootstrap: given.value('bootstrap-server')!,
      clientId: 'adminclient-1',
      properties: await propertiesFile(given.value('command-config')),
      firstCall: given.has('create') ? 'createTopics' : 'listTopics',
    }
    try {
      await withCluster({ ...connection, terminal }, client => act({ client, given, terminal }))
      return 0
    } catch (error) {
      terminal.out(`Error while executing topic command : ${(error as Error).message}`)
      return 1
    }
  },
})

interface Call {
  readonly client: Client
  readonly given: Given
  readonly terminal: Terminal
}

function act(call: Call): Promise<void> {
  if (call.given.has('create')) return create(call)
  if (call.given.has('alter')) return alter(call)
  if (call.given.has('list')) return list(call)
  if (call.given.has('describe')) return describe(call)
  return remove(call)
}

function check(given: Given, usage: Usage, terminal: Terminal): void {
  if (actions.filter(action => given.has(action)).length !== 1)
    usage.fail('Command must include exactly one action: --list, --describe, --create, --alter or --delete')
  if (given.has('delete-config'))
    terminal.error(
      'delete-config option is no longer supported and deprecated since version 4.0. The config will be fully removed in future releases.',
    )
  if (!given.has('bootstrap-server')) throw new ToolError('--bootstrap-server must be specified')
  if (given.has('describe') && given.has('if-exists')) {
    if (!given.has('topic') && !given.has('topic-id'))
      usage.fail('--topic or --topic-id is required to describe a topic')
    if (given.has('topic') && given.has('topic-id'))
      terminal.out(
        'Only topic id will be used when both --topic and --topic-id are specified and topicId is not Uuid.ZERO_UUID',
      )
  }
  if (!given.has('list') && !given.has('describe')) usage.requires('topic')
  if (given.has('alter')) {
    if (given.has('config'))
      usage.fail(
        'Option combination "[[bootstrap-server], [config]]" can\'t be used with option "[alter]" (To alter topic configurations, the kafka-configs tool can be used.)',
      )
    usage.requires('partitions')
  }
  const allBut = (...allowed: string[]) => actions.filter(action => !allowed.includes(action))
  usage.excludes('config', allBut('alter', 'create'))
  usage.excludes('partitions', allBut('alter', 'create'))
  usage.excludes('replication-factor', allBut('create'))
  usage.excludes('replica-assignment', allBut('alter', 'create'))
  if (given.has('create')) usage.excludes('replica-assignment', ['partitions', 'replication-factor'])
  for (const report of reports) usage.excludes(report, [...allBut('describe'), 'topics-with-overrides'])
  usage.excludes('topics-with-overrides', [...allBut('describe'), ...reports])
  usage.excludes('if-exists', allBut('alter', 'delete', 'describe'))
  usage.excludes('if-not-exists', allBut('create'))
  usage.excludes('exclude-internal', allBut('list', 'describe'))
}

async function create({ client, given, terminal }: Call): Promise<void> {
  const name = given.value('topic')!
  const wanted = wantedTopic(given)
  if (/[._]/.test(name))
    terminal.out(
      "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. To avoid issues it is best to use either, but not both.",
    )
  const { partitions, replicationFactor, assignment, configs } = wanted
  if (replicationFactor !== undefined && (replicationFactor > 32_767 || replicationFactor < 1))
    throw new ToolError('The replication factor must be between 1 and 32767 inclusive')
  if (partitions !== undefined && partitions < 1) throw new ToolError('The partitions must be greater than 0')
  if (name === '') throw new ToolError("The given topic name '' cannot be represented in a request.")
  const isAssigned = assignment !== undefined
  const answer = await client.admin.requests.controller(createTopics, {
    topics: [
      {
        name,
        numPartitions: isAssigned ? -1 : (partitions ?? -1),
        replicationFactor: isAssigned ? -1 : (replicationFactor ?? -1),
        assignments: (assignment ?? []).map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
        configs: configs.map(([key, value]) => ({ name: key, value })),
      },
    ],
    timeoutMs: 30_000,
  })
  const { errorCode, errorMessage } = answer.topics[0]!
  if (errorCode === topicExists && given.has('if-not-exists')) return
  accept(errorCode, errorMessage)
  terminal.out(`Created topic ${name}.`)
}
const topicExists = 36

interface WantedTopic {
  readonly partitions: number | undefined
  readonly replicationFactor: number | undefined
  readonly assignment: number[][] | undefined
  readonly configs: [key: string, value: string][]
}
function wantedTopic(given: Given): WantedTopic {
  const assignment = given.value('replica-assignment') ?? ''
  const configs = given.values('config').map(text => text.split(/\s*=\s*/))
  while (configs.some(parts => parts.at(-1) === '')) for (const parts of configs) if (parts.at(-1) === '') parts.pop()
  if (configs.some(parts => parts.length !== 2))
    throw new ToolError(
      'requirement failed: Invalid topic config: all configs to be added must be in the format "key=val".',
    )
  return {
    partitions: given.value('partitions'),
    replicationFactor: given.value('replication-factor'),
    assignment: assignment === '' ? undefined : parseAssignment(assignment),
    configs: configs.map(([key, value]) => [key!.trim(), value!.trim()]),
  }
}

/** '1:2,2:3': the brokers of each partition. */
function parseAssignment(text: string): number[][] {
  const partitions = text.split(',').map(part => part.split(':').map(id => brokerId(id.trim())))
  for (const [i, brokers] of partitions.entries()) {
    const doubled = brokers.filter((id, at) => brokers.indexOf(id) !== at)
    if (doubled.length > 0)
      throw new ToolError(
        `Partition replica lists may not contain duplicate entries: ${[...new Set(doubled)].join(',')}`,
      )
    if (brokers.length !== partitions[0]!.length)
      throw new ToolError(`Partition ${i} has different replication factor: [${brokers.join(', ')}]`)
  }
  return partitions
}
function brokerId(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new ToolError(`For input string: "${text}"`)
  return Number(text)
}

async function list({ client, given, terminal }: Call): Promise<void> {
  const names = (await chosen(client, given)).map(({ name }) => name)
  terminal.out(names.join('\n'))
}

async function alter({ client, given }: Call): Promise<void> {
  const { partitions, assignment } = wantedTopic(given)
  const topics = await chosenOrRefused(client, given)
  if (topics.length === 0) return
  const answer = await client.admin.requests.controller(createPartitions, {
    topics: topics.map(topic => ({
      name: topic.name,
      count: partitions!,
      assignments: assignment?.slice(topic.partitions.length).map(brokerIds => ({ brokerIds })) ?? null,
    })),
    timeoutMs: 30_000,
    validateOnly: false,
  })
  for (const { errorCode, errorMessage } of answer.results) accept(errorCode, errorMessage)
}

async function remove({ client, given }: Call): Promise<void> {
  const topics = await chosenOrRefused(client, given)
  const names = topics.map(({ name }) => name)
  const answer = await client.admin.requests.controller(deleteTopics, version =>
    version >= 6
      ? { topics: names.map(name => ({ name, topicId: noId })), timeoutMs: 30_000 }
      : { topicNames: names, timeoutMs: 30_000 },
  )
  for (const { errorCode, errorMessage } of answer.responses) accept(errorCode, errorMessage)
}
const noId = '0'.repeat(32)

async function describe({ client, given, terminal }: Call): Promise<void> {
  const id = topicId(given.value('topic-id'))
  const topics = id === undefined ? await chosenOrRefused(client, given) : await withId(client, id, given)
  const reported = reports.filter(report => given.has(report))
  const what: DescribeWhat = {
    reports: reported,
    topics: reported.length === 0,
    partitions: !given.has('topics-with-overrides'),
    overriddenOnly: given.has('topics-with-overrides'),
    pageSize: given.value('partition-size-limit-per-response') ?? 2_000,
  }
  for (const line of await describeTopics(client, topics, what)) terminal.out(line)
}

/** In hex digits; undefined where none was asked for. */
function topicId(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (text.length > 24)
    throw new ToolError(`Input string with prefix \`${text.slice(0, 24)}\` is too long to be decoded as a base64 UUID`)
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length !== 16)
    throw new ToolError(
      `Input string \`${text}\` decoded as ${bytes.length} bytes, which is not equal to the expected 16 bytes of a base64-encoded UUID`,
    )
  const id = bytes.toString('hex')
  return id === noId ? undefined : id
}
async function withId(client: Client, id: string, given: Given): Promise<TopicInfo[]> {
  const all = await everyTopic(client, given)
  const found = all.filter(topic => topic.id === id)
  if (found.length === 0 && !given.has('if-exists'))
    throw new ToolError(`TopicId '${given.value('topic-id')}' does not exist as expected`)
  return found
}

async function everyTopic(client: Client, given: Given): Promise<TopicInfo[]> {
  return client.admin.topics.list({ internal: !given.has('exclude-internal') })
}
/** Those that --topic names, by name. */
async function chosen(client: Client, given: Given): Promise<TopicInfo[]> {
  const topics = await everyTopic(client, given)
  const expression = given.value('topic')
  if (expression === undefined) return topics
  const matches = topicFilter(expression)
  return topics.filter(({ name }) => matches(name))
}
async function chosenOrRefused(client: Client, given: Given): Promise<TopicInfo[]> {
  const topics = await chosen(client, given)
  const wanted = given.value('topic') ?? ''
  if (wanted !== '' && topics.length === 0 && !given.has('if-exists'))
    throw new ToolError(`Topic '${wanted}' does not exist as expected`)
  return topics
}
