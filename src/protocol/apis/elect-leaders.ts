// ElectLeaders: gives leadership to preferred replicas, or, where data may be lost, to any.
import { api, array, int16, int32, int8, string } from '../schema.ts'

export const electLeaders = api(
  43,
  'ElectLeaders',
  { versions: '0-2', flexible: '2+' },
  {
    request: {
      /** 0 preferred, 1 unclean. */
      electionType: int8.in('1+'),
      /** Null for all. */
      topicPartitions: array({ topic: string.mapKey(), partitions: array(int32) }).nullable(),
      timeoutMs: int32.default(60000),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.in('1+'),
      replicaElectionResults: array({
        topic: string,
        partitionResult: array({ partitionId: int32, errorCode: int16, errorMessage: string.nullable() }),
      }),
    },
  },
)
