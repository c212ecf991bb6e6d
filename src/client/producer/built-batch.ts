// A record batch that somebody else has built, compressed or not, made ready to be sent as our own: what it says of where it
// lay and who wrote it is not true any more.

import {
  batchAttributes,
  batchSizeBytes,
  checkProducedBatch,
  setBaseOffset,
  setLeaderEpoch,
  setProducer,
} from '../../protocol/index.ts'
import { KafkaError } from '../errors.ts'

const attributesAt = 21,
  transactionalBit = 1 << 4

/** A copy. Throws what is wrong with a batch that no broker would take. */
export function builtBatch(bytes: Uint8Array, { transactional }: { readonly transactional: boolean }): Buffer {
  const batch = Buffer.from(bytes)
  const context = 'send a batch'
  const found = checkProducedBatch(batch, 0, batch.length)
  if (found !== undefined) throw new KafkaError(found.error, { context, message: found.message })
  if (batchSizeBytes(batch, 0) !== batch.length)
    throw new KafkaError('INVALID_ARGUMENT', {
      context,
      message: `${batch.length} bytes, of which the batch takes ${batchSizeBytes(batch, 0)}: send one at a time.`,
    })
  setBaseOffset(batch, 0, 0)
  setLeaderEpoch(batch, 0, -1)
  const others = batchAttributes(batch, 0) & ~transactionalBit
  batch.writeInt16BE(transactional ? others | transactionalBit : others, attributesAt)
  setProducer(batch, 0, { producerId: -1, producerEpoch: -1, baseSequence: -1 })
  return batch
}
