// OffsetCommit: from a member, which must be of the present generation, or from outside a group that has no members.

import type { ErrorName } from '../../protocol/index.ts'
import { ClassicGroup } from '../group/classic-group.ts'
import type { Commit } from '../requests.ts'
import type { Step } from '../step.ts'

export function commit(step: Step, request: Commit): void {
  const { to, key: groupId, memberId, topics } = request
  let group = step.groups.get(groupId)
  const fault =
    group === undefined ? (request.generation >= 0 ? request.noGroupError : undefined) : faultOf(group, request)
  if (fault !== undefined) return step.answer<'commit'>(to, refusedCommit(request, fault))
  if (group === undefined) step.groups.set(groupId, (group = new ClassicGroup(groupId)))

  const member = group.members.get(memberId)
  if (member !== undefined) step.startSession(group, member)
  const expireTimestamp = request.retentionMs === -1 ? -1 : step.now + request.retentionMs
  const results = topics.map(({ name, topicId, partitions }) => ({
    name,
    partitions: partitions.map(({ partition, offset, leaderEpoch, metadata }) => {
      if (metadata !== null && metadata.length > step.config.offsetMetadataSizeMax)
        return { partition, error: 'OFFSET_METADATA_TOO_LARGE' as const }
      const value = {
        offset,
        leaderEpoch,
        metadata: metadata ?? '',
        commitTimestamp: step.now,
        expireTimestamp,
        topicId,
      }
      step.write({ is: 'offset', groupId, topic: name, partition, value })
      return { partition, error: 'NONE' as const }
    }),
  }))
  step.answer<'commit'>(to, { error: 'NONE', topics: results })
}
export function refusedCommit({ topics }: Pick<Commit, 'topics'>, error: ErrorName) {
  return {
    error,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partition }) => ({ partition, error })),
    })),
  }
}

function faultOf(group: ClassicGroup, { memberId, groupInstanceId, generation }: Commit): ErrorName | undefined {
  const isFromOutside = generation < 0
  if (isFromOutside && group.state === 'Empty') return undefined
  if (isFromOutside && memberId === '' && groupInstanceId === null) return 'UNKNOWN_MEMBER_ID'
  const fault = group.faultOf(memberId, groupInstanceId)
  if (fault !== undefined) return fault
  if (generation !== group.generation) return 'ILLEGAL_GENERATION'
  // It has joined and has no assignment yet, so it commits what it no longer owns. While members join it may: that is
  // what they do before they give their partitions up.
  return group.state === 'CompletingRebalance' ? 'REBALANCE_IN_PROGRESS' : undefined
}
