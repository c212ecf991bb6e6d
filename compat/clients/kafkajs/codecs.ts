// kafkajs brings gzip only, and takes the other codecs from whoever has them.

import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'

import kafkajs from 'kafkajs'
import lz4 from 'lz4-napi'
import snappy from 'snappy'

const { CompressionCodecs, CompressionTypes } = kafkajs
interface Encoder {
  readonly buffer: Buffer
}

export function registerCodecs(): void {
  const codecs = CompressionCodecs as unknown as Record<number, () => object>
  codecs[CompressionTypes.Snappy] = () => ({
    compress: async ({ buffer }: Encoder) => snappy.compress(buffer),
    decompress: async (compressed: Buffer) => unframed(compressed),
  })
  codecs[CompressionTypes.LZ4] = () => ({
    compress: async ({ buffer }: Encoder) => lz4.compressFrame(buffer),
    decompress: async (compressed: Buffer) => lz4.decompressFrame(compressed),
  })
  codecs[CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }: Encoder) => zstdCompressSync(buffer),
    decompress: async (compressed: Buffer) => zstdDecompressSync(compressed),
  })
}

const xerialMagic = Buffer.from('\x82SNAPPY\0', 'latin1')
const xerialHeaderBytes = 16

/** Java and librdkafka wrap snappy blocks into the frame of snappy-java (its xerial package); others send one bare block. */
function unframed(compressed: Buffer): Buffer {
  if (!compressed.subarray(0, xerialMagic.length).equals(xerialMagic))
    return snappy.uncompressSync(compressed) as Buffer
  const blocks: Buffer[] = []
  for (let at = xerialHeaderBytes; at < compressed.length;) {
    const sizeBytes = compressed.readInt32BE(at)
    blocks.push(snappy.uncompressSync(compressed.subarray(at + 4, at + 4 + sizeBytes)) as Buffer)
    at += 4 + sizeBytes
  }
  return Buffer.concat(blocks)
}
