// gzip and zstd, by Node's own zlib.

import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

import { corrupt, tooLarge } from './compression-error.ts'

/** Kafka's default, `compression.zstd.level`. */
const zstdLevelDefault = 3
/** Output is gathered in pieces: of about what comes out, lest a batch of 1 MiB take 64 of them. */
const pieceSizeMin = 16 * 1024
const pieceSizeMax = 1024 * 1024
/** What records mostly shrink by. */
const usualRatio = 4
const pieceSize = (size: number) => Math.min(pieceSizeMax, Math.max(pieceSizeMin, size))

export function gzip(bytes: Buffer, level?: number): Buffer {
  return gzipSync(bytes, gzipOptions(bytes, level))
}
const gzipOptions = (bytes: Buffer, level: number = constants.Z_DEFAULT_COMPRESSION) => ({
  level,
  chunkSize: pieceSize(bytes.length),
})
export function gunzip(bytes: Buffer, sizeMax: number): Buffer {
  return bounded('gzip', sizeMax, () =>
    gunzipSync(bytes, { maxOutputLength: Math.max(1, sizeMax), chunkSize: pieceSize(bytes.length * usualRatio) }),
  )
}
export function zstd(bytes: Buffer, level?: number): Buffer {
  return zstdCompressSync(bytes, zstdOptions(bytes, level))
}
const zstdOptions = (bytes: Buffer, level: number = zstdLevelDefault) => ({
  params: { [constants.ZSTD_c_compressionLevel]: level },
  chunkSize: pieceSize(bytes.length),
})
/** Frames without a content size are read too: Java, which streams, writes them. */
export function unzstd(bytes: Buffer, sizeMax: number): Buffer {
  return bounded('zstd', sizeMax, () =>
    zstdDecompressSync(bytes, {
      maxOutputLength: Math.max(1, sizeMax),
      chunkSize: pieceSize(bytes.length * usualRatio),
    }),
  )
}
function bounded(codec: string, sizeMax: number, run: () => Buffer): Buffer {
  try {
    return run()
  } catch (error) {
    throw (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(sizeMax) : corrupt(codec, error)
  }
}
