// DescribeQuorum (KIP-595): who keeps the metadata log. All brokers of a cluster write the one log that they share, by
// compare-and-set: the first of them that is alive is told to be its leader and its only voter, the others observe it.

import { aliveBrokers, type BrokerImage, type ClusterImage } from '../../metadata/index.ts'
import { describeQuorum, errorCode, errorMessage, type ResponseOf } from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import type { BrokerContext } from '../context.ts'
import { handler } from '../handler.ts'

const metadataTopic = '__cluster_metadata'
const noId = '0'.repeat(32)

type PartitionAnswer = ResponseOf<typeof describeQuorum>['topics'][number]['partitions'][number]

export const describeQuorumHandler = handler(
  describeQuorum,
  {
    versions: '0-2',
    authorization: needsCluster('DESCRIBE', (_, error) => ({
      errorCode: errorCode(error),
      errorMessage: errorMessage(error),
      topics: [],
    })),
    differs: ['Brokers share one metadata log: the first that is alive is told as its leader and only voter.'],
  },
  ({ body, version, context }) => {
    const { image } = context.metadata
    const [leader] = aliveBrokers(image)
    const nodes = (leader === undefined ? [] : [leader]).map(({ id, endpoints }) => ({
      nodeId: id,
      listeners: endpoints.map(({ listener: name, host, port }) => ({ name, host, port })),
    }))
    return {
      errorCode: errorCode('NONE'),
      errorMessage: null,
      topics: body.topics.map(({ topicName, partitions }) => ({
        topicName,
        partitions: partitions.map(({ partitionIndex }) =>
          topicName === metadataTopic && partitionIndex === 0 && leader !== undefined
            ? described(context, image, leader)
            : unknown(partitionIndex),
        ),
      })),
      ...(version >= 2 && { nodes }),
    }
  },
)

function described(context: BrokerContext, image: ClusterImage, leader: BrokerImage): PartitionAnswer {
  const now = context.clock.now()
  const stateOf = ({ id }: BrokerImage) => ({
    replicaId: id,
    replicaDirectoryId: id === context.nodeId ? context.logDirectory.identity.directoryId : noId,
    logEndOffset: image.offset,
    lastFetchTimestamp: now,
    lastCaughtUpTimestamp: now,
  })
  return {
    partitionIndex: 0,
    errorCode: errorCode('NONE'),
    errorMessage: null,
    leaderId: leader.id,
    leaderEpoch: leader.epoch,
    highWatermark: image.offset,
    currentVoters: [stateOf(leader)],
    observers: aliveBrokers(image)
      .filter(({ id }) => id !== leader.id)
      .map(stateOf),
  }
}
function unknown(partitionIndex: number): PartitionAnswer {
  return {
    partitionIndex,
    errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION'),
    errorMessage: null,
    leaderId: 0,
    leaderEpoch: 0,
    highWatermark: 0,
    currentVoters: [],
    observers: [],
  }
}
