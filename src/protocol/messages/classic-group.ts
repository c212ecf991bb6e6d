// __consumer_offsets: a classic group, written when a generation is complete, and when the group is empty.
import { array, bytes, int32, int64, message, string } from '../schema.ts'
import { recordType } from './coordinator-record.ts'

export const groupMetadataKey = message('GroupMetadataKey', { versions: '0' }, { group: string })
export const groupMetadataValue = message(
  'GroupMetadataValue',
  { versions: '0-4', flexible: '4+' },
  {
    protocolType: string,
    generation: int32,
    /** Null, and so the leader, while the group is empty. */
    protocol: string.nullable(),
    leader: string.nullable(),
    currentStateTimestamp: int64.in('2+').default(-1).ignorable(),
    members: array({
      memberId: string,
      groupInstanceId: string.in('3+').nullable().default(null).ignorable(),
      clientId: string,
      clientHost: string,
      rebalanceTimeout: int32.in('1+').default(-1).ignorable(),
      sessionTimeout: int32,
      /** What the member said of the chosen protocol (consumer-protocol.ts). */
      subscription: bytes,
      assignment: bytes,
    }),
  },
)
export const groupMetadata = recordType(2, groupMetadataKey, groupMetadataValue, 3)
