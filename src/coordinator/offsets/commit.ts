// OffsetCommit: from a member, which must be of the present generation, or from outside a group that has no members.

import type { ErrorName } from '../../protocol/index.ts'
import type { ConsumerGroup } from '../consumer-group/consumer-group.ts'
import { ClassicGroup } from '../group/classic-group.ts'
import type { TransactionalOffsets } from '../records.ts'
import type { Commit, PartitionErrors } from '../requests.ts'
import type { Step } from '../step.ts'

export function commit(step: Step, request: Commit): void {
  const { to, key: groupId } = request
  const fault = checkCommit(step, request)
  if (fault !== undefined) return step.answer<'commit'>(to, refusedCommit(request, fault))
  const expireTimestamp = request.retentionMs === -1 ? -1 : step.now + request.retentionMs
  const { results, offsets } = committedOffsets(step, request, expireTimestamp)
  for (const offset of offsets) step.write({ is: 'offset', groupId, ...offset })
  step.answer<'commit'>(to, { error: 'NONE', topics: results })
}
type AnyCommit = Omit<Commit, 'is' | 'retentionMs'> & { readonly isTransactional?: boolean }

/** Why the commit is refused, if it is. A member is heard of by it; and who commits without a group makes one. */
export function checkCommit(step: Step, request: AnyCommit): ErrorName | undefined {
  const { key: groupId, memberId } = request
  const consumers = step.durable.consumerGroups.get(groupId)
  if (consumers !== undefined) return faultOfConsumer(consumers, request)
  const group = step.groups.get(groupId)
  if (group === undefined) {
    if (request.generation >= 0) return request.noGroupError
    step.groups.set(groupId, new ClassicGroup(groupId))
    return undefined
  }
  const fault = faultOf(group, request)
  if (fault !== undefined) return fault
  const member = group.members.get(memberId)
  if (member !== undefined) step.startSession(group, member)
  return undefined
}
/** What each partition is answered, and what those that can be are to be written as. */
export function committedOffsets(
  step: Step,
  { topics }: AnyCommit,
  expireTimestamp: number,
): { readonly results: PartitionErrors['topics']; readonly offsets: TransactionalOffsets['offsets'] } {
  const offsets: TransactionalOffsets['offsets'][number][] = []
  const results = topics.map(({ name, topicId, partitions }) => ({
    name,
    partitions: partitions.map(({ partition, offset, leaderEpoch, metadata }) => {
      if (metadata !== null && metadata.length > step.config.offsetMetadataSizeMax)
        return { partition, error: 'OFFSET_METADATA_TOO_LARGE' as const }
      const commitTimestamp = step.now
      const value = { offset, leaderEpoch, metadata: metadata ?? '', commitTimestamp, expireTimestamp, topicId }
      offsets.push({ topic: name, partition, value })
      return { partition, error: 'NONE' as const }
    }),
  }))
  return { results, offsets }
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

/** KIP-848: the epoch must be the member's present one. */
function faultOfConsumer(group: ConsumerGroup, request: AnyCommit): ErrorName | undefined {
  const { memberId, groupInstanceId, generation, isTransactional, noGroupError } = request
  const isFromOutside = generation < 0
  if (isFromOutside && group.members.size === 0) return undefined
  if (isFromOutside && isTransactional && memberId === '' && groupInstanceId === null) return undefined
  const member = group.members.get(memberId)
  if (member === undefined) return 'UNKNOWN_MEMBER_ID'
  // Of member epochs only versions from 9 on know.
  const stale = noGroupError === 'GROUP_ID_NOT_FOUND' ? 'STALE_MEMBER_EPOCH' : 'UNSUPPORTED_VERSION'
  if (member.classic === null && !isTransactional && stale === 'UNSUPPORTED_VERSION') return stale
  if (member.memberEpoch === generation) return undefined
  return member.classic !== null || isTransactional ? 'ILLEGAL_GENERATION' : stale
}
function faultOf(group: ClassicGroup, request: AnyCommit): ErrorName | undefined {
  const { memberId, groupInstanceId, generation, isTransactional } = request
  const isFromOutside = generation < 0
  if (isFromOutside && group.state === 'Empty') return undefined
  if (isFromOutside && memberId === '' && groupInstanceId === null)
    // Old versions of TxnOffsetCommit do not say which member it is.
    return isTransactional ? undefined : 'UNKNOWN_MEMBER_ID'
  const fault = group.faultOf(memberId, groupInstanceId)
  if (fault !== undefined) return fault
  if (generation !== group.generation) return 'ILLEGAL_GENERATION'
  // It has joined and has no assignment yet, so it commits what it no longer owns. While members join it may: that is
  // what they do before they give their partitions up. A transaction is of work that was done, and commits it always.
  return group.state === 'CompletingRebalance' && !isTransactional ? 'REBALANCE_IN_PROGRESS' : undefined
}
