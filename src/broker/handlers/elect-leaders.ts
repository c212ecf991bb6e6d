// ElectLeaders (KIP-460): gives leadership back to the preferred replicas, or, where data may be lost, to any.

import { electLeaders, errorCode, errorMessage, type ErrorName } from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const electLeadersHandler = handler(
  electLeaders,
  {
    versions: '0-2',
    authorization: needsCluster('ALTER', ({ body, version }, error) => ({
      ...ofAll(error, version),
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
  async ({ body, version, context }) => {
    const { electionType, topicPartitions } = body
    if (electionType !== 0 && electionType !== 1)
      return { ...ofAll('INVALID_REQUEST', version), replicaElectionResults: [] }
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
    return { ...ofAll('NONE', version), replicaElectionResults }
  },
)

/** The error of the request as a whole, where its version has the room. */
function ofAll(error: ErrorName, version: number) {
  return version >= 1 ? { errorCode: errorCode(error) } : {}
}
