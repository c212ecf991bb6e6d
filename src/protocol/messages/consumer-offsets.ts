// __consumer_offsets: all that is kept there of groups, by type of record.
import { groupMetadata } from './classic-group.ts'
import {
  consumerGroupCurrentMemberAssignment,
  consumerGroupMemberMetadata,
  consumerGroupMetadata,
  consumerGroupPartitionMetadata,
  consumerGroupRegularExpression,
  consumerGroupTargetAssignmentMember,
  consumerGroupTargetAssignmentMetadata,
} from './consumer-group.ts'
import type { RecordDraftOf, RecordOf } from './coordinator-record.ts'
import { legacyOffsetCommit, offsetCommit } from './group-offsets.ts'

export const consumerOffsetsRecords = {
  legacyOffsetCommit,
  offsetCommit,
  groupMetadata,
  consumerGroupMetadata,
  consumerGroupPartitionMetadata,
  consumerGroupMemberMetadata,
  consumerGroupTargetAssignmentMetadata,
  consumerGroupTargetAssignmentMember,
  consumerGroupCurrentMemberAssignment,
  consumerGroupRegularExpression,
}
export type ConsumerOffsetsRecord = RecordOf<typeof consumerOffsetsRecords>
export type ConsumerOffsetsRecordDraft = RecordDraftOf<typeof consumerOffsetsRecords>
