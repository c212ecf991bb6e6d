// SyncGroup: the leader hands in what it assigned, and every member is answered its part.
import { api, array, bytes, int16, int32, string } from '../schema.ts'

export const syncGroup = api(
  14,
  'SyncGroup',
  { versions: '0-5', flexible: '4+' },
  {
    request: {
      groupId: string,
      generationId: int32,
      memberId: string,
      groupInstanceId: string.in('3+').nullable().default(null),
      protocolType: string.in('5+').nullable().default(null).ignorable(),
      protocolName: string.in('5+').nullable().default(null).ignorable(),
      /** Empty unless the leader sends it. */
      assignments: array({ memberId: string, assignment: bytes }),
    },
    response: {
      throttleTimeMs: int32.in('1+').ignorable(),
      errorCode: int16,
      protocolType: string.in('5+').nullable().default(null).ignorable(),
      protocolName: string.in('5+').nullable().default(null).ignorable(),
      assignment: bytes,
    },
  },
)
