// LeaveGroup: members leave a classic group, or an administrator removes them.
import { api, array, int16, int32, string } from '../schema.ts'

export const leaveGroup = api(
  13,
  'LeaveGroup',
  { versions: '0-5', flexible: '4+' },
  {
    request: {
      groupId: string,
      memberId: string.in('0-2'),
      members: array({
        /** Empty where the instance id tells. */
        memberId: string,
        groupInstanceId: string.nullable().default(null),
        reason: string.in('5+').nullable().default(null).ignorable(),
      }).in('3+'),
    },
    response: {
      throttleTimeMs: int32.in('1+').ignorable(),
      errorCode: int16,
      members: array({ memberId: string, groupInstanceId: string.nullable(), errorCode: int16 }).in('3+'),
    },
  },
)
