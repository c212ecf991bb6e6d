// Batches for topics whose compression.type is not the producer's are compressed anew before they are appended.

import { CompressionError, recompressedBatch, type CompressionCodec } from '../protocol/index.ts'
import type { LogConfig } from './log-config.ts'

export function targetCodec(type: LogConfig['compressionType'], source: CompressionCodec): CompressionCodec {
  return type === 'producer' ? source : type === 'uncompressed' ? 'none' : type
}
export function levelOf(codec: CompressionCodec, config: LogConfig): number | undefined {
  const level = { gzip: config.compressionGzipLevel, zstd: config.compressionZstdLevel }[codec as string]
  return level === -1 ? undefined : level
}

/** A batch at the beginning of memory that may be larger. */
export interface HeldBatch {
  readonly bytes: ArrayBuffer
  readonly sizeBytes: number
}
export interface RecompressionTask extends HeldBatch {
  readonly codec: CompressionCodec
  readonly level: number | undefined
}
/** In the same memory, where it fits. A batch that is not what it says is left as it is, for the log to refuse. */
export function recompressed({ bytes, sizeBytes, codec, level }: RecompressionTask): HeldBatch {
  const batch = Buffer.from(bytes, 0, sizeBytes)
  let made: Buffer
  try {
    made = recompressedBatch(batch, codec, level)
  } catch (error) {
    if (error instanceof CompressionError) return { bytes, sizeBytes }
    throw error
  }
  if (made.length <= bytes.byteLength) made.copy(Buffer.from(bytes))
  return { bytes: made.length <= bytes.byteLength ? bytes : (made.buffer as ArrayBuffer), sizeBytes: made.length }
}
