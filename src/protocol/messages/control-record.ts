// The records of control batches: the key tells the type, and the value begins with its version. Markers end transactions;
// the others are KRaft's, in the log of the cluster's metadata and in its snapshots.
import { array, int16, int32, int64, message, string, struct, uint16, uuid } from '../schema.ts'

/** 0 abort, 1 commit, 2 leader change, 3 snapshot header, 4 snapshot footer, 5 KRaft version, 6 KRaft voters. */
export const controlRecordKey = message('ControlRecordTypeSchema', { versions: '0' }, { type: int16 })
/** Which epoch of the coordinator wrote it. It stands behind its version (versioned.ts); in those below, that is a field. */
export const endTxnMarker = message('EndTxnMarker', { versions: '0' }, { coordinatorEpoch: int32 })

const voters = array({ voterId: int32, voterDirectoryId: uuid.in('1+') })
export const leaderChange = message(
  'LeaderChangeMessage',
  { versions: '0-1', flexible: '0+' },
  { version: int16, leaderId: int32, voters, grantingVoters: voters },
)
export const snapshotHeader = message(
  'SnapshotHeaderRecord',
  { versions: '0', flexible: '0+' },
  { version: int16, lastContainedLogTimestamp: int64 },
)
export const snapshotFooter = message('SnapshotFooterRecord', { versions: '0', flexible: '0+' }, { version: int16 })
export const kraftVersion = message(
  'KRaftVersionRecord',
  { versions: '0', flexible: '0+' },
  { version: int16, kRaftVersion: int16 },
)
export const kraftVoters = message(
  'VotersRecord',
  { versions: '0', flexible: '0+' },
  {
    version: int16,
    voters: array({
      voterId: int32,
      voterDirectoryId: uuid,
      endpoints: array({ name: string.mapKey(), host: string, port: uint16 }),
      kRaftVersionFeature: struct({ minSupportedVersion: int16, maxSupportedVersion: int16 }),
    }),
  },
)
