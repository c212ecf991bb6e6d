// millrace groups: who reads, how far they are behind, and their removal.

import { UserError } from '../../base/index.ts'
import type { Client, CommittedOffset, GroupDescription, TopicPartition } from '../../client/index.ts'
import { act, type Actions } from '../actions.ts'
import { table } from '../cluster.ts'
import { clusterOptions, command, formatOption, type Given } from '../command.ts'

const options = clusterOptions
type Options = Given<typeof options>

export default command({
  name: 'groups',
  about: 'list, describe and delete consumer groups',
  usage: '[list | describe GROUP… | delete GROUP…]',
  options,
  words: { min: 0, max: 1_000 },
  examples: ['millrace groups', 'millrace groups describe billing', 'millrace groups delete billing'],
  run: (given, words, terminal) => act(actions, words, { command: 'groups', noun: 'GROUP', given, terminal }),
})

const actions: Actions<Options> = {
  async list({ client, given, terminal }) {
    const groups = await client.admin.groups.list()
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify(groups))
    const rows = groups.map(({ groupId, state, type, protocolType }) => [groupId, state, type, protocolType])
    for (const line of table(['GROUP', 'STATE', 'TYPE', 'PROTOCOL'], rows)) terminal.out(line)
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
      const count = `${members.length} member${members.length === 1 ? '' : 's'}`
      terminal.out(`${groupId}  ${state}  ${count}${protocol ? `  ${protocol}` : ''}`)
      const rows = partitions.map(({ topic, partition, offset, end, lag, owner }) => [
        topic,
        partition,
        offset ?? '-',
        end,
        lag ?? '-',
        owner ?? '-',
      ])
      for (const line of table(['TOPIC', 'PARTITION', 'COMMITTED', 'END', 'LAG', 'MEMBER'], rows))
        terminal.out(`  ${line}`)
    }
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
      const same = (other: TopicPartition) => other.topic === place.topic && other.partition === place.partition
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
