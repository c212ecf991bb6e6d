// DescribeLogDirs: the log directory of this broker, and the size of each replica in it.

import { describeLogDirs, errorCode } from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const describeLogDirsHandler = handler(
  describeLogDirs,
  {
    versions: '1-4',
    authorization: needsCluster('DESCRIBE', (_, error) => ({ errorCode: errorCode(error), results: [] })),
  },
  ({ body, context }) => {
    const asked = body.topics && new Map(body.topics.map(({ topic, partitions }) => [topic, new Set(partitions)]))
    const topics = context.partitions.topics().flatMap(({ name, replicas }) => {
      const partitions = replicas
        .filter(({ index }) => asked === null || asked.get(name)?.has(index))
        .map(({ index, log, isLeader, highWatermark }) => ({
          partitionIndex: index,
          partitionSize: log.sizeBytes,
          offsetLag: isLeader ? 0 : Math.max(highWatermark - log.endOffset, 0),
          isFutureKey: false,
        }))
      return partitions.length === 0 ? [] : [{ name, partitions }]
    })
    const { totalBytes, usableBytes } = context.logDirectory.describe()
    const results = [
      { errorCode: errorCode('NONE'), logDir: context.logDirectory.path, topics, totalBytes, usableBytes },
    ]
    return { errorCode: errorCode('NONE'), results }
  },
)
