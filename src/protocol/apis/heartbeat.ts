// Heartbeat: keeps the session of a member of a classic group, and tells it of a rebalance.
import { api, int16, int32, string } from '../schema.ts'

export const heartbeat = api(
  12,
  'Heartbeat',
  { versions: '0-4', flexible: '4+' },
  {
    request: {
      groupId: string,
      generationId: int32,
      memberId: string,
      groupInstanceId: string.in('3+').nullable().default(null),
    },
    response: { throttleTimeMs: int32.in('1+').ignorable(), errorCode: int16 },
  },
)
