// cooperative-sticky (KIP-429): as balanced as the subscriptions allow, moving as little as it must. A partition that changes
// hands is left out this time: its owner gives it up, and the rebalance that follows gives it away.

import { keyOf } from '../membership/partitions.ts'
import type { PureAssignor } from './assignor.ts'
import { nearness } from './racks.ts'
import { balanced, ownersOf } from './sticky-balance.ts'

export const cooperativeStickyAssignor: PureAssignor = {
  name: 'cooperative-sticky',
  protocol: 'cooperative',
  assign(members, partitionCounts, racksOf) {
    const owners = ownersOf(members, partitionCounts)
    const target = balanced(members, partitionCounts, owners, nearness(members, partitionCounts, racksOf))
    for (const [memberId, partitions] of target)
      target.set(
        memberId,
        partitions.filter(partition => (owners.get(keyOf(partition)) ?? memberId) === memberId),
      )
    return target
  },
}
