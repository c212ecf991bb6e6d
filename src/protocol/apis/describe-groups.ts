import { api, array, bool, bytes, int16, int32, string } from '../schema.ts'
// DescribeGroups: state and members of classic groups.
import { operationsNotAsked } from './authorized-operations.ts'

export const describeGroups = api(
  15,
  'DescribeGroups',
  { versions: '0-6', flexible: '5+' },
  {
    request: { groups: array(string), includeAuthorizedOperations: bool.in('3+') },
    response: {
      throttleTimeMs: int32.in('1+').ignorable(),
      groups: array({
        errorCode: int16,
        errorMessage: string.in('6+').nullable().default(null),
        groupId: string,
        /** Empty, PreparingRebalance, CompletingRebalance, Stable, Dead. */
        groupState: string,
        /** 'consumer', 'connect'; empty without members. */
        protocolType: string,
        /** The assignor that was chosen. */
        protocolData: string,
        members: array({
          memberId: string,
          groupInstanceId: string.in('4+').nullable().default(null).ignorable(),
          clientId: string,
          clientHost: string,
          /** The subscription, in the format of the protocol type. */
          memberMetadata: bytes,
          memberAssignment: bytes,
        }),
        /** A bit for each operation allowed. */
        authorizedOperations: int32.in('3+').default(operationsNotAsked),
      }),
    },
  },
)
