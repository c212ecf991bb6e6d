// DeleteRecords: moves the start of partitions' logs, up to the high watermark at most.

import { deleteRecords, errorCode, type ErrorName } from '../../protocol/index.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

/** Stands for the high watermark. */
const highWatermark = -1

export const deleteRecordsHandler = handler(
  deleteRecords,
  { versions: '0-2', authorization: asksItself('DELETE TOPIC') },
  ({ body, context, access }) => ({
    topics: body.topics.map(({ name, partitions }) => {
      const topic = context.partitions.byName(name)
      const isAllowed = access.allows('DELETE', 'TOPIC', name)
      return {
        name,
        partitions: partitions.map(({ partitionIndex, offset }) => {
          const refused = (error: ErrorName) => ({ partitionIndex, lowWatermark: -1, errorCode: errorCode(error) })
          if (!isAllowed) return refused('TOPIC_AUTHORIZATION_FAILED')
          if (topic.internal) return refused('INVALID_TOPIC_EXCEPTION')
          const partition = topic.find(partitionIndex)
          if (typeof partition === 'string') return refused(partition)
          const refusal = partition.checkLeader(-1)
          if (refusal !== 'NONE') return refused(refusal)
          const { log } = partition
          if (!log.config.cleanupPolicy.includes('delete')) return refused('POLICY_VIOLATION')
          const start = offset === highWatermark ? partition.highWatermark : offset
          if (start < 0 || start > partition.highWatermark) return refused('OFFSET_OUT_OF_RANGE')
          partition.deleteRecordsBefore(start)
          return { partitionIndex, lowWatermark: log.logStartOffset, errorCode: errorCode('NONE') }
        }),
      }
    }),
  }),
)
