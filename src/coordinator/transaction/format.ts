// The records of transactions in the batches of __transaction_state.

import {
  BatchBuilder,
  batchIsControl,
  readRecord,
  RecordIndex,
  transactionStateRecords,
  writeRecord,
} from '../../protocol/index.ts'
import type { ForeignRecord, RecordFormat } from '../record-format.ts'
import {
  noEpoch,
  noProducerId,
  type Transaction,
  type TransactionRecord,
  type TransactionState,
} from './transaction.ts'

/** 6 (Dead) and 7 (PrepareEpochFence) are never written. */
const states = ['Empty', 'Ongoing', 'PrepareCommit', 'PrepareAbort', 'CompleteCommit', 'CompleteAbort'] as const
const batchSizeMax = 0x7fff_ffff

export class TransactionFormat implements RecordFormat<TransactionRecord> {
  readonly subject = 'transactions'
  readonly #batch = new BatchBuilder({ sizeMax: batchSizeMax })
  readonly #index = new RecordIndex()

  encode(records: readonly TransactionRecord[], timestamp: number): Buffer {
    for (const { key, value } of records.map(encodeTransaction)) this.#batch.append({ timestamp, key, value })
    return this.#batch.finish()
  }
  decode(bytes: Buffer, at: number): readonly (TransactionRecord | ForeignRecord)[] {
    if (batchIsControl(bytes, at)) return []
    const index = this.#index.read(bytes, at)
    const records: (TransactionRecord | ForeignRecord)[] = []
    for (let i = 0; i < index.count; i++) {
      const key = index.key(i)
      if (key !== null) records.push(decodeTransaction(key, index.value(i)))
    }
    return records
  }
}

function encodeTransaction({ transactionalId, value }: TransactionRecord) {
  return writeRecord(transactionStateRecords, {
    type: 'transaction',
    key: { transactionalId },
    value: value && {
      producerId: value.producerId,
      previousProducerId: value.previousProducerId,
      nextProducerId: value.nextProducerId,
      producerEpoch: value.producerEpoch,
      transactionTimeoutMs: value.timeoutMs,
      transactionStatus: states.indexOf(value.state),
      transactionPartitions:
        value.state === 'Empty'
          ? null
          : [...value.partitions].map(([topic, indexes]) => ({ topic, partitionIds: [...indexes] })),
      transactionLastUpdateTimestampMs: value.updatedAt,
      transactionStartTimestampMs: value.startedAt,
      clientTransactionVersion: value.clientVersion,
    },
  })
}
function decodeTransaction(key: Uint8Array, bytes: Uint8Array | null): TransactionRecord | ForeignRecord {
  const record = readRecord(transactionStateRecords, key, bytes)
  if (record === undefined) {
    const type = Buffer.from(key.buffer, key.byteOffset).readInt16BE(),
      version = bytes === null ? -1 : Buffer.from(bytes.buffer, bytes.byteOffset).readInt16BE()
    return { is: 'foreign', type, version }
  }
  const { value } = record
  return { is: 'transaction', transactionalId: record.key.transactionalId, value: value && decodeValue(value) }
}
type Value = NonNullable<Extract<ReturnType<typeof readRecord<typeof transactionStateRecords>>, object>['value']>
function decodeValue(value: Value): Transaction {
  const state: TransactionState | undefined = states[value.transactionStatus]
  if (state === undefined) throw new RangeError(`a transaction in state ${value.transactionStatus}`)
  return {
    producerId: value.producerId,
    producerEpoch: value.producerEpoch,
    previousProducerId: value.previousProducerId ?? noProducerId,
    nextProducerId: value.nextProducerId ?? noProducerId,
    lastProducerEpoch: noEpoch,
    timeoutMs: value.transactionTimeoutMs,
    state,
    partitions: new Map(
      (value.transactionPartitions ?? []).map(({ topic, partitionIds }) => [topic, new Set(partitionIds)]),
    ),
    updatedAt: value.transactionLastUpdateTimestampMs,
    startedAt: value.transactionStartTimestampMs,
    clientVersion: value.clientTransactionVersion ?? 0,
  }
}
