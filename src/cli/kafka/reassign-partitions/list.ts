// kafka-reassign-partitions --list: the partitions that are on their way.

import type { Client } from '../../../client/index.ts'
import type { Terminal } from '../../command.ts'
import { byPartition, partitionName } from './plan.ts'

export async function list(client: Client, terminal: Terminal): Promise<void> {
  const ongoing = await client.admin.partitions.reassignments()
  if (ongoing.length === 0) return terminal.out('No partition reassignments found.')
  terminal.out('Current partition reassignments:')
  for (const { replicas, addingReplicas, removingReplicas, ...partition } of ongoing.toSorted(byPartition))
    terminal.out(
      `${partitionName(partition)}: replicas: ${replicas.join(',')}.${told('adding', addingReplicas)}${told('removing', removingReplicas)}`,
    )
}
const told = (what: string, replicas: readonly number[]) =>
  replicas.length === 0 ? '' : ` ${what}: ${replicas.join(',')}.`
