// A batch as its producer made it, in another compression: the records are the same bytes once decompressed.

import { codecNumber, compress, decompress, type Codec } from '../compression/codec.ts'
import {
  batchBaseTimestamp,
  batchCodec,
  batchHasDeleteHorizon,
  batchHeaderSize,
  batchMaxTimestamp,
  batchRecordCount,
  batchSizeBytes,
  writeCompactedHeader,
} from './batch-header.ts'
import { decompressedSizeMaxDefault } from './record-index.ts'

/**
 * The batch that begins the buffer (checkBatch), as a buffer of its own. Throws a CompressionError where the bytes are not
 * those of the batch's codec. `level` is as in compress.
 */
export function recompressedBatch(batch: Buffer, codec: Codec, level?: number): Buffer {
  const compressed = batch.subarray(batchHeaderSize, batchSizeBytes(batch, 0)),
    records = decompress(batchCodec(batch, 0), compressed, decompressedSizeMaxDefault)
  const bytes = compress(codec, records, level),
    made = Buffer.allocUnsafeSlow(batchHeaderSize + bytes.length)
  bytes.copy(made, batchHeaderSize)
  writeCompactedHeader(made, batch, {
    codecBits: codecNumber(codec),
    recordCount: batchRecordCount(batch, 0),
    baseTimestamp: batchBaseTimestamp(batch, 0),
    hasDeleteHorizon: batchHasDeleteHorizon(batch, 0),
    maxTimestamp: batchMaxTimestamp(batch, 0),
  })
  return made
}
