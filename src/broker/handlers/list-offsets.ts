// ListOffsets: the offset of a time, of the start, or of the end of a partition.

import { errorCode, listOffsets, type ErrorName, type RequestOf, type ResponseOf } from '../../protocol/index.ts'
import { storageError } from '../../storage/index.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'
import type { Partition } from '../partition.ts'

type TopicAnswer = NonNullable<ResponseOf<typeof listOffsets>['topics']>[number]
type PartitionAnswer = TopicAnswer['partitions'][number]
interface Position {
  readonly offset: number
  readonly timestamp: number
  readonly leaderEpoch: number
}

/** What a negative timestamp asks for. */
const latest = -1,
  earliest = -2,
  maxTimestamp = -3,
  earliestLocal = -4,
  latestTiered = -5,
  earliestPendingUpload = -6
/** The version from which each is known. */
const since = new Map([
  [latest, 0],
  [earliest, 0],
  [maxTimestamp, 7],
  [earliestLocal, 8],
  [latestTiered, 9],
  [earliestPendingUpload, 11],
])
const nowhere: Position = { offset: -1, timestamp: -1, leaderEpoch: -1 }

export const listOffsetsHandler = handler(
  listOffsets,
  { versions: '1-11', authorization: asksItself('DESCRIBE TOPIC') },
  ({ body, version, context, access }) => {
    const named = new Map<string, number>()
    for (const { name, partitions } of body.topics)
      for (const { partitionIndex } of partitions) {
        const key = `${name}:${partitionIndex}`
        named.set(key, (named.get(key) ?? 0) + 1)
      }
    return {
      topics: body.topics.map(({ name, partitions }) => {
        const topic = context.partitions.byName(name)
        const isAllowed = access.allows('DESCRIBE', 'TOPIC', name)
        return {
          name,
          partitions: partitions.map(({ partitionIndex, currentLeaderEpoch, timestamp }): PartitionAnswer => {
            const refused = (error: ErrorName) => ({ partitionIndex, errorCode: errorCode(error) })
            if (!isAllowed) return refused('TOPIC_AUTHORIZATION_FAILED')
            if (named.get(`${name}:${partitionIndex}`)! > 1) return refused('INVALID_REQUEST')
            if (timestamp < 0 && !((since.get(timestamp) ?? Infinity) <= version)) return refused('UNSUPPORTED_VERSION')
            const partition = topic.find(partitionIndex)
            if (typeof partition === 'string') return refused(partition)
            const refusal = partition.checkLeader(currentLeaderEpoch)
            if (refusal !== 'NONE') return refused(refusal)
            const found = find(partition, timestamp, body)
            if (found === 'KAFKA_STORAGE_ERROR') return refused(found)
            const { leaderEpoch, ...position } = found
            return { partitionIndex, errorCode: 0, ...position, leaderEpoch: version >= 4 ? leaderEpoch : -1 }
          }),
        }
      }),
    }
  },
)

function find(
  partition: Partition,
  timestamp: number,
  { replicaId, isolationLevel }: RequestOf<typeof listOffsets>,
): Position | 'KAFKA_STORAGE_ERROR' {
  const { log } = partition
  const end =
    replicaId >= 0 ? log.endOffset : partition.fetchEnd(isolationLevel === 1 ? 'lastStableOffset' : 'highWatermark')
  switch (timestamp) {
    case latest:
      return { offset: end, timestamp: -1, leaderEpoch: partition.leaderEpoch }
    case earliest:
    case earliestLocal:
      return { offset: log.logStartOffset, timestamp: -1, leaderEpoch: log.epochForOffset(log.logStartOffset) }
    case latestTiered:
    case earliestPendingUpload:
      return nowhere
  }
  try {
    const found = timestamp === maxTimestamp ? log.maxTimestamp() : log.offsetForTimestamp(timestamp)
    // A record that could still be lost, or belongs to an open transaction, has not happened for a consumer.
    return found === undefined || found.offset >= end ? nowhere : found
  } catch (error) {
    return storageError(error)
  }
}
