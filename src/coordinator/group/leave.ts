// LeaveGroup: members go, or an administrator takes them out by their instance id (KIP-345).

import type { ErrorName } from '../../protocol/index.ts'
import type { Leave } from '../requests.ts'
import type { Step } from '../step.ts'
import type { ClassicGroup } from './classic-group.ts'
import { rebalanceOrCompleteJoin, removeMember } from './rebalance.ts'

type Leaving = Leave['members'][number]

export function leave(step: Step, group: ClassicGroup | undefined, { to, members }: Leave): void {
  const results = members.map(member => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    error: group === undefined ? ('UNKNOWN_MEMBER_ID' as const) : leaveOne(step, group, member),
  }))
  step.answer<'leave'>(to, { error: 'NONE', members: results })
  const gone = members.filter((_, i) => results[i]!.error === 'NONE')
  if (group === undefined || group.state === 'Empty' || gone.length === 0) return
  rebalanceOrCompleteJoin(step, group, gone.map(describe).join(', '))
}
function leaveOne(step: Step, group: ClassicGroup, { memberId, groupInstanceId }: Leaving): ErrorName {
  if (group.pendingJoin.has(memberId)) {
    group.remove(memberId)
    step.endSession(group, memberId)
    return 'NONE'
  }
  const holder = memberId === '' && groupInstanceId !== null ? group.staticMembers.get(groupInstanceId) : memberId
  const fault = group.faultOf(holder ?? '', groupInstanceId)
  if (fault !== undefined) return fault
  removeMember(step, group, group.members.get(holder!)!)
  return 'NONE'
}
function describe({ memberId, groupInstanceId, reason }: Leaving): string {
  return `${memberId || groupInstanceId} leaves${reason ? `: ${reason}` : ''}`
}
