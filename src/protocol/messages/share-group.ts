// __consumer_offsets: a share group (KIP-932), a record for each thing that changes by itself. What of its records was
// delivered is kept elsewhere (share-group-state.ts).
import { array, int32, int64exact, int8, message, string, uuid } from '../schema.ts'
import { recordType } from './coordinator-record.ts'

const ofGroup = { groupId: string }
const ofMember = { groupId: string, memberId: string }
const version0 = { versions: '0', flexible: '0+' } as const
const partitionsOfTopics = array({ topicId: uuid, partitions: array(int32) })

const memberMetadata = recordType(
  10,
  message('ShareGroupMemberMetadataKey', { versions: '0' }, ofMember),
  message('ShareGroupMemberMetadataValue', version0, {
    rackId: string.nullable(),
    clientId: string,
    clientHost: string,
    subscribedTopicNames: array(string),
  }),
)
const metadata = recordType(
  11,
  message('ShareGroupMetadataKey', { versions: '0' }, ofGroup),
  message('ShareGroupMetadataValue', version0, { epoch: int32, metadataHash: int64exact }),
)
const targetAssignmentMetadata = recordType(
  12,
  message('ShareGroupTargetAssignmentMetadataKey', { versions: '0' }, ofGroup),
  message('ShareGroupTargetAssignmentMetadataValue', version0, { assignmentEpoch: int32 }),
)
const targetAssignmentMember = recordType(
  13,
  message('ShareGroupTargetAssignmentMemberKey', { versions: '0' }, ofMember),
  message('ShareGroupTargetAssignmentMemberValue', version0, { topicPartitions: partitionsOfTopics }),
)
const currentMemberAssignment = recordType(
  14,
  message('ShareGroupCurrentMemberAssignmentKey', { versions: '0' }, ofMember),
  message('ShareGroupCurrentMemberAssignmentValue', version0, {
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    assignedPartitions: partitionsOfTopics,
  }),
)
const namedTopics = array({ topicId: uuid, topicName: string, partitions: array(int32) })
const statePartitionMetadata = recordType(
  15,
  message('ShareGroupStatePartitionMetadataKey', { versions: '0' }, ofGroup),
  message('ShareGroupStatePartitionMetadataValue', version0, {
    initializingTopics: namedTopics,
    initializedTopics: namedTopics,
    deletingTopics: array({ topicId: uuid, topicName: string }),
  }),
)

export const shareGroupRecords = {
  shareGroupMemberMetadata: memberMetadata,
  shareGroupMetadata: metadata,
  shareGroupTargetAssignmentMetadata: targetAssignmentMetadata,
  shareGroupTargetAssignmentMember: targetAssignmentMember,
  shareGroupCurrentMemberAssignment: currentMemberAssignment,
  shareGroupStatePartitionMetadata: statePartitionMetadata,
}
