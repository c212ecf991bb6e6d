// __share_group_state: how far a share group is with each partition, and the fate of the records in flight (KIP-932). A
// snapshot, and what has changed since.
import { array, int16, int32, int64, int8, message, string, uuid } from '../schema.ts'
import { recordType } from './coordinator-record.ts'

const ofPartition = { groupId: string, topicId: uuid, partition: int32 }
/** 0 available, 2 acknowledged, 4 archived. */
const stateBatches = array({ firstOffset: int64, lastOffset: int64, deliveryState: int8, deliveryCount: int16 })
/** KIP-1226: from the start offset on, how many are done with. */
const deliveryCompleteCount = int32.default(-1).tag(0, '0+')

export const shareGroupStateRecords = {
  shareSnapshot: recordType(
    0,
    message('ShareSnapshotKey', { versions: '0' }, ofPartition),
    message(
      'ShareSnapshotValue',
      { versions: '0', flexible: '0+' },
      {
        snapshotEpoch: int32,
        stateEpoch: int32,
        leaderEpoch: int32,
        startOffset: int64,
        deliveryCompleteCount,
        createTimestamp: int64,
        writeTimestamp: int64,
        stateBatches,
      },
    ),
  ),
  shareUpdate: recordType(
    1,
    message('ShareUpdateKey', { versions: '0' }, ofPartition),
    message(
      'ShareUpdateValue',
      { versions: '0', flexible: '0+' },
      {
        snapshotEpoch: int32,
        leaderEpoch: int32,
        /** −1: as it was. */
        startOffset: int64,
        deliveryCompleteCount,
        stateBatches,
      },
    ),
  ),
}
