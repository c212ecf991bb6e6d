// AddPartitionsToTxn: partitions join a transaction. Clients speak versions up to 3; from 4 on brokers ask for many
// transactions at once, to verify them (KIP-890).
import { api, array, bool, int16, int32, int64, string } from '../schema.ts'

const addPartitionsToTxnTopic = { name: string.mapKey(), partitions: array(int32) }

const addPartitionsToTxnPartitionResult = { partitionIndex: int32.mapKey(), partitionErrorCode: int16 }

const addPartitionsToTxnTopicResult = {
  name: string.mapKey(),
  resultsByPartition: array(addPartitionsToTxnPartitionResult),
}

export const addPartitionsToTxn = api(
  24,
  'AddPartitionsToTxn',
  { versions: '0-5', flexible: '3+' },
  {
    request: {
      transactions: array({
        transactionalId: string.mapKey(),
        producerId: int64,
        producerEpoch: int16,
        /** Asks whether the partitions are in the transaction, and adds none. */
        verifyOnly: bool.default(false),
        topics: array(addPartitionsToTxnTopic),
      }).in('4+'),
      v3AndBelowTransactionalId: string.in('0-3'),
      v3AndBelowProducerId: int64.in('0-3'),
      v3AndBelowProducerEpoch: int16.in('0-3'),
      v3AndBelowTopics: array(addPartitionsToTxnTopic).in('0-3'),
    },
    response: {
      throttleTimeMs: int32.default(0),
      /** Of the request as a whole; NONE where the results below speak. */
      errorCode: int16.in('4+').ignorable(),
      resultsByTransaction: array({
        transactionalId: string.mapKey(),
        topicResults: array(addPartitionsToTxnTopicResult),
      }).in('4+'),
      resultsByTopicV3AndBelow: array(addPartitionsToTxnTopicResult).in('0-3'),
    },
  },
)
