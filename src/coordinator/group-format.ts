// The records of groups in the batches of __consumer_offsets. What a transaction commits is a batch of its own, in the name
// of the producer, and so is the marker that ends it.

import assert from 'node:assert/strict'

import {
  BatchBuilder,
  batchIsControl,
  batchIsTransactional,
  batchProducerEpoch,
  batchProducerId,
  controlBatch,
  controlType,
  RecordIndex,
  type BatchOptions,
  type CompressionCodec,
} from '../protocol/index.ts'
import type { ForeignRecord, RecordFormat } from './record-format.ts'
import {
  decodeRecord,
  encodeRecord,
  type GroupRecord,
  type LogRecord,
  type OffsetsMarker,
  type TransactionalOffsets,
} from './records.ts'

/** The log refuses what is too large for a batch of its topic; here is no other limit. */
const batchSizeMax = 0x7fff_ffff

export class GroupFormat implements RecordFormat<LogRecord> {
  readonly subject = 'groups'
  readonly #batch = new BatchBuilder({ sizeMax: batchSizeMax })
  readonly #index = new RecordIndex()
  readonly #codec: CompressionCodec

  constructor(codec: CompressionCodec = 'none') {
    this.#codec = codec
  }

  encode(records: readonly LogRecord[], timestamp: number): Buffer {
    const [first] = records
    if (first?.is === 'marker' || first?.is === 'transactionalOffsets') assert.equal(records.length, 1)
    if (first?.is === 'marker') return controlBatch({ ...first, type: first.result, timestamp })
    if (first?.is !== 'transactionalOffsets') return this.#batchOf(records as readonly GroupRecord[], timestamp)
    const { groupId, producerId, producerEpoch, offsets } = first
    const plain = offsets.map(offset => ({ is: 'offset', groupId, ...offset }) as const)
    return this.#batchOf(plain, timestamp, { transactional: true, producerId, producerEpoch })
  }
  #batchOf(records: readonly GroupRecord[], timestamp: number, options: BatchOptions = {}): Buffer {
    try {
      for (const record of records) this.#batch.append({ timestamp, ...encodeRecord(record) })
    } catch (error) {
      this.#batch.reset()
      throw error
    }
    return this.#batch.finish({ ...options, codec: this.#codec })
  }

  decode(bytes: Buffer, at: number): readonly (LogRecord | ForeignRecord)[] {
    const index = this.#index.read(bytes, at)
    if (batchIsControl(bytes, at)) return markerOf(bytes, at, index)
    const { keyStart, keyEnd, valueStart, valueEnd } = index
    const records: (GroupRecord | ForeignRecord)[] = []
    for (let i = 0; i < index.count; i++)
      if (keyStart[i] !== -1)
        records.push(decodeRecord(index.bytes, keyStart[i]!, keyEnd[i]!, valueStart[i]!, valueEnd[i]!))
    return batchIsTransactional(bytes, at) ? transactional(bytes, at, records) : records
  }
}

function markerOf(bytes: Buffer, at: number, index: RecordIndex): readonly OffsetsMarker[] {
  // Compaction leaves an empty batch of a marker that is not needed any more.
  const result = index.count === 0 ? undefined : controlType(index.key(0)),
    value = index.count === 0 ? null : index.value(0)
  if (result === undefined || value === null || value.length < 6) return []
  const coordinatorEpoch = Buffer.from(value.buffer, value.byteOffset, value.length).readInt32BE(2)
  const producerId = batchProducerId(bytes, at),
    producerEpoch = batchProducerEpoch(bytes, at)
  return [{ is: 'marker', result, producerId, producerEpoch, coordinatorEpoch }]
}
function transactional(
  bytes: Buffer,
  at: number,
  records: readonly (GroupRecord | ForeignRecord)[],
): readonly TransactionalOffsets[] {
  const producerId = batchProducerId(bytes, at),
    producerEpoch = batchProducerEpoch(bytes, at)
  const byGroup = new Map<string, TransactionalOffsets['offsets'][number][]>()
  for (const record of records) {
    if (record.is !== 'offset' || record.value === null) continue
    const { groupId, topic, partition, value } = record
    const offsets = byGroup.get(groupId) ?? []
    if (offsets.push({ topic, partition, value }) === 1) byGroup.set(groupId, offsets)
  }
  return [...byGroup].map(([groupId, offsets]) => ({
    is: 'transactionalOffsets',
    groupId,
    producerId,
    producerEpoch,
    offsets,
  }))
}
