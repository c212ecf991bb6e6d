// TxnOffsetCommit of every version, to and from the groups' machine.

import { errorCode, type RequestOf, type ResponseOf, type txnOffsetCommit as api } from '../../protocol/index.ts'
import type { GroupCoordinator } from '../group-coordinator.ts'
import { refusedCommit } from '../offsets/commit.ts'
import { noTopicId, type OffsetsMarker } from '../records.ts'
import type { PartitionErrors } from '../requests.ts'
import { isAnswer, type CallContext } from './call.ts'
import { commitsOf, knownPartitions } from './offsets.ts'

export type TxnOffsetCommit = RequestOf<typeof api>
export type TxnOffsetCommitResponse = ResponseOf<typeof api>
export type Marker = Omit<OffsetsMarker, 'is'>

/** The group's partition is known to be part of the transaction: that is the transactions' coordinator's to say. */
export async function txnOffsetCommit(
  groups: GroupCoordinator,
  request: TxnOffsetCommit,
  { apiVersion }: CallContext,
): Promise<TxnOffsetCommitResponse> {
  const asked = request.topics.map(topic => ({ ...topic, topicId: noTopicId }))
  const { known, errorsOf } = knownPartitions(groups, asked, false)
  const topics = known.map(commitsOf)
  const decided = request.groupId === '' ? refusedCommit({ topics }, 'INVALID_GROUP_ID') : await decide()
  return { topics: errorsOf(decided).map(({ name, partitions }) => ({ name, partitions })) }

  async function decide(): Promise<PartitionErrors> {
    if (topics.length === 0) return { error: 'NONE', topics: [] }
    const { groupId: key, memberId, groupInstanceId, generationId: generation, producerId, producerEpoch } = request
    const answer = await groups.ask<'commitInTransaction'>({
      is: 'commitInTransaction',
      key,
      memberId,
      groupInstanceId,
      generation,
      producerId,
      producerEpoch,
      noGroupError: 'ILLEGAL_GENERATION',
      topics,
    })
    if (isAnswer<'commitInTransaction'>(answer, 'topics')) return answer
    // KAFKA-7296: clients of versions 0 and 1 may fail at the other.
    const isLoading = answer.error === 'COORDINATOR_LOAD_IN_PROGRESS' && apiVersion < 2
    return refusedCommit({ topics }, isLoading ? 'COORDINATOR_NOT_AVAILABLE' : answer.error)
  }
}

/** Every partition of the request is refused. */
export function refusedTxnOffsetCommit(
  { topics }: TxnOffsetCommit,
  error: Parameters<typeof errorCode>[0],
): TxnOffsetCommitResponse {
  return {
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: errorCode(error) })),
    })),
  }
}
