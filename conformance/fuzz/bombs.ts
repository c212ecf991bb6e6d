// Record batches that are small on the wire and huge when decompressed.

import { type Random, systemClock } from '../../src/base/index.ts'
import { buildBatch, compress, setCrc, type CompressionCodec } from '../../src/protocol/index.ts'

const headerSize = 61
/** What the records of one come to. */
const inflatedBytes = 128 * 2 ** 20
const kinds = ['gzip', 'lz4', 'zstd'] as const
const made = new Map<CompressionCodec, Buffer>()

/** Zeros, which end in no record. Each is made once. */
export function bomb(random: Random): Buffer {
  const kind = random.pick(kinds)
  let bytes = made.get(kind)
  if (bytes === undefined) made.set(kind, (bytes = makeBomb(kind)))
  return bytes
}
function makeBomb(kind: CompressionCodec): Buffer {
  const sound = buildBatch([{ timestamp: systemClock.now(), value: 'x' }], { codec: kind })
  const bytes = Buffer.concat([sound.subarray(0, headerSize), compress(kind, Buffer.alloc(inflatedBytes))])
  bytes.writeInt32BE(bytes.length - 12, 8)
  setCrc(bytes, 0)
  return bytes
}
