// Batches for topics whose compression.type is not the producer's are compressed anew before they are appended. A large one
// takes milliseconds, so that is done off the loop, where the request can wait for it.

import { Turns } from '../base/index.ts'
import {
  batchCodec,
  batchIsControl,
  checkProducedBatch,
  CompressionError,
  recompressedBatch,
  type CompressionCodec,
} from '../protocol/index.ts'
import type { LogConfig } from './log-config.ts'

/** Smaller ones are compressed on the loop, within a millisecond. */
const sizeMin = 16 * 1024
/** The threads that compress are those that sync: one is left to them, and a core to the loop. */
const atATime = new Turns(1)

export function targetCodec(type: LogConfig['compressionType'], source: CompressionCodec): CompressionCodec {
  return type === 'producer' ? source : type === 'uncompressed' ? 'none' : type
}
export function levelOf(codec: CompressionCodec, config: LogConfig): number | undefined {
  const level = { gzip: config.compressionGzipLevel, zstd: config.compressionZstdLevel }[codec as string]
  return level === -1 ? undefined : level
}

/**
 * What a client's batch is to be appended as, a buffer of its own. Undefined: as it is; or it is for the log to refuse it,
 * or too small to be worth a wait. Borrows `batch` until it returns.
 */
export function recompressedLater(batch: Buffer, config: LogConfig): Promise<Buffer> | undefined {
  if (batch.length < sizeMin || batch.length > config.maxMessageBytes) return undefined
  if (config.compressionType === 'producer' || config.compressionType === 'uncompressed') return undefined
  if (checkProducedBatch(batch, 0, batch.length) !== undefined || batchIsControl(batch, 0)) return undefined
  const source = batchCodec(batch, 0),
    codec = targetCodec(config.compressionType, source)
  if (codec === source) return undefined
  const kept = Buffer.from(batch)
  return atATime.run(async () => {
    try {
      return await recompressedBatch(kept, codec, levelOf(codec, config))
    } catch (error) {
      if (error instanceof CompressionError) return kept
      throw error
    }
  })
}
