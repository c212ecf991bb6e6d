// ListPartitionReassignments (KIP-455): which partitions are on their way to other brokers.

import { isReassigned, type TopicImage } from '../../metadata/index.ts'
import { errorCode, errorMessage, listPartitionReassignments } from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const listPartitionReassignmentsHandler = handler(
  listPartitionReassignments,
  {
    versions: '0',
    authorization: needsCluster('DESCRIBE', (_, error) => ({
      errorCode: errorCode(error),
      errorMessage: errorMessage(error),
      topics: [],
    })),
  },
  ({ body: { topics: asked }, context }) => {
    const { topics } = context.metadata.image
    const listed =
      asked === null
        ? [...topics.values()].map(topic => reassigned(topic, topic.partitions.keys()))
        : asked.flatMap(({ name, partitionIndexes }) => {
            const topic = topics.get(name)
            return topic === undefined ? [] : [reassigned(topic, partitionIndexes)]
          })
    return {
      errorCode: errorCode('NONE'),
      errorMessage: null,
      topics: listed.filter(({ partitions }) => partitions.length > 0),
    }
  },
)

function reassigned({ name, partitions }: TopicImage, indexes: Iterable<number>) {
  return {
    name,
    partitions: [...indexes].flatMap(partitionIndex => {
      const partition = partitions[partitionIndex]
      if (partition === undefined || !isReassigned(partition)) return []
      const { replicas, addingReplicas, removingReplicas } = partition
      return [{ partitionIndex, replicas, addingReplicas, removingReplicas }]
    }),
  }
}
