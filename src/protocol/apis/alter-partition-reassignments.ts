// AlterPartitionReassignments: moves partitions to other replicas, or calls that off.
import { api, array, bool, int16, int32, string } from '../schema.ts'

export const alterPartitionReassignments = api(
  45,
  'AlterPartitionReassignments',
  { versions: '0-1', flexible: '0+' },
  {
    request: {
      timeoutMs: int32.default(60000),
      /** False refuses a new set of replicas of another size. */
      allowReplicationFactorChange: bool.in('1+').default(true),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          /** Null calls off what is under way. */
          replicas: array(int32).nullable().default(null),
        }),
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      allowReplicationFactorChange: bool.in('1+').default(true).ignorable(),
      errorCode: int16,
      errorMessage: string.nullable(),
      responses: array({
        name: string,
        partitions: array({ partitionIndex: int32, errorCode: int16, errorMessage: string.nullable() }),
      }),
    },
  },
)
