// OffsetCommit, OffsetFetch and OffsetDelete of every version, to and from the groups' machine. Topics are named by name or
// by id; those that the cluster does not have are answered here, and the machine hears of the others only.

import {
  errorCode,
  type ErrorName,
  type offsetCommit as offsetCommitApi,
  type offsetDelete as offsetDeleteApi,
  type offsetFetch as offsetFetchApi,
  type RequestOf,
  type ResponseOf,
} from '../../protocol/index.ts'
import type { GroupCoordinator } from '../group-coordinator.ts'
import { refusedCommit } from '../offsets/commit.ts'
import { noTopicId } from '../records.ts'
import type { FetchAnswer, PartitionErrors } from '../requests.ts'
import { isAnswer, type CallContext } from './call.ts'

export type OffsetCommit = RequestOf<typeof offsetCommitApi>
export type OffsetCommitResponse = ResponseOf<typeof offsetCommitApi>
export type OffsetFetch = RequestOf<typeof offsetFetchApi>
export type OffsetFetchResponse = ResponseOf<typeof offsetFetchApi>
export type OffsetDelete = RequestOf<typeof offsetDeleteApi>
export type OffsetDeleteResponse = ResponseOf<typeof offsetDeleteApi>

/** From this version on both name topics by their id alone. */
const versionWithTopicIds = 10

interface Named<P> {
  readonly name: string
  readonly topicId: string
  readonly partitions: readonly P[]
}
interface WithIndex {
  readonly partitionIndex: number
}

export async function offsetCommit(
  groups: GroupCoordinator,
  request: OffsetCommit,
  { apiVersion }: CallContext,
): Promise<OffsetCommitResponse> {
  const byId = apiVersion >= versionWithTopicIds
  const { known, errorsOf } = knownPartitions(groups, request.topics, byId)
  const topics = known.map(commitsOf)
  const answer =
    topics.length === 0
      ? ({ error: 'NONE', topics: [] } satisfies PartitionErrors)
      : await groups.ask<'commit'>({
          is: 'commit',
          key: request.groupId,
          memberId: request.memberId,
          groupInstanceId: request.groupInstanceId,
          generation: request.generationIdOrMemberEpoch,
          retentionMs: request.retentionTimeMs,
          noGroupError: apiVersion >= 9 ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION',
          topics,
        })
  const decided = isAnswer<'commit'>(answer, 'topics') ? answer : refusedCommit({ topics }, answer.error)
  return { throttleTimeMs: 0, topics: errorsOf(decided) }
}

interface OffsetOfPartition extends WithIndex {
  readonly committedOffset: number
  readonly committedLeaderEpoch: number
  readonly committedMetadata: string | null
}
/** As the machine is told of it. */
export function commitsOf({ name, topicId, partitions }: Named<OffsetOfPartition>) {
  return {
    name,
    topicId,
    partitions: partitions.map(partition => ({
      partition: partition.partitionIndex,
      offset: partition.committedOffset,
      leaderEpoch: partition.committedLeaderEpoch,
      metadata: partition.committedMetadata,
    })),
  }
}

/**
 * Those topics and partitions that the cluster has; and what to answer for all, in the order of the request, once the
 * machine has decided on these.
 */
export function knownPartitions<P extends WithIndex>(
  { topics: cluster }: GroupCoordinator,
  topics: readonly Named<P>[],
  byId: boolean,
): { known: Named<P>[]; errorsOf: (decided: PartitionErrors) => ReturnType<typeof errorsInOrder> } {
  const sorted = topics.map(topic => {
    const name = byId ? cluster.nameOf(topic.topicId) : topic.name
    const found = name === undefined ? undefined : cluster.byName(name)
    const partitions = topic.partitions.filter(({ partitionIndex: i }) => i >= 0 && i < (found?.partitionCount ?? 0))
    const known =
      name === undefined || found === undefined || partitions.length === 0
        ? undefined
        : { name, topicId: found.topicId, partitions }
    return {
      topic,
      known,
      error: byId && found === undefined ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION',
    } as const
  })
  return {
    known: sorted.map(({ known }) => known).filter(known => known !== undefined),
    errorsOf: decided => errorsInOrder(sorted, decided),
  }
}
function errorsInOrder(
  sorted: readonly {
    readonly topic: Named<WithIndex>
    readonly known: Named<WithIndex> | undefined
    readonly error: ErrorName
  }[],
  decided: PartitionErrors,
) {
  let next = 0
  return sorted.map(({ topic, known, error }) => {
    const results = known === undefined ? [] : (decided.topics[next++]?.partitions ?? [])
    let nextPartition = 0
    const partitions = topic.partitions.map(partition => ({
      partitionIndex: partition.partitionIndex,
      errorCode: errorCode(
        (known?.partitions.includes(partition) ? results[nextPartition++]?.error : undefined) ?? error,
      ),
    }))
    return { name: topic.name, topicId: topic.topicId, partitions }
  })
}

export async function offsetFetch(
  groups: GroupCoordinator,
  request: OffsetFetch,
  { apiVersion }: CallContext,
): Promise<OffsetFetchResponse> {
  const byId = apiVersion >= versionWithTopicIds,
    { groupId, requireStable } = request
  if (apiVersion >= 8) {
    const answers = request.groups.map(group => fetchOfGroup(groups, { ...group, byId, requireStable }))
    return { throttleTimeMs: 0, groups: await Promise.all(answers) }
  }
  const asked = request.topics?.map(topic => ({ ...topic, topicId: noTopicId })) ?? null
  const { topics, errorCode: error } = await fetchOfGroup(groups, {
    groupId,
    memberId: null,
    memberEpoch: -1,
    topics: asked,
    byId,
    requireStable,
  })
  // Version 1 has no place for the error of a group: each partition carries it.
  if (apiVersion >= 2 || error === 0) return { throttleTimeMs: 0, topics, errorCode: error }
  const failed = (asked ?? []).map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map(partitionIndex => ({ ...nothingCommitted(partitionIndex), errorCode: error })),
  }))
  return { throttleTimeMs: 0, topics: failed }
}

type FetchedTopic = { name: string; topicId: string; partitions: ReturnType<typeof nothingCommitted>[] }
async function fetchOfGroup(
  groups: GroupCoordinator,
  {
    groupId,
    memberId,
    memberEpoch,
    topics: asked,
    byId,
    requireStable,
  }: Pick<OffsetFetch['groups'][number], 'groupId' | 'topics' | 'memberId' | 'memberEpoch'> & {
    readonly byId: boolean
    readonly requireStable: boolean
  },
): Promise<{ groupId: string; topics: FetchedTopic[]; errorCode: number }> {
  const { topics: cluster } = groups
  const named = asked?.map(topic => ({ ...topic, name: byId ? cluster.nameOf(topic.topicId) : topic.name })) ?? null
  const known =
    named?.flatMap(({ name, topicId, partitionIndexes: partitions }) =>
      name === undefined ? [] : [{ name, topicId, partitions }],
    ) ?? null
  const answer = await groups.ask<'fetch'>({
    is: 'fetch',
    key: groupId,
    memberId,
    memberEpoch,
    topics: known,
    requireStable,
  })
  if (!isAnswer<'fetch'>(answer, 'topics') || answer.error !== 'NONE')
    return { groupId, topics: [], errorCode: errorCode(answer.error) }
  const unknown = (named ?? []).filter(({ name }) => name === undefined)
  return { groupId, topics: [...fetched(groups, answer, byId), ...unknown.map(unknownTopic)], errorCode: 0 }
}
function fetched({ topics: cluster }: GroupCoordinator, answer: FetchAnswer, byId: boolean): FetchedTopic[] {
  const topics = answer.topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId: byId && topicId === noTopicId ? (cluster.byName(name)?.topicId ?? noTopicId) : topicId,
    partitions: partitions.map(({ partition, committed, isUnstable }) =>
      isUnstable || committed === undefined
        ? { ...nothingCommitted(partition), errorCode: isUnstable ? errorCode('UNSTABLE_OFFSET_COMMIT') : 0 }
        : {
            partitionIndex: partition,
            committedOffset: committed.offset,
            committedLeaderEpoch: committed.leaderEpoch,
            metadata: committed.metadata,
            errorCode: 0,
          },
    ),
  }))
  // A topic that is gone has no id by which it could be told of.
  return byId ? topics.filter(({ topicId }) => topicId !== noTopicId) : topics
}
function unknownTopic({ topicId, partitionIndexes }: { topicId: string; partitionIndexes: number[] }): FetchedTopic {
  const error = errorCode('UNKNOWN_TOPIC_ID')
  const partitions = partitionIndexes.map(index => ({ ...nothingCommitted(index), errorCode: error }))
  return { name: '', topicId, partitions }
}
function nothingCommitted(partitionIndex: number) {
  return { partitionIndex, committedOffset: -1, committedLeaderEpoch: -1, metadata: '', errorCode: 0 }
}

export async function offsetDelete(groups: GroupCoordinator, request: OffsetDelete): Promise<OffsetDeleteResponse> {
  if (request.groupId === '') return { errorCode: errorCode('INVALID_GROUP_ID'), topics: [] }
  const asked = request.topics.map(topic => ({ ...topic, topicId: noTopicId }))
  const { known, errorsOf } = knownPartitions(groups, asked, false)
  const answer = await groups.ask<'deleteOffsets'>({
    is: 'deleteOffsets',
    key: request.groupId,
    topics: known.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => partitionIndex),
    })),
  })
  if (!isAnswer<'deleteOffsets'>(answer, 'topics') || answer.error !== 'NONE')
    return { errorCode: errorCode(answer.error), topics: [] }
  return { errorCode: 0, topics: errorsOf(answer) }
}
