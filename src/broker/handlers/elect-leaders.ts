// ElectLeaders (KIP-460): gives leadership back to the preferred replicas, or, where data may be lost, to any.

import { electLeaders, errorCode, errorMessage } from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const electLeadersHandler = handler(
  electLeaders,
  {
    versions: '0-2',
    authorization: needsCluster('ALTER', ({ body }, error) => ({
      errorCode: errorCode(error),
      replicaElectionResults: (body.topicPartitions ?? []).map(({ topic, partitions }) => ({
        topic,
        partitionResult: partitions.map(partitionId => ({
          partitionId,
          errorCode: errorCode(error),
          errorMessage: errorMessage(error),
        })),
      })),
    })),
  },
  async ({ body, context }) => {
    const { electionType, topicPartitions } = body
    if (electionType !== 0 && electionType !== 1)
      return { errorCode: errorCode('INVALID_REQUEST'), replicaElectionResults: [] }
    const outcomes = await context.metadata.electLeaders({
      election: electionType === 0 ? 'PREFERRED' : 'UNCLEAN',
      partitions: topicPartitions?.flatMap(({ topic, partitions }) =>
        partitions.map(partition => ({ topic, partition })),
      ),
    })
    const replicaElectionResults = [...Map.groupBy(outcomes, ({ topic }) => topic)].map(([topic, elections]) => ({
      topic,
      partitionResult: elections.map(({ partition, result }) => ({
        partitionId: partition,
        errorCode: errorCode(result.error),
        errorMessage: 'message' in result ? result.message : null,
      })),
    }))
    return { errorCode: errorCode('NONE'), replicaElectionResults }
  },
)
