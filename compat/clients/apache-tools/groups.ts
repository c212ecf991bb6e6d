// kafka-consumer-groups: groups from outside.

import type { Operations } from '../../suite/operations.ts'
import type { Tool } from './adapter.ts'

export function groupTools(tool: Tool): Partial<Operations> {
  const groups = (...args: string[]) => tool('consumer-groups', args)
  return {
    listGroups: async () => (await groups('--list')).split('\n'),
    async describeGroup({ group }) {
      const printed = await groups('--describe', '--state', '--group', group)
      // GROUP COORDINATOR (ID) ASSIGNMENT-STRATEGY STATE #MEMBERS
      const [, state = '', members] = /^\S+\s+\S+\s+\(\d+\)\s+\S+\s+(\S+)\s+(\d+)\s*$/m.exec(printed) ?? []
      return { state, members: Number(members) }
    },
    async deleteGroup({ group }) {
      await groups('--delete', '--group', group)
    },
    async groupOffsets({ group, topic }) {
      const printed = await groups('--describe', '--offsets', '--group', group)
      const columns = printed.split('\n').map(line => line.trim().split(/\s+/))
      // GROUP TOPIC PARTITION CURRENT-OFFSET ...
      const rows = columns.filter(([, of, , offset]) => of === topic && offset !== '-')
      return rows.map(([, , partition, offset]) => ({ partition: Number(partition), offset: Number(offset) }))
    },
    async commitOffset({ group, topic, partition, offset }) {
      await groups(
        '--reset-offsets',
        '--execute',
        '--group',
        group,
        '--topic',
        `${topic}:${partition}`,
        '--to-offset',
        String(offset),
      )
    },
    async deleteGroupOffsets({ group, topic }) {
      await groups('--delete-offsets', '--group', group, '--topic', topic)
    },
  }
}
