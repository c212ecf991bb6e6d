// sticky (KIP-54): eager, so that all give up all in a rebalance, and most of them get the same again. As they own nothing when
// they join, they say in their user data what they had, in the format of Java's StickyAssignor.

import { readStickyUserData, writeStickyUserData } from '../../protocol/index.ts'
import { flatten, nested } from '../membership/partitions.ts'
import type { GroupMember, PureAssignor } from './assignor.ts'
import { nearness } from './racks.ts'
import { balanced, ownersOf } from './sticky-balance.ts'

export const stickyAssignor: PureAssignor = {
  name: 'sticky',
  protocol: 'eager',
  subscriptionUserData(_topics, { partitions, generation }) {
    if (partitions.length === 0) return null
    return writeStickyUserData({ previousAssignment: nested(partitions), generation })
  },
  assign(members, partitionCounts, racksOf) {
    const remembering = members.map(rememberingWhatItHad)
    const owners = ownersOf(remembering, partitionCounts)
    return balanced(remembering, partitionCounts, owners, nearness(members, partitionCounts, racksOf))
  },
}

function rememberingWhatItHad(member: GroupMember): GroupMember {
  const had = member.userData === null ? undefined : readStickyUserData(member.userData)
  return { ...member, owned: flatten(had?.previousAssignment ?? []), generation: had?.generation ?? -1 }
}
