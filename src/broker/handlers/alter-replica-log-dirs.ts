// AlterReplicaLogDirs (KIP-113): moves replicas to another log directory of this broker, which has just the one.

import { alterReplicaLogDirs, errorCode, type ErrorName } from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import type { BrokerContext } from '../context.ts'
import { handler } from '../handler.ts'

export const alterReplicaLogDirsHandler = handler(
  alterReplicaLogDirs,
  {
    versions: '1-2',
    authorization: needsCluster('ALTER', ({ body }, error) => ({
      results: body.dirs.flatMap(({ topics }) =>
        topics.map(({ name, partitions }) => ({
          topicName: name,
          partitions: partitions.map(partitionIndex => ({ partitionIndex, errorCode: errorCode(error) })),
        })),
      ),
    })),
    differs: ['A broker has one log directory: a replica can only be told to stay in it.'],
  },
  ({ body, context }) => {
    const results = body.dirs.flatMap(({ path, topics }) =>
      topics.map(({ name, partitions }) => ({
        topicName: name,
        partitions: partitions.map(partition => ({
          partitionIndex: partition,
          errorCode: errorCode(moved(context, path, name, partition)),
        })),
      })),
    )
    return { results }
  },
)

function moved(
  { logDirectory, partitions, metadata }: BrokerContext,
  path: string,
  topic: string,
  partition: number,
): ErrorName {
  if (path !== logDirectory.path) return 'LOG_DIR_NOT_FOUND'
  if (metadata.image.topics.get(topic)?.partitions[partition] === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
  // Kafka remembers the wish for a replica that is not here yet, and says so with this error.
  return typeof partitions.byName(topic).find(partition) === 'string' ? 'REPLICA_NOT_AVAILABLE' : 'NONE'
}
