// Producer ids, unique for the life of the cluster: brokers take them in blocks, so that few ids cost a write.

import type { Decision } from './decision.ts'
import type { ClusterImage } from './image.ts'

/** Kafka's. At one id a producer and a block a write, a crash wastes at most this many. */
const blockSize = 1000

export interface ProducerIdBlock {
  readonly first: number
  readonly count: number
}

export function allocateProducerIds(image: ClusterImage, brokerId: number): Decision<ProducerIdBlock> {
  // Id 0 is left out: some clients take it for none.
  const first = Math.max(image.nextProducerId, 1)
  const next = image.nextProducerId + blockSize
  return { records: [{ type: 'producerIdsAllocated', brokerId, next }], outcome: { first, count: next - first } }
}

/** None of the ids below `before` is given out any more: records from elsewhere bear them. */
export function skipProducerIds(image: ClusterImage, brokerId: number, before: number): Decision<undefined> {
  return {
    records: before > image.nextProducerId ? [{ type: 'producerIdsAllocated', brokerId, next: before }] : [],
    outcome: undefined,
  }
}
