// Records without keys: those of KRaft's controllers, shown as JSON, and those of tiered storage, as Java prints the objects
// that it makes of them.

import {
  clusterMetadataRecords,
  jsonText,
  messageJson,
  readMetadataRecord,
  remoteLogMetadataRecords,
  type MetadataRecordOf,
} from '../../protocol/index.ts'
import type { DecodedRecord, RecordDecoder } from './record-decoders.ts'

export const clusterMetadataDecoder: RecordDecoder = (_, value, offset) =>
  decoded(value, clusterMetadataText, message => `Error at ${offset}, skipping. ${message}`)

export const remoteLogMetadataDecoder: RecordDecoder = (_, value, offset) =>
  decoded(value, remoteLogMetadataText, message => `Error at offset ${offset}, skipping. ${message}`)

function decoded(
  value: Buffer | null,
  textOf: (bytes: Buffer) => string,
  fault: (message: string) => string,
): DecodedRecord {
  if (value === null) return { payload: fault('the record has no value') }
  try {
    return { payload: textOf(value) }
  } catch (error) {
    return { payload: fault((error as Error).message) }
  }
}

function clusterMetadataText(bytes: Buffer): string {
  const { type, version, value } = readMetadataRecord(clusterMetadataRecords, bytes)
  const { message } = clusterMetadataRecords[type]
  return jsonText({ type: constantOf(message.name), version, data: messageJson(message, version, value) })
}
/** FeatureLevelRecord: FEATURE_LEVEL_RECORD. */
const constantOf = (name: string): string => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()

type RemoteLogRecord = MetadataRecordOf<typeof remoteLogMetadataRecords>
type Segment = Extract<RemoteLogRecord, { type: 'segment' }>['value']
type SegmentId = Segment['remoteLogSegmentId']
type TopicIdPartition = SegmentId['topicIdPartition']

function remoteLogMetadataText(bytes: Buffer): string {
  const record = readMetadataRecord(remoteLogMetadataRecords, bytes)
  switch (record.type) {
    case 'segment': {
      const { remoteLogSegmentId, brokerId, eventTimestampMs, ...rest } = record.value
      return javaObject('RemoteLogSegmentMetadata', {
        remoteLogSegmentId: segmentId(remoteLogSegmentId),
        startOffset: rest.startOffset,
        endOffset: rest.endOffset,
        brokerId,
        maxTimestampMs: rest.maxTimestampMs,
        eventTimestampMs,
        ...ofContent(rest),
      })
    }
    case 'segmentUpdate': {
      const { value } = record
      return javaObject('RemoteLogSegmentMetadataUpdate', {
        remoteLogSegmentId: segmentId(value.remoteLogSegmentId),
        customMetadata: customMetadata(value.customMetadata),
        state: stateNamed(segmentStates, value.remoteLogSegmentState),
        eventTimestampMs: value.eventTimestampMs,
        brokerId: value.brokerId,
      })
    }
    case 'partitionDelete': {
      const { value } = record
      return javaObject('RemotePartitionDeleteMetadata', {
        topicPartition: topicIdPartition(value.topicIdPartition),
        state: stateNamed(deleteStates, value.remotePartitionDeleteState),
        eventTimestampMs: value.eventTimestampMs,
        brokerId: value.brokerId,
      })
    }
    case 'segmentSnapshot': {
      const { value } = record
      return javaObject('RemoteLogSegmentMetadataSnapshot', {
        segmentId: uuidText(value.segmentId),
        startOffset: value.startOffset,
        endOffset: value.endOffset,
        maxTimestampMs: value.maxTimestampMs,
        ...ofContent(value),
      })
    }
  }
}

const segmentStates = [
  'COPY_SEGMENT_STARTED',
  'COPY_SEGMENT_FINISHED',
  'DELETE_SEGMENT_STARTED',
  'DELETE_SEGMENT_FINISHED',
]
const deleteStates = ['DELETE_PARTITION_MARKED', 'DELETE_PARTITION_STARTED', 'DELETE_PARTITION_FINISHED']
function stateNamed(names: readonly string[], id: number): string {
  const name = names[id]
  if (name === undefined) throw new Error(`no state has the number ${id}`)
  return name
}

type Content = Pick<
  Segment,
  'segmentLeaderEpochs' | 'segmentSizeInBytes' | 'customMetadata' | 'remoteLogSegmentState' | 'txnIndexEmpty'
>
const ofContent = (segment: Content) => ({
  segmentLeaderEpochs: `{${segment.segmentLeaderEpochs
    .toSorted((one, other) => one.leaderEpoch - other.leaderEpoch)
    .map(({ leaderEpoch, offset }) => `${leaderEpoch}=${offset}`)
    .join(', ')}}`,
  segmentSizeInBytes: segment.segmentSizeInBytes,
  customMetadata: customMetadata(segment.customMetadata),
  state: stateNamed(segmentStates, segment.remoteLogSegmentState),
  txnIdxEmpty: segment.txnIndexEmpty,
})
const javaObject = (name: string, fields: { readonly [name: string]: unknown }): string =>
  `${name}{${Object.entries(fields)
    .map(([field, value]) => `${field}=${String(value)}`)
    .join(', ')}}`
const segmentId = ({ topicIdPartition: partition, id }: SegmentId): string =>
  javaObject('RemoteLogSegmentId', { topicIdPartition: topicIdPartition(partition), id: uuidText(id) })
const topicIdPartition = ({ id, name, partition }: TopicIdPartition): string => `${uuidText(id)}:${name}-${partition}`
const uuidText = (id: string): string => Buffer.from(id, 'hex').toString('base64url')
const customMetadata = (bytes: Uint8Array | null): string =>
  bytes === null ? 'Optional.empty' : `Optional[CustomMetadata{${bytes.length} bytes}]`
