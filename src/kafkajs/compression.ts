// The codecs by kafkajs's numbers. All of them are built in: what an application sets in their place is not needed.

import { compress, decompress, decompressedSizeMaxDefault, type CompressionCodec } from '../protocol/index.ts'
import { KafkaJSNotImplemented } from './errors.ts'
import { CompressionTypes } from './types/enumerations.ts'

const codecs: readonly CompressionCodec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
export function codecOf(type: CompressionTypes = CompressionTypes.None): CompressionCodec {
  const codec = codecs[type]
  if (codec === undefined) throw new KafkaJSNotImplemented(`Unknown compression type ${type}`)
  return codec
}

const builtIn = (codec: CompressionCodec) => () => ({
  compress: async ({ buffer }: { buffer: Buffer }) => compress(codec, buffer),
  decompress: async (buffer: Buffer) => decompress(codec, buffer, decompressedSizeMaxDefault),
})
export const CompressionCodecs: { [type in Exclude<CompressionTypes, 0>]: () => any } = {
  [CompressionTypes.GZIP]: builtIn('gzip'),
  [CompressionTypes.Snappy]: builtIn('snappy'),
  [CompressionTypes.LZ4]: builtIn('lz4'),
  [CompressionTypes.ZSTD]: builtIn('zstd'),
}
