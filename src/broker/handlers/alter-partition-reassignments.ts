// AlterPartitionReassignments (KIP-455): moves partitions to other brokers, or calls that off.

import { isRefusal } from '../../metadata/index.ts'
import { alterPartitionReassignments, errorCode, errorMessage } from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const alterPartitionReassignmentsHandler = handler(
  alterPartitionReassignments,
  {
    versions: '0-1',
    authorization: needsCluster('ALTER', ({ body }, error) => ({
      errorCode: errorCode(error),
      errorMessage: errorMessage(error),
      responses: body.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: errorCode(error),
          errorMessage: errorMessage(error),
        })),
      })),
    })),
  },
  async ({ body, context }) => {
    const { allowReplicationFactorChange, topics } = body
    const wanted = topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex: partition, replicas }) => ({ topic: name, partition, replicas })),
    )
    const outcomes = [...(await context.metadata.alterPartitionReassignments(wanted, { allowReplicationFactorChange }))]
    return {
      allowReplicationFactorChange,
      errorCode: errorCode('NONE'),
      errorMessage: null,
      responses: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => {
          const { result } = outcomes.shift()!
          return {
            partitionIndex,
            errorCode: errorCode(result.error),
            errorMessage: isRefusal(result) ? result.message : null,
          }
        }),
      })),
    }
  },
)
