// Record batches of magic 2: checked, read and built without an object per record.

export * from './batch-header.ts'
export { BatchBuilder, buildBatch, type BatchOptions, type RecordBytes, type RecordDraft } from './batch-builder.ts'
export { controlBatch, controlType, type TransactionMarker } from './control-batch.ts'
export { batchDeleteHorizon, emptyBatch, gapBatch, retainRecords, type RetainedRecords } from './compacted-batch.ts'
export { recompressedBatch } from './recompressed-batch.ts'
export { RecordError, type BatchFault } from './record-error.ts'
export { decompressedSizeMaxDefault, RecordIndex, type RecordHeader, type RecordReadOptions } from './record-index.ts'
export { batches, checkBatch, checkProducedBatch } from './validate.ts'
