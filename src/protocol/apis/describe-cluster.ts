import { api, array, bool, int16, int32, int8, string } from '../schema.ts'
// DescribeCluster: the brokers, or the controllers, for administrators (KIP-700).
import { operationsNotAsked } from './authorized-operations.ts'

export const describeCluster = api(
  60,
  'DescribeCluster',
  { versions: '0-2', flexible: '0+' },
  {
    request: {
      includeClusterAuthorizedOperations: bool,
      /** 1 brokers, 2 controllers. */
      endpointType: int8.in('1+').default(1),
      includeFencedBrokers: bool.in('2+'),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16,
      errorMessage: string.nullable().default(null),
      endpointType: int8.in('1+').default(1),
      clusterId: string,
      controllerId: int32.default(-1),
      brokers: array({
        brokerId: int32.mapKey(),
        host: string,
        port: int32,
        rack: string.nullable().default(null),
        isFenced: bool.in('2+'),
      }),
      /** A bit for each operation allowed. */
      clusterAuthorizedOperations: int32.default(operationsNotAsked),
    },
  },
)
