// The codecs of record batches by the number in a batch's attributes, and the functions that all of them come down to.
//
// lz4 and snappy are native, and hold what they gave until the event loop turns: a loop over many batches yields every few MiB.

import { freeMemory } from './free-memory.ts'
import { compressLz4, decompressLz4 } from './lz4.ts'
import { reusedGunzip, reusedUnzstd } from './reused-decoder.ts'
import { compressSnappy, decompressSnappy } from './snappy.ts'
import { gunzip, gzip, unzstd, zstd } from './zlib.ts'

/** In the order of their numbers. */
export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type Codec = (typeof codecs)[number]

/** Undefined where Kafka knows no codec of this number. */
export function codecOf(attributes: number): Codec | undefined {
  return codecs[attributes & 0b111]
}
export function codecNumber(codec: Codec): number {
  return codecs.indexOf(codec)
}

/** `level` is gzip's (1 to 9) or zstd's (1 to 22), else Kafka's default; the others have none. */
export function compress(codec: Codec, bytes: Buffer, level?: number): Buffer {
  switch (codec) {
    case 'none':
      return bytes
    case 'gzip':
      return gzip(bytes, level)
    case 'snappy':
      return compressSnappy(bytes)
    case 'lz4':
      return compressLz4(bytes)
    case 'zstd':
      return zstd(bytes, level)
  }
}

/** Throws a CompressionError for bytes that are not the codec's, or that would give more than `sizeMax`. */
export function decompress(codec: Codec, bytes: Buffer, sizeMax: number): Buffer {
  switch (codec) {
    case 'none':
      return bytes
    case 'gzip':
      return gunzip(bytes, sizeMax)
    case 'snappy':
      return decompressSnappy(bytes, sizeMax)
    case 'lz4':
      return decompressLz4(bytes, sizeMax)
    case 'zstd':
      return unzstd(bytes, sizeMax)
  }
}

/**
 * The same, of what is looked at once and let go: what it gives may be overwritten by the next call, so that batch after
 * batch needs no memory of its own.
 */
export function decompressBriefly(codec: Codec, bytes: Buffer, sizeMax: number): Buffer {
  const reused = codec === 'gzip' ? reusedGunzip : codec === 'zstd' ? reusedUnzstd : undefined
  const decoded = reused?.decode(bytes, sizeMax)
  if (decoded !== undefined) return decoded
  if (codec === 'none') return bytes
  freeMemory(brief)
  brief = decompress(codec, bytes, sizeMax)
  return brief
}
/** What the last call gave, where that has memory of its own. */
let brief: Buffer = Buffer.alloc(0)
