// millrace topics: what topics there are, and their making and unmaking.

import { UserError } from '../../base/index.ts'
import type { TopicInfo } from '../../client/index.ts'
import { act, type Actions } from '../actions.ts'
import { pairs } from '../cluster.ts'
import { clusterOptions, command, formatOption, numberOption, type Given, type Terminal } from '../command.ts'
import { plural, printTable } from '../output.ts'

const options = {
  ...clusterOptions,
  partitions: { short: 'p', value: 'N', about: "create, grow: how many (create: the broker's default)" },
  replicas: { short: 'r', value: 'N', about: "create: how many copies (the broker's default)" },
  config: { short: 'c', value: 'KEY=VALUE', about: 'create, set: a config; may be repeated', many: true },
  internal: { about: 'list: internal topics too' },
} as const
type Options = Given<typeof options>

export default command({
  name: 'topics',
  usage: '[list | describe TOPIC… | create TOPIC… | grow TOPIC | set TOPIC | delete TOPIC…]',
  options,
  words: { min: 0, max: 1_000 },
  examples: [
    'millrace topics',
    'millrace topics create orders --partitions 6 --config retention.ms=86400000',
    'millrace topics describe orders',
    'millrace topics set orders --config cleanup.policy=compact',
  ],
  run: (given, words, terminal) => act(actions, words, { command: 'topics', noun: 'TOPIC', given, terminal }),
})

const actions: Actions<Options> = {
  async list({ client, given, terminal }) {
    const topics = await client.admin.topics.list({ internal: given.internal ?? false })
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify(topics))
    const rows = topics.map(({ name, partitions }) => [name, partitions.length, partitions[0]?.replicas.length ?? 0])
    printTable(terminal, ['TOPIC', 'PARTITIONS', 'REPLICAS'], rows)
  },

  async describe({ client, names, given, terminal }) {
    const topics = await client.admin.topics.describe(names)
    const described = await Promise.all(
      topics.map(async topic => {
        const places = topic.partitions.map(({ partition }) => ({ topic: topic.name, partition }))
        const [configs, first, next] = await Promise.all([
          client.admin.configs.describe({ type: 'topic', name: topic.name }),
          client.admin.records.offsets(places, 'earliest'),
          client.admin.records.offsets(places, 'latest'),
        ])
        const own = configs.filter(({ source }) => source === 'topic')
        return { topic, own, offsets: places.map(({ partition }) => range(partition, first, next)) }
      }),
    )
    if (formatOption(given) === 'json') {
      const shown = described.map(({ topic, own, offsets }) => ({
        ...topic,
        partitions: topic.partitions.map((partition, i) => ({ ...partition, ...offsets[i] })),
        configs: Object.fromEntries(own.map(({ name, value }) => [name, value])),
      }))
      return terminal.out(JSON.stringify(shown))
    }
    for (const { topic, own, offsets } of described) {
      terminal.out(`${topic.name}  id ${topic.id}${topic.internal ? '  internal' : ''}`)
      for (const { name, value } of own) terminal.out(`  ${name}=${value}`)
      printPartitions(topic, offsets, terminal)
    }
  },

  async create({ client, names, given, terminal }) {
    const partitions = numberOption(given.partitions, { option: 'partitions', min: 1, max: 100_000 })
    const replicationFactor = numberOption(given.replicas, { option: 'replicas', min: 1, max: 32_767 })
    const created = await client.admin.topics.create(
      names.map(name => ({
        name,
        configs: pairs(given.config, 'config'),
        ...(partitions === undefined ? {} : { partitions }),
        ...(replicationFactor === undefined ? {} : { replicationFactor }),
      })),
    )
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify(created))
    for (const { name, partitions } of created) terminal.out(`created ${name} with ${plural(partitions, 'partition')}`)
  },

  async grow({ client, names, given, terminal }) {
    const count = numberOption(given.partitions, { option: 'partitions', min: 1, max: 100_000 })
    if (count === undefined)
      throw new UserError('USAGE', "'topics grow' needs --partitions N, how many there are to be")
    for (const name of names) {
      await client.admin.topics.grow(name, count)
      terminal.out(`${name} has ${plural(count, 'partition')}`)
    }
  },

  async set({ client, names, given, terminal }) {
    const changes = Object.entries(pairs(given.config, 'config')).map(([name, value]) =>
      value === '' ? ({ name, operation: 'delete' } as const) : ({ name, operation: 'set', value } as const),
    )
    if (changes.length === 0)
      throw new UserError('USAGE', "'topics set' needs --config KEY=VALUE (KEY= for the default)")
    for (const name of names) {
      await client.admin.configs.alter({ type: 'topic', name }, changes)
      terminal.out(`${name} is changed`)
    }
  },

  async delete({ client, names, terminal }) {
    await client.admin.topics.delete(names)
    for (const name of names) terminal.out(`deleted ${name}`)
  },
}

interface Range {
  readonly start: number
  readonly end: number
}
type Offsets = readonly { partition: number; offset: number }[]

function range(partition: number, first: Offsets, next: Offsets): Range {
  const of = (offsets: Offsets) => offsets.find(other => other.partition === partition)?.offset ?? -1
  return { start: of(first), end: of(next) }
}
function printPartitions({ partitions }: TopicInfo, offsets: readonly Range[], terminal: Terminal): void {
  printTable(
    terminal,
    ['PARTITION', 'LEADER', 'REPLICAS', 'ISR', 'START', 'END'],
    partitions.map(({ partition, leader, replicas, isr }, i) => [
      partition,
      leader < 0 ? 'none' : leader,
      replicas.join(','),
      isr.join(','),
      offsets[i]!.start,
      offsets[i]!.end,
    ]),
    '  ',
  )
}
