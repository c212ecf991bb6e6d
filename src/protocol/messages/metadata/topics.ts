// __cluster_metadata: topics, their partitions, and what topics, brokers and groups are set to.
import { array, int32, int8, message, string, uuid } from '../../schema.ts'
import { metadataRecord } from './metadata-record.ts'

export const topic = metadataRecord(
  2,
  message('TopicRecord', { versions: '0', flexible: '0+' }, { name: string, topicId: uuid }),
)

const noChange = array(int32).nullable().default(null)
export const partition = metadataRecord(
  3,
  message(
    'PartitionRecord',
    { versions: '0-2', flexible: '0+' },
    {
      partitionId: int32.default(-1),
      topicId: uuid,
      replicas: array(int32),
      isr: array(int32),
      removingReplicas: array(int32),
      addingReplicas: array(int32),
      leader: int32.default(-1),
      /** 1 while it recovers from an unclean election. */
      leaderRecoveryState: int8.tag(0, '0+'),
      leaderEpoch: int32.default(-1),
      partitionEpoch: int32.default(-1),
      /** KIP-858: one for each replica, in the same order. */
      directories: array(uuid).in('1+'),
      /** KIP-966, with the next. */
      eligibleLeaderReplicas: array(int32).nullable('2+').default(null).tag(1, '2+'),
      lastKnownElr: array(int32).nullable('2+').default(null).tag(2, '2+'),
    },
  ),
)
/** What is not in it did not change. */
export const partitionChange = metadataRecord(
  5,
  message(
    'PartitionChangeRecord',
    { versions: '0-2', flexible: '0+' },
    {
      partitionId: int32.default(-1),
      topicId: uuid,
      isr: noChange.tag(0, '0+'),
      /** −1: nobody leads; −2: as before. */
      leader: int32.default(-2).tag(1, '0+'),
      replicas: noChange.tag(2, '0+'),
      removingReplicas: noChange.tag(3, '0+'),
      addingReplicas: noChange.tag(4, '0+'),
      leaderRecoveryState: int8.default(-1).tag(5, '0+'),
      directories: array(uuid).nullable('1+').default(null).tag(8, '1+'),
      eligibleLeaderReplicas: array(int32).nullable('2+').default(null).tag(6, '2+'),
      lastKnownElr: array(int32).nullable('2+').default(null).tag(7, '2+'),
    },
  ),
)
export const removeTopic = metadataRecord(
  9,
  message('RemoveTopicRecord', { versions: '0', flexible: '0+' }, { topicId: uuid }),
)
/** KIP-966: of one topic, or of all where the name is empty. */
export const clearElr = metadataRecord(
  28,
  message('ClearElrRecord', { versions: '0', flexible: '0+' }, { topicName: string }),
)
/** A value of null: no longer set. */
export const config = metadataRecord(
  4,
  message(
    'ConfigRecord',
    { versions: '0', flexible: '0+' },
    { resourceType: int8, resourceName: string, name: string, value: string.nullable() },
  ),
)
