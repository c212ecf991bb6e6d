// __consumer_offsets: the committed offsets of groups of every kind.
import { int32, int64, message, string, uuid } from '../schema.ts'
import { recordType } from './coordinator-record.ts'

const groupTopicPartition = { group: string, topic: string, partition: int32 }

export const offsetCommitKey = message('OffsetCommitKey', { versions: '0' }, groupTopicPartition)
export const offsetCommitValue = message(
  'OffsetCommitValue',
  { versions: '0-4', flexible: '4+' },
  {
    offset: int64,
    leaderEpoch: int32.in('3+').default(-1).ignorable(),
    metadata: string,
    commitTimestamp: int64,
    /** Where the commit itself said how long it is to be kept, as OffsetCommit could up to version 4. */
    expireTimestamp: int64.in('1').default(-1).ignorable(),
    topicId: uuid.tag(0, '4+').ignorable(),
  },
)
/** Kafka writes version 1 where there is an expireTimestamp, which no later version has. */
export const offsetCommit = recordType(1, offsetCommitKey, offsetCommitValue)

export const legacyOffsetCommitKey = message('LegacyOffsetCommitKey', { versions: '0' }, groupTopicPartition)
export const legacyOffsetCommitValue = message(
  'LegacyOffsetCommitValue',
  { versions: '0' },
  { offset: int64, metadata: string, commitTimestamp: int64 },
)
/** Of brokers before 0.9. */
export const legacyOffsetCommit = recordType(0, legacyOffsetCommitKey, legacyOffsetCommitValue)
