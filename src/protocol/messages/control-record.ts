// The one record of a control batch: its key tells the type, and the value of one that ends a transaction which epoch of
// the coordinator wrote it. Both stand behind a version (versioned.ts).
import { int16, int32, message } from '../schema.ts'

/** 0 abort, 1 commit, 2 leader change, 3 snapshot header, 4 snapshot footer, 5 KRaft version, 6 KRaft voters. */
export const controlRecordKey = message('ControlRecordTypeSchema', { versions: '0' }, { type: int16 })
export const endTxnMarker = message('EndTxnMarker', { versions: '0' }, { coordinatorEpoch: int32 })
