// kafka-reassign-partitions --generate: partitions of topics spread anew over brokers, as a proposal.

import { systemRandom } from '../../../base/index.ts'
import type { Client } from '../../../client/index.ts'
import type { Terminal } from '../../command.ts'
import { ToolError } from '../tool.ts'
import { planJson, type PartitionPlan } from './plan.ts'
import { logDirsOf, replicasOfTopics } from './replicas.ts'

export interface Wish {
  readonly topics: readonly string[]
  readonly brokers: readonly number[]
  readonly isRackAware: boolean
}

export async function generate(client: Client, wish: Wish, terminal: Terminal): Promise<void> {
  const current = await replicasOfTopics(client, wish.topics)
  const proposed = await spread(client, current, wish)
  const dirs = await logDirsOf(client, current)
  terminal.out('Current partition replica assignment')
  terminal.out(`${planJson(current, replica => dirs(replica).current)}\n`)
  terminal.out('Proposed partition reassignment configuration')
  terminal.out(planJson(proposed))
}

/** As a new topic would be placed on these brokers; each topic keeps its numbers of partitions and replicas. */
async function spread(client: Client, current: readonly PartitionPlan[], wish: Wish): Promise<PartitionPlan[]> {
  const { placeReplicas } = await import('../../../platform/index.ts')
  const brokers = (await client.admin.requests.brokers())
    .filter(({ nodeId }) => wish.brokers.includes(nodeId))
    .map(({ nodeId, rack }) => ({ id: nodeId, rack: wish.isRackAware ? rack : null, fenced: false }))
  const withoutRack = brokers.filter(({ rack }) => rack === null).length
  if (wish.isRackAware && withoutRack !== 0 && withoutRack !== brokers.length)
    throw new ToolError(
      'Not all brokers have rack information. Add --disable-rack-aware in command line to make replica assignment without rack information.',
    )
  return [...Map.groupBy(current, ({ topic }) => topic)].flatMap(([topic, partitions]) => {
    const placement = { partitions: partitions.length, replicationFactor: partitions[0]!.replicas.length }
    const placed = placeReplicas(placement, brokers, systemRandom)
    if ('error' in placed) throw new ToolError(placed.message)
    return placed.map((replicas, partition) => ({ topic, partition, replicas }))
  })
}
