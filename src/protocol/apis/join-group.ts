// JoinGroup: joins a classic group, or rejoins it in a rebalance. The answer waits for the other members.
import { api, array, bool, bytes, int16, int32, string } from '../schema.ts'

export const joinGroup = api(
  11,
  'JoinGroup',
  { versions: '0-9', flexible: '6+' },
  {
    request: {
      groupId: string,
      sessionTimeoutMs: int32,
      /** How long a rebalance waits for this member; in version 0 the session timeout. */
      rebalanceTimeoutMs: int32.in('1+').default(-1).ignorable(),
      /** Empty at first. From version 4 on the answer is MEMBER_ID_REQUIRED then, with an id to join with (KIP-394). */
      memberId: string,
      /** Of a static member (KIP-345). */
      groupInstanceId: string.in('5+').nullable().default(null),
      protocolType: string,
      /** The assignors that the member supports, the preferred first, each with what it is to know. */
      protocols: array({ name: string.mapKey(), metadata: bytes }),
      reason: string.in('8+').nullable().default(null).ignorable(),
    },
    response: {
      throttleTimeMs: int32.in('2+').ignorable(),
      errorCode: int16,
      generationId: int32.default(-1),
      protocolType: string.in('7+').nullable().default(null).ignorable(),
      /** The assignor that was chosen. */
      protocolName: string.nullable('7+'),
      leader: string,
      /** KIP-814: the leader keeps the assignment that is in force. */
      skipAssignment: bool.in('9+'),
      memberId: string,
      /** For the leader, which assigns; empty for the others. */
      members: array({
        memberId: string,
        groupInstanceId: string.in('5+').nullable().default(null).ignorable(),
        metadata: bytes,
      }),
    },
  },
)
