// DescribeProducers: the producers that partitions know, with the transactions that they have open.

import { describeProducers, errorCode, errorMessage, type ErrorName } from '../../protocol/index.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const describeProducersHandler = handler(
  describeProducers,
  { versions: '0', authorization: asksItself('READ TOPIC') },
  ({ body, context, access }) => ({
    topics: body.topics.map(({ name, partitionIndexes }) => {
      const topic = context.partitions.byName(name)
      const isAllowed = access.allows('READ', 'TOPIC', name)
      return {
        name,
        partitions: partitionIndexes.map(partitionIndex => {
          const refused = (error: ErrorName) => ({
            partitionIndex,
            errorCode: errorCode(error),
            errorMessage: errorMessage(error),
            activeProducers: [],
          })
          if (!isAllowed) return refused('TOPIC_AUTHORIZATION_FAILED')
          const partition = topic.find(partitionIndex)
          if (typeof partition === 'string') return refused(partition)
          const refusal = partition.checkLeader(-1)
          if (refusal !== 'NONE') return refused(refusal)
          const activeProducers = partition.log.activeProducers().map(producer => ({
            producerId: producer.producerId,
            producerEpoch: producer.epoch,
            lastSequence: producer.lastSequence,
            lastTimestamp: producer.lastTimestamp,
            coordinatorEpoch: producer.coordinatorEpoch,
            currentTxnStartOffset: producer.transactionFirstOffset,
          }))
          return { partitionIndex, errorCode: 0, activeProducers }
        }),
      }
    }),
  }),
)
