// kafka-leader-election: gives partitions their preferred, or any, leader, in the words of LeaderElectionCommand.

import type { TopicPartition } from '../../client/index.ts'
import { electLeaders, errorName } from '../../protocol/index.ts'
import { propertiesFile, textOf, withCluster } from './connection.ts'
import { accept, exceptionText, refusal } from './java-exceptions.ts'
import type { GivenOptions } from './options/joptsimple.ts'
import { optionTool, ToolError } from './tool.ts'

const options = {
  'bootstrap-server': { value: 'host:port', about: 'REQUIRED: the brokers to ask first.' },
  'admin.config': { value: 'config file', about: '(DEPRECATED) Properties of the admin client; use --command-config.' },
  'command-config': { value: 'Config file', about: 'Properties of the admin client.' },
  'path-to-json-file': {
    value: 'Path to JSON file',
    about: 'The partitions: {"partitions": [{"topic": "foo", "partition": 1}]}.',
  },
  topic: { value: 'topic name', about: 'The topic of the partition.' },
  partition: { value: 'partition id', type: 'Integer', about: 'The partition of the topic.' },
  'all-topic-partitions': { about: 'All partitions that it fits.' },
  'election-type': { value: 'election type', about: 'REQUIRED: preferred or unclean.' },
} as const
type Given = GivenOptions<typeof options>
const elections = { PREFERRED: 0, UNCLEAN: 1 } as const

export default optionTool({
  about:
    'This tool attempts to elect a new leader for a set of topic partitions. The type of elections supported are preferred replicas and unclean replicas.',
  options,
  async run({ given, terminal }) {
    const type = electionType(given)
    validate(given)
    const partitions = chosen(given)
    const properties = await propertiesFile(given.value('command-config') ?? given.value('admin.config'))
    const connection = {
      bootstrap: given.value('bootstrap-server')!,
      clientId: 'adminclient-1',
      properties,
      firstCall: 'electLeaders',
    }
    return withCluster({ ...connection, terminal }, async client => {
      const topics = partitions === undefined ? null : [...Map.groupBy(partitions, ({ topic }) => topic)]
      const answer = await client.admin.requests.controller(electLeaders, {
        electionType: elections[type!],
        topicPartitions:
          topics?.map(([topic, list]) => ({ topic, partitions: list.map(({ partition }) => partition) })) ?? null,
        timeoutMs: 15_000,
      })
      accept(answer.errorCode)
      const results = answer.replicaElectionResults.flatMap(({ topic, partitionResult }) =>
        partitionResult.map(result => ({ name: `${topic}-${result.partitionId}`, ...result })),
      )
      const of = (wanted: (error: string) => boolean) => results.filter(({ errorCode }) => wanted(errorName(errorCode)))
      const names = (list: typeof results) => list.map(({ name }) => name).join(', ')
      const done = of(error => error === 'NONE'),
        idle = of(error => error === 'ELECTION_NOT_NEEDED'),
        failed = of(error => error !== 'NONE' && error !== 'ELECTION_NOT_NEEDED')
      if (done.length > 0)
        terminal.out(`Successfully completed leader election (${type}) for partitions ${names(done)}`)
      if (idle.length > 0) terminal.out(`Valid replica already elected for partitions ${names(idle)}`)
      for (const { name, errorCode, errorMessage } of failed)
        terminal.out(
          `Error completing leader election (${type}) for partition: ${name}: ${exceptionText(refusal(errorCode, errorMessage))}`,
        )
      if (failed.length > 0) throw new ToolError(`${failed.length} replica(s) could not be elected`)
    })
  },
})

function electionType(given: Given): keyof typeof elections | undefined {
  const text = given.value('election-type')?.toUpperCase()
  if (text === undefined || Object.hasOwn(elections, text)) return text as keyof typeof elections | undefined
  throw new ToolError(`Cannot parse argument '${given.value('election-type')}' of option election-type`)
}

function validate(given: Given): void {
  const missing = (['bootstrap-server', 'election-type'] as const).filter(name => !given.has(name))
  if (missing.length > 0) throw new ToolError(`Missing required option(s): ${missing.join(', ')}`)
  const ways = ['topic', 'all-topic-partitions', 'path-to-json-file'] as const
  if (ways.filter(name => given.has(name)).length !== 1)
    throw new ToolError(`One and only one of the following options is required: ${ways.join(', ')}`)
  if (given.has('topic') && !given.has('partition')) throw new ToolError('Missing required option(s): partition')
  if (!given.has('topic') && given.has('partition'))
    throw new ToolError('Option partition is only allowed if topic is used')
}

/** Undefined for all. */
function chosen(given: Given): TopicPartition[] | undefined {
  const file = given.value('path-to-json-file')
  if (file !== undefined) return partitionsIn(textOf(file))
  return given.has('topic') ? [{ topic: given.value('topic')!, partition: given.value('partition')! }] : undefined
}
function partitionsIn(text: string): TopicPartition[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new ToolError('Replica election data is empty')
  }
  const { partitions } = (parsed ?? {}) as { readonly partitions?: unknown }
  if (!Array.isArray(partitions)) throw new ToolError('Replica election data is missing "partitions" field')
  const places = partitions.map((entry: { readonly topic?: unknown; readonly partition?: unknown } | null) => {
    if (typeof entry?.topic !== 'string' || !Number.isInteger(entry.partition))
      throw new ToolError('Replica election data holds what is no {"topic": …, "partition": …}')
    return { topic: entry.topic, partition: entry.partition as number }
  })
  const names = places.map(({ topic, partition }) => `${topic}-${partition}`)
  const doubled = names.filter((name, i) => names.indexOf(name) !== i)
  if (doubled.length > 0)
    throw new ToolError(`Replica election data contains duplicate partitions: [${[...new Set(doubled)].join(', ')}]`)
  return places
}
