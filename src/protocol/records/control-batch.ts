// The marker that ends a transaction in a partition: a batch of one record that a coordinator has written there.
//
//   key: version (int16) 0, type (int16) 0 abort, 1 commit; value: version (int16) 0, coordinator epoch (int32)

import { buildBatch } from './batch-builder.ts'

export interface TransactionMarker {
  readonly type: 'commit' | 'abort'
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
  readonly timestamp: number
}

export function controlBatch(marker: TransactionMarker): Buffer {
  const { type, producerId, producerEpoch, coordinatorEpoch, timestamp } = marker
  const key = Buffer.alloc(4)
  key.writeInt16BE(type === 'commit' ? 1 : 0, 2)
  const value = Buffer.alloc(6)
  value.writeInt32BE(coordinatorEpoch, 2)
  return buildBatch([{ timestamp, key, value }], { control: true, transactional: true, producerId, producerEpoch })
}

/** What a control record's key says; undefined for kinds that are not a transaction's. */
export function controlType(key: Uint8Array | null): TransactionMarker['type'] | undefined {
  if (key === null || key.length < 4) return undefined
  const type = (key[2]! << 8) | key[3]!
  return type === 0 ? 'abort' : type === 1 ? 'commit' : undefined
}
