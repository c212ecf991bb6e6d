// DescribeQuorum: leader, voters and observers of the metadata log.
import { api, array, int16, int32, int64, string, uint16, uuid } from '../schema.ts'

const replicaState = {
  replicaId: int32,
  replicaDirectoryId: uuid.in('2+'),
  logEndOffset: int64,
  lastFetchTimestamp: int64.in('1+').default(-1).ignorable(),
  lastCaughtUpTimestamp: int64.in('1+').default(-1).ignorable(),
}

export const describeQuorum = api(
  55,
  'DescribeQuorum',
  { versions: '0-2', flexible: '0+' },
  {
    request: {
      topics: array({
        topicName: string,
        partitions: array({ partitionIndex: int32 }),
      }),
    },
    response: {
      errorCode: int16,
      errorMessage: string.in('2+').nullable().ignorable(),
      topics: array({
        topicName: string,
        partitions: array({
          partitionIndex: int32,
          errorCode: int16,
          errorMessage: string.in('2+').nullable().ignorable(),
          leaderId: int32,
          leaderEpoch: int32,
          highWatermark: int64,
          currentVoters: array(replicaState),
          observers: array(replicaState),
        }),
      }),
      /** The controllers. */
      nodes: array({
        nodeId: int32.mapKey(),
        listeners: array({ name: string.mapKey(), host: string, port: uint16 }),
      }).in('2+'),
    },
  },
)
