// millrace groups: who reads, how far they are behind, and their removal.

import { UserError } from '../../base/index.ts'
import type { Client, CommittedOffset, GroupDescription, TopicPartition } from '../../client/index.ts'
import { act, type Actions } from '../actions.ts'
import { clusterOptions, command, formatOption, numberOption, type Given } from '../command.ts'
import { plural, printTable } from '../output.ts'
import { partitionsOf, positionsAbout, positionsAt } from '../positions.ts'

const options = {
  ...clusterOptions,
  to: { value: 'WHERE', about: `seek: ${positionsAbout}` },
  topic: {
    short: 't',
    value: 'TOPIC',
    about: 'seek: of this topic (all that the group has committed); may be repeated',
    many: true,
  },
  partition: { short: 'p', value: 'N', about: 'seek: only this partition' },
  'dry-run': { about: 'seek: only tell what would be set' },
} as const
type Options = Given<typeof options>

export default command({
  name: 'groups',
  usage: '[list | describe GROUP… | seek GROUP --to WHERE | delete GROUP…]',
  options,
  words: { min: 0, max: 1_000 },
  examples: [
    'millrace groups',
    'millrace groups describe billing',
    'millrace groups seek billing --to start --topic orders --dry-run',
    'millrace groups seek billing --to=-1h',
    'millrace groups delete billing',
  ],
  run: (given, words, terminal) => act(actions, words, { command: 'groups', noun: 'GROUP', given, terminal }),
})

const actions: Actions<Options> = {
  async list({ client, given, terminal }) {
    const groups = await client.admin.groups.list()
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify(groups))
    const rows = groups.map(({ groupId, state, type, protocolType }) => [groupId, state, type, protocolType])
    printTable(terminal, ['GROUP', 'STATE', 'TYPE', 'PROTOCOL'], rows)
  },

  async describe({ client, names, given, terminal }) {
    const groups = await Promise.all(
      names.map(async name => {
        const group = await client.admin.groups.describe(name)
        return { ...group, partitions: await progress(client, group) }
      }),
    )
    for (const { groupId, state, partitions } of groups)
      if (state === 'Dead' && partitions.length === 0)
        throw new UserError('GROUP_ID_NOT_FOUND', `there is no group '${groupId}'`)
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify(groups))
    for (const { groupId, state, protocol, members, partitions } of groups) {
      const count = plural(members.length, 'member')
      terminal.out(`${groupId}  ${state}  ${count}${protocol ? `  ${protocol}` : ''}`)
      const rows = partitions.map(({ topic, partition, offset, end, lag, owner }) => [
        topic,
        partition,
        offset ?? '-',
        end,
        lag ?? '-',
        owner ?? '-',
      ])
      printTable(terminal, ['TOPIC', 'PARTITION', 'COMMITTED', 'END', 'LAG', 'MEMBER'], rows, '  ')
    }
  },

  async seek({ client, names: [groupId, more], given, terminal }) {
    if (more !== undefined) throw new UserError('USAGE', `one group at a time: '${more}' is more than 'seek' takes`)
    if (given.to === undefined) throw new UserError('USAGE', `'groups seek' needs --to: ${positionsAbout}`)
    const partition = numberOption(given.partition, { option: 'partition', min: 0 })
    const { groups } = client.admin
    const committed = await groups.offsets(groupId!)
    const places =
      given.topic === undefined
        ? committed.filter(place => partition === undefined || place.partition === partition)
        : (await Promise.all(given.topic.map(topic => partitionsOf(client, topic, partition)))).flat()
    if (places.length === 0)
      throw new UserError(
        'NOTHING_TO_SEEK',
        `group '${groupId}' has committed nothing there: name a topic with --topic`,
      )
    const targets = await positionsAt(client, places, { where: given.to, option: 'to' })
    const moves = targets.map(target => ({ ...target, from: committed.find(isAt(target))?.offset ?? null }))
    if (!given['dry-run']) await groups.setOffsets(groupId!, targets)
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify(moves))
    const rows = moves.map(({ topic, partition, from, offset }) => [topic, partition, from ?? '-', offset])
    printTable(terminal, ['TOPIC', 'PARTITION', 'FROM', given['dry-run'] ? 'WOULD BE' : 'TO'], rows)
  },

  async delete({ client, names, terminal }) {
    await client.admin.groups.delete(names)
    for (const name of names) terminal.out(`deleted ${name}`)
  },
}

interface Progress extends TopicPartition {
  /** Null where nothing is committed. */
  readonly offset: number | null
  readonly end: number
  readonly lag: number | null
  readonly owner: string | null
}

/** What was committed and what is assigned, side by side with the ends of the logs. */
async function progress(client: Client, { groupId, members }: GroupDescription): Promise<Progress[]> {
  const committed = await client.admin.groups.offsets(groupId)
  const places = new Map<string, TopicPartition>()
  for (const { topic, partition } of [...committed, ...members.flatMap(({ partitions }) => partitions)])
    places.set(`${topic}-${partition}`, { topic, partition })
  const ends = places.size === 0 ? [] : await client.admin.records.offsets([...places.values()], 'latest')
  return [...places.values()]
    .map(place => {
      const same = isAt(place)
      const offset: CommittedOffset | undefined = committed.find(same)
      const end = ends.find(same)?.offset ?? -1
      const owner = members.find(({ partitions }) => partitions.some(same))
      return {
        ...place,
        offset: offset?.offset ?? null,
        end,
        lag: offset === undefined ? null : Math.max(0, end - offset.offset),
        owner: owner === undefined ? null : (owner.groupInstanceId ?? owner.memberId),
      }
    })
    .toSorted((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
}

const isAt = (place: TopicPartition) => (other: TopicPartition) =>
  other.topic === place.topic && other.partition === place.partition
