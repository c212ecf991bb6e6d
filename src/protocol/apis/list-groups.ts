// ListGroups: the groups that a broker coordinates.
import { api, array, int16, int32, string } from '../schema.ts'

export const listGroups = api(
  16,
  'ListGroups',
  { versions: '0-5', flexible: '3+' },
  {
    request: {
      /** Empty for all. So the types. */
      statesFilter: array(string).in('4+'),
      typesFilter: array(string).in('5+'),
    },
    response: {
      throttleTimeMs: int32.in('1+').ignorable(),
      errorCode: int16,
      groups: array({
        groupId: string,
        protocolType: string,
        groupState: string.in('4+').ignorable(),
        /** 'classic', 'consumer', 'share' or 'streams'. */
        groupType: string.in('5+').ignorable(),
      }),
    },
  },
)
