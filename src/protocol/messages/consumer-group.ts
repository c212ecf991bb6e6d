// __consumer_offsets: a group of the consumer protocol (KIP-848), a record for each thing that changes by itself.
import { array, bytes, int32, int64, int64exact, int8, message, string, struct, uuid } from '../schema.ts'
import { recordType } from './coordinator-record.ts'

const ofGroup = { groupId: string }
const ofMember = { groupId: string, memberId: string }

export const consumerGroupMetadata = recordType(
  3,
  message('ConsumerGroupMetadataKey', { versions: '0' }, ofGroup),
  message(
    'ConsumerGroupMetadataValue',
    { versions: '0', flexible: '0+' },
    {
      epoch: int32,
      /** KIP-1101: of all topics that the group subscribes to; when it changes, partitions are assigned anew. */
      metadataHash: int64exact.tag(0, '0+'),
    },
  ),
)

/** Of Kafka 4.0; from 4.1 on the hash above says the same, and only the deletion of these is written. */
export const consumerGroupPartitionMetadata = recordType(
  4,
  message('ConsumerGroupPartitionMetadataKey', { versions: '0' }, ofGroup),
  message(
    'ConsumerGroupPartitionMetadataValue',
    { versions: '0', flexible: '0+' },
    {
      topics: array({
        topicId: uuid,
        topicName: string,
        numPartitions: int32,
        partitionMetadata: array({ partition: int32, racks: array(string) }),
      }),
    },
  ),
)

export const consumerGroupMemberMetadata = recordType(
  5,
  message('ConsumerGroupMemberMetadataKey', { versions: '0' }, ofMember),
  message(
    'ConsumerGroupMemberMetadataValue',
    { versions: '0', flexible: '0+' },
    {
      instanceId: string.nullable(),
      rackId: string.nullable(),
      clientId: string,
      clientHost: string,
      subscribedTopicNames: array(string),
      subscribedTopicRegex: string.nullable(),
      rebalanceTimeoutMs: int32.default(-1),
      serverAssignor: string.nullable(),
      /** Of a member that speaks the classic protocol, while the group migrates; else null, which is not the default. */
      classicMemberMetadata: struct({
        sessionTimeoutMs: int32,
        supportedProtocols: array({ name: string, metadata: bytes }),
      })
        .tag(0, '0+')
        .nullable(),
    },
  ),
)

/** The epoch that the target assignments of all members belong to: written last. */
export const consumerGroupTargetAssignmentMetadata = recordType(
  6,
  message('ConsumerGroupTargetAssignmentMetadataKey', { versions: '0' }, ofGroup),
  message('ConsumerGroupTargetAssignmentMetadataValue', { versions: '0', flexible: '0+' }, { assignmentEpoch: int32 }),
)

export const consumerGroupTargetAssignmentMember = recordType(
  7,
  message('ConsumerGroupTargetAssignmentMemberKey', { versions: '0' }, ofMember),
  message(
    'ConsumerGroupTargetAssignmentMemberValue',
    { versions: '0', flexible: '0+' },
    { topicPartitions: array({ topicId: uuid, partitions: array(int32) }) },
  ),
)

const topicPartitions = { topicId: uuid, partitions: array(int32) }
export const consumerGroupCurrentMemberAssignment = recordType(
  8,
  message('ConsumerGroupCurrentMemberAssignmentKey', { versions: '0' }, ofMember),
  message(
    'ConsumerGroupCurrentMemberAssignmentValue',
    { versions: '0', flexible: '0+' },
    {
      memberEpoch: int32,
      /** From which a member comes again whose answer with the new epoch was lost. */
      previousMemberEpoch: int32,
      /** 0 stable, 1 has partitions to give up, 2 waits for others to give up theirs, 127 unknown. */
      state: int8,
      assignedPartitions: array(topicPartitions),
      partitionsPendingRevocation: array(topicPartitions),
    },
  ),
)

/** Which topics a regular expression matched. */
export const consumerGroupRegularExpression = recordType(
  16,
  message('ConsumerGroupRegularExpressionKey', { versions: '0' }, { groupId: string, regularExpression: string }),
  message(
    'ConsumerGroupRegularExpressionValue',
    { versions: '0', flexible: '0+' },
    {
      topics: array(string),
      /** Of the metadata image that was matched against. */
      version: int64,
      timestamp: int64,
    },
  ),
)
