// ElectLeaders (KIP-460): gives leadership back to the preferred replicas, or, where data may be lost, to any.

import { electLeaders, errorCode } from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const electLeadersHandler = handler(
  electLeaders,
  {
    versions: '0-2',
    authorization: needsCluster('ALTER', (_, error) => ({ errorCode: errorCode(error), replicaElectionResults: [] })),
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
