// Groups and transactions that are coordinated here.

import { beansOf, type FamilyName, type MBeans } from '../../base/index.ts'
import type { GroupCoordinator, TransactionCoordinator } from '../../coordinator/index.ts'

const ofGroups = beansOf('kafka.coordinator.group', 'GroupMetadataManager')
const numGroups = ofGroups('NumGroups', 'Groups, of either protocol')
const numOffsets = ofGroups('NumOffsets', 'Offsets that are committed')
/** Of classic groups. */
const states = ['PreparingRebalance', 'CompletingRebalance', 'Stable', 'Empty', 'Dead'] as const
const ofCoordinator = beansOf('kafka.server', 'group-coordinator-metrics')
const groupCount = ofCoordinator('group-count', 'Groups, by protocol')
const consumerGroupCount = ofCoordinator('consumer-group-count', 'Groups of the consumer protocol, by state')
const consumerStates = ['Empty', 'Assigning', 'Reconciling', 'Stable'] as const
const partitions = ofCoordinator(
  'num-partitions',
  'Partitions of __consumer_offsets whose groups are served here, by state',
)
const transactionPartitions: FamilyName = {
  domain: 'kafka.server',
  type: 'transaction-coordinator-metrics',
  name: 'num-partitions',
  about: 'Partitions of __transaction_state whose transactions are served here, by state',
}

export function registerCoordinatorMetrics(
  beans: MBeans,
  { groups, transactions }: { readonly groups: GroupCoordinator; readonly transactions: TransactionCoordinator },
): void {
  const countOf = (holds: (group: { readonly protocol: string; readonly state: string }) => boolean): number => {
    let count = 0
    for (const group of groups.groups()) if (holds(group)) count++
    return count
  }
  beans.gauge(numGroups, {}, () => countOf(() => true))
  beans.gauge(numOffsets, {}, () => {
    let count = 0
    for (const { offsets } of groups.groups()) for (const ofTopic of offsets.values()) count += ofTopic.size
    return count
  })
  for (const state of states)
    beans.gauge(ofGroups(`NumGroups${state}`, `Classic groups in the state ${state}`), {}, () =>
      countOf(group => group.protocol === 'classic' && group.state === state),
    )
  for (const protocol of ['classic', 'consumer'])
    beans.attribute(groupCount, { protocol }, () => countOf(group => group.protocol === protocol))
  for (const state of consumerStates)
    beans.attribute(consumerGroupCount, { state: state.toLowerCase() }, () =>
      countOf(group => group.protocol === 'consumer' && group.state === state),
    )
  const byState = (count: () => { readonly active: number; readonly loading: number }) => ({
    active: () => count().active,
    loading: () => count().loading,
  })
  for (const [family, coordinator] of [
    [partitions, groups],
    [transactionPartitions, transactions],
  ] as const)
    for (const [state, read] of Object.entries(byState(() => coordinator.partitionCounts())))
      beans.attribute(family, { state }, read)
}
