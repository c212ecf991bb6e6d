// Batches of transactions among those that a produce request brings: the first of a transaction in each partition waits
// until it is known that the partition is part of it (transaction-joining.ts).

import {
  batchBaseSequence,
  batchIsTransactional,
  batchProducerEpoch,
  batchProducerId,
  type ErrorName,
  type produce,
} from '../protocol/index.ts'
import type { DelayedProduce, PartitionResponse } from './acknowledgements.ts'
import type { Call } from './handler.ts'
import type { Partition } from './partition.ts'
import type { TopicPartitions } from './partitions.ts'
import type { ClientSupport } from './transaction-joining.ts'

/** A batch that may be written, if its transaction, where it has one, allows it. */
export interface ProducedBatch {
  readonly topic: TopicPartitions
  readonly partition: Partition
  /** Borrowed, as the body of the request is. */
  readonly records: Buffer
  readonly response: PartitionResponse
  readonly delayed: DelayedProduce
}
export interface ProduceRefusal {
  readonly error: ErrorName
  readonly message: string | null
}
interface Outcomes {
  write(call: Call<typeof produce>, batch: ProducedBatch): void
  refuse(call: Call<typeof produce>, batch: ProducedBatch, refusal: ProduceRefusal): void
}

const supportOf = (version: number): ClientSupport =>
  version >= 12 ? 'joining' : version === 11 ? 'abortable' : 'none'
const producerOf = ({ records }: ProducedBatch) => ({
  producerId: batchProducerId(records, 0),
  producerEpoch: batchProducerEpoch(records, 0),
})

export function mustJoinTransaction({ context, version }: Call<typeof produce>, batch: ProducedBatch): boolean {
  if (!batchIsTransactional(batch.records, 0)) return false
  const producer = producerOf(batch)
  return context.transactionJoining.isNeeded(batch.partition, { ...producer, support: supportOf(version) })
}
/** Writes the batches, or refuses them, at once where that can be decided. A request is of one transaction. */
export function joinTransaction(
  call: Call<typeof produce>,
  batches: readonly ProducedBatch[],
  outcomes: Outcomes,
): void {
  const { body, version, context } = call,
    support = supportOf(version),
    producer = producerOf(batches[0]!)
  const isOther = (batch: ProducedBatch) => producerOf(batch).producerId !== producer.producerId
  if (batches.some(isOther)) {
    const refusal = {
      error: 'INVALID_PRODUCER_ID_MAPPING',
      message: 'the batches are of more than one producer',
    } as const
    for (const batch of batches) outcomes.refuse(call, batch, refusal)
    return
  }
  let kept: readonly ProducedBatch[] | undefined,
    isDecided = false
  const partitions = batches.map(({ partition }) => partition)
  context.transactionJoining.join(
    { transactionalId: body.transactionalId!, ...producer, partitions, support },
    errors => {
      isDecided = true
      for (const [i, batch] of (kept ?? batches).entries()) {
        const refusal = refusalOf(errors[i]!, batch, support)
        if (refusal === undefined) outcomes.write(call, batch)
        else outcomes.refuse(call, batch, refusal)
        if (kept !== undefined) batch.delayed.settle(batch.response, 'NONE')
      }
    },
  )
  if (isDecided) return
  kept = batches.map(batch => ({ ...batch, records: Buffer.from(batch.records) }))
  for (const { delayed, response } of kept) delayed.waitFor(response)
}
function refusalOf(
  error: ErrorName,
  { partition, records }: ProducedBatch,
  support: ClientSupport,
): ProduceRefusal | undefined {
  switch (error) {
    case 'NONE':
      // KIP-890: nothing of a producer that begins a transaction here can have been lost.
      if (support !== 'joining' || partition.log.producer(batchProducerId(records, 0)) !== undefined) return undefined
      if (batchBaseSequence(records, 0) === 0) return undefined
      return { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER', message: 'the first batch of a producer begins at sequence 0' }
    case 'INVALID_TXN_STATE':
      return { error, message: 'the partition was not added to the transaction' }
    case 'CONCURRENT_TRANSACTIONS':
      return support === 'joining' ? { error, message: null } : comeAgain(error)
    case 'NETWORK_EXCEPTION':
    case 'COORDINATOR_LOAD_IN_PROGRESS':
    case 'COORDINATOR_NOT_AVAILABLE':
    case 'NOT_COORDINATOR':
      return comeAgain(error)
    default:
      return { error, message: null }
  }
}
/** An error at which every client tries again, without asking for metadata. */
function comeAgain(error: ErrorName): ProduceRefusal {
  const message = `it could not be verified that the partition was added to the transaction: ${error}`
  return { error: 'NOT_ENOUGH_REPLICAS', message }
}
