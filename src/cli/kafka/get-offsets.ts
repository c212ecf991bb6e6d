// kafka-get-offsets: the offsets of partitions at a time, as Apache Kafka's GetOffsetShell.

import type { Client, OffsetSpec, TopicPartition } from '../../client/index.ts'
import { bootstrapFault } from './bootstrap.ts'
import { propertiesFile, withCluster } from './connection.ts'
import { exceptionText } from './java-exceptions.ts'
import type { GivenOptions } from './options/joptsimple.ts'
import { optionTool, ToolError } from './tool.ts'
import { topicFilter } from './topic-filter.ts'

const times = ['latest', 'earliest', 'max-timestamp', 'earliest-local', 'latest-tiered', 'earliest-pending-upload']
const timesTold = times.map((name, i) => `${-1 - i} or ${name}`).join(' / ')

const options = {
  'bootstrap-server': { value: 'HOST1:PORT1,...,HOST3:PORT3', about: 'REQUIRED. The brokers to ask first.' },
  'topic-partitions': {
    value: 'topic1:1,topic2:0-3,topic3,topic4:5-,topic5:-3',
    about:
      "Which partitions, pattern by pattern: an expression for the topic, and after ':' a number, a range whose upper end is left out, 'NUMBER-' or '-NUMBER'.",
  },
  topic: { value: 'topic', about: 'The topics, as a regular expression.' },
  partitions: { value: 'partition ids', about: 'The numbers of partitions, divided by commas.' },
  time: {
    value: `<timestamp> / ${timesTold}`,
    default: 'latest',
    about: 'Of which time; ms since 1970: the first record at or after it.',
  },
  'command-config': { value: 'config file', about: 'Properties of the admin client.' },
  'exclude-internal-topics': { about: 'Without internal topics.' },
} as const
type Given = GivenOptions<typeof options>

export default optionTool({
  about: 'An interactive shell for getting topic-partition offsets.',
  options,
  failure: message => `Error occurred: ${message}`,
  async run({ given, terminal, usage }) {
    usage.requires('bootstrap-server')
    const bootstrap = given.value('bootstrap-server')!
    const fault = bootstrapFault(bootstrap)
    if (fault !== undefined) usage.fail(fault)
    if (given.has('topic-partitions') && (given.has('topic') || given.has('partitions')))
      throw new ToolError('--topic-partitions cannot be used with --topic or --partitions')
    const at = timeOf(given.value('time')!)
    const allows = filterOf(given)
    const properties = await propertiesFile(given.value('command-config'))
    await withCluster(
      { bootstrap, clientId: 'GetOffsetShell', properties, firstCall: 'listTopics', terminal },
      async client => {
        const topics = await client.admin.topics.list({ internal: !given.has('exclude-internal-topics') })
        const places = topics
          .flatMap(({ name, partitions }) => partitions.map(({ partition }) => ({ topic: name, partition })))
          .filter(allows)
        if (places.length === 0) throw new ToolError('Could not match any topic-partitions with the specified filters')
        const text = ({ topic, partition }: TopicPartition) => `${topic}-${partition}`
        for (const place of places.toSorted((a, b) => (text(a) < text(b) ? -1 : 1))) {
          const offset = await offsetAt(client, place, at)
          if (typeof offset === 'string')
            terminal.error(`Skip getting offsets for topic-partition ${text(place)} due to error: ${offset}`)
          else if (offset >= 0) terminal.out(`${place.topic}:${place.partition}:${offset}`)
        }
      },
    )
  },
})

/** The offset, or what it is refused for. */
async function offsetAt(client: Client, place: TopicPartition, at: OffsetSpec): Promise<number | string> {
  try {
    const [found] = await client.admin.records.offsets([place], at)
    return found!.offset
  } catch (error) {
    return exceptionText(error)
  }
}

function timeOf(text: string): OffsetSpec {
  const named = times.indexOf(text)
  const time = named >= 0 ? -1 - named : /^[+-]?\d+$/.test(text) ? Number(text) : undefined
  if (time === undefined)
    throw new ToolError(
      `Malformed time argument ${text}. Please use ${timesTold}, or a specified long format timestamp`,
    )
  return time
}

type Filter = (place: TopicPartition) => boolean

function filterOf(given: Given): Filter {
  const patterns = given.value('topic-partitions')
  if (patterns !== undefined) {
    const rules = patterns.split(',').map(ruleOf)
    return place => rules.some(rule => rule(place))
  }
  const matches = topicFilter(given.value('topic') ?? '.*')
  const ids = (given.value('partitions') ?? '').split(',').filter(Boolean)
  if (ids.some(id => !/^[+-]?\d+$/.test(id)))
    throw new ToolError(
      `--partitions expects a comma separated list of numeric partition ids, but received: ${given.value('partitions')}`,
    )
  const partitions = new Set(ids.map(Number))
  return ({ topic, partition }) => matches(topic) && (partitions.size === 0 || partitions.has(partition))
}

/** 'topic', 'topic:1', 'topic:1-3', 'topic:1-', 'topic:-3', ':1' */
function ruleOf(text: string): Filter {
  const [whole, topic, one, from, to] = /^([^:,]*)(?::(?:(\d*)|(?:(\d*)-(\d*))))?$/.exec(text) ?? []
  if (whole === undefined)
    throw new ToolError(`org.apache.kafka.tools.TerseException: Invalid rule specification: ${text}`)
  const matches = topicFilter(topic === '' ? '.*' : topic!)
  const exact = one === undefined || one === '' ? undefined : Number(one)
  const [lower, upper] = [Number(from ?? 0), to === undefined || to === '' ? Infinity : Number(to)]
  return place =>
    matches(place.topic) &&
    (exact === undefined ? place.partition >= lower && place.partition < upper : place.partition === exact)
}
