// __remote_log_metadata: the segments that tiered storage (KIP-405) has put elsewhere.
import { array, bool, bytes, int32, int64, int8, message, string, struct, uuid } from '../../schema.ts'
import { metadataRecord } from './metadata-record.ts'

const topicIdPartition = struct({ name: string, id: uuid, partition: int32 })
const remoteLogSegmentId = struct({ topicIdPartition, id: uuid })
const offsets = { startOffset: int64, endOffset: int64 }
const aboutSegment = {
  brokerId: int32,
  maxTimestampMs: int64,
  eventTimestampMs: int64,
  segmentLeaderEpochs: array({ leaderEpoch: int32, offset: int64 }),
  segmentSizeInBytes: int32,
  /** Of the plugin that keeps them. */
  customMetadata: bytes.nullable().default(null),
  remoteLogSegmentState: int8,
  txnIndexEmpty: bool.tag(0, '0+'),
}

export const remoteLogMetadataRecords = {
  segment: metadataRecord(
    0,
    message(
      'RemoteLogSegmentMetadataRecord',
      { versions: '0', flexible: '0+' },
      { remoteLogSegmentId, ...offsets, ...aboutSegment },
    ),
  ),
  segmentUpdate: metadataRecord(
    1,
    message(
      'RemoteLogSegmentMetadataUpdateRecord',
      { versions: '0', flexible: '0+' },
      {
        remoteLogSegmentId,
        brokerId: int32,
        eventTimestampMs: int64,
        customMetadata: bytes.nullable().default(null),
        remoteLogSegmentState: int8,
      },
    ),
  ),
  partitionDelete: metadataRecord(
    2,
    message(
      'RemotePartitionDeleteMetadataRecord',
      { versions: '0', flexible: '0+' },
      { topicIdPartition, brokerId: int32, eventTimestampMs: int64, remotePartitionDeleteState: int8 },
    ),
  ),
  segmentSnapshot: metadataRecord(
    3,
    message(
      'RemoteLogSegmentMetadataSnapshotRecord',
      { versions: '0', flexible: '0+' },
      { segmentId: uuid, ...offsets, ...aboutSegment },
    ),
  ),
}
