// kafka-delete-records: cuts partitions off below an offset, as Apache Kafka's DeleteRecordsCommand.

import type { Client, TopicPartition } from '../../client/index.ts'
import { deleteRecords, errorCode } from '../../protocol/index.ts'
import { propertiesFile, textOf, withCluster } from './connection.ts'
import { accept, exceptionText, refusal } from './java-exceptions.ts'
import { optionTool, ToolError } from './tool.ts'

const options = {
  'bootstrap-server': { value: 'server(s) to use for bootstrapping', about: 'REQUIRED: the brokers to ask first.' },
  'offset-json-file': {
    value: 'Offset json file path',
    about:
      'REQUIRED: a file with the offsets, as JSON:\n{"partitions":\n  [{"topic": "foo", "partition": 1, "offset": 1}],\n "version":1\n}',
  },
  'command-config': { value: 'command config property file path', about: 'Properties of the admin client.' },
} as const

export default optionTool({
  about: 'This tool helps to delete records of the given partitions down to the specified offset.',
  options,
  async run({ given, terminal, usage }) {
    usage.requires('bootstrap-server', 'offset-json-file')
    const wanted = readOffsets(textOf(given.value('offset-json-file')!))
    const properties = await propertiesFile(given.value('command-config'))
    const connection = { bootstrap: given.value('bootstrap-server')!, clientId: 'adminclient-1', properties }
    await withCluster({ ...connection, terminal }, async client => {
      terminal.out('Executing records delete operation')
      const outcomes = await Promise.all(
        wanted.map(async place => `partition: ${nameOf(place)}\t${await cut(client, place)}`),
      )
      terminal.out('Records delete operation completed:')
      for (const outcome of outcomes) terminal.out(outcome)
    })
  },
})

interface Cut extends TopicPartition {
  readonly offset: number
}
const nameOf = ({ topic, partition }: TopicPartition) => `${topic}-${partition}`

async function cut(client: Client, { topic, partition, offset }: Cut): Promise<string> {
  try {
    const [topicInfo] = await client.admin.requests.topics([topic])
    const leader = topicInfo!.partitions.find(one => one.partition === partition)?.leader
    if (leader === undefined) throw refusal(errorCode('UNKNOWN_TOPIC_OR_PARTITION'))
    const answer = await client.admin.requests.broker(leader, deleteRecords, {
      topics: [{ name: topic, partitions: [{ partitionIndex: partition, offset }] }],
      timeoutMs: 30_000,
    })
    const done = answer.topics[0]!.partitions[0]!
    accept(done.errorCode)
    return `low_watermark: ${done.lowWatermark}`
  } catch (error) {
    return `error: ${exceptionText(error)}`
  }
}

function readOffsets(text: string): Cut[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ToolError('The input string is not a valid JSON')
  }
  const { version = 1, partitions } = json as { version?: unknown; partitions?: unknown }
  if (version !== 1) throw new ToolError(`Not supported version field value ${String(version)}`)
  if (partitions === undefined) throw new ToolError('Missing partitions field')
  if (!Array.isArray(partitions)) throw new ToolError(`Expected JSON array, received ${JSON.stringify(partitions)}`)
  const wanted = partitions.map(cutOf)
  const names = wanted.map(nameOf)
  const doubled = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))]
  if (doubled.length > 0)
    throw new ToolError(`Offset json file contains duplicate topic partitions: ${doubled.join(',')}`)
  return wanted
}

function cutOf(json: unknown): Cut {
  const given = (json ?? {}) as { readonly [field: string]: unknown }
  for (const field of ['topic', 'partition', 'offset'])
    if (given[field] === undefined) throw new ToolError(`No such field exists: \`${field}\``)
  const { topic, partition, offset } = given
  if (typeof topic !== 'string') throw new ToolError(`Expected \`String\` value, received ${JSON.stringify(topic)}`)
  for (const [value, type] of [
    [partition, 'Integer'],
    [offset, 'Long'],
  ] as const)
    if (!Number.isInteger(value)) throw new ToolError(`Expected \`${type}\` value, received ${JSON.stringify(value)}`)
  return { topic, partition: partition as number, offset: offset as number }
}
