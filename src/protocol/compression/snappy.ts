// Snappy: raw, or in the framing of the Java library xerial, which Kafka's own clients write. Both are read, as librdkafka
// and others send raw blocks; xerial is written, as Java clients read nothing else from some brokers' days on.
//
//   xerial: 82 'SNAPPY' 00, version (int32), compatible version (int32), then blocks: size (int32), raw snappy

import { createRequire } from 'node:module'

import { corrupt, tooLarge } from './compression-error.ts'
import { freeMemory } from './free-memory.ts'

/** Loaded when the first batch is of it. */
let loaded: typeof import('snappy') | undefined
const snappy = (): typeof import('snappy') =>
  (loaded ??= createRequire(import.meta.url)('snappy') as typeof import('snappy'))

const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const headerSize = magic.length + 8
const header = Buffer.concat([magic, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])])
/** What xerial puts in a block, by default. */
const blockSizeMax = 32 * 1024
/** A copy of 3 bytes gives 64: nothing in snappy gives more. A block that claims more is refused before it is paid for. */
const ratioMax = 22
/** Copied into JavaScript's own memory: what stays outside is freed only when the event loop turns. */
const copied = { copyOutputData: true }

export function compressSnappy(bytes: Buffer): Buffer {
  return xerial(blocksOf(bytes).map(block => snappy().compressSync(block, copied)))
}
function blocksOf(bytes: Buffer): Buffer[] {
  const count = Math.ceil(bytes.length / blockSizeMax)
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * blockSizeMax, (i + 1) * blockSizeMax))
}
function xerial(blocks: readonly Buffer[]): Buffer {
  const parts = blocks.flatMap(block => {
    const size = Buffer.allocUnsafe(4)
    size.writeInt32BE(block.length)
    return [size, block]
  })
  return Buffer.concat([header, ...parts])
}

export function decompressSnappy(bytes: Buffer, sizeMax: number): Buffer {
  if (!isXerial(bytes, 0)) return uncompressed(bytes, sizeMax, 0)
  const parts: Buffer[] = []
  let size = 0
  for (let at = 0; at < bytes.length;) {
    // A stream that was flushed and begun again has a header in its middle.
    if (isXerial(bytes, at)) {
      at += headerSize
      continue
    }
    const blockSize = bytes.length - at < 4 ? -1 : bytes.readInt32BE(at)
    if (blockSize < 0 || blockSize > bytes.length - at - 4)
      throw corrupt('snappy', `a block of ${blockSize} bytes at ${at}`)
    const part = uncompressed(bytes.subarray(at + 4, at + 4 + blockSize), sizeMax, size)
    size += part.length
    parts.push(part)
    at += 4 + blockSize
  }
  if (parts.length === 1) return parts[0]!
  const all = Buffer.concat(parts)
  for (const part of parts) freeMemory(part)
  return all
}

function isXerial(bytes: Buffer, at: number): boolean {
  return bytes.length - at >= headerSize && bytes.compare(magic, 0, magic.length, at, at + magic.length) === 0
}
/** One raw block, where `before` bytes have come out already. */
function uncompressed(bytes: Buffer, sizeMax: number, before: number): Buffer {
  const size = claimedSize(bytes)
  if (size > bytes.length * ratioMax) throw corrupt('snappy', `${bytes.length} bytes that claim to give ${size}`)
  if (before + size > sizeMax) throw tooLarge(sizeMax)
  try {
    return snappy().uncompressSync(bytes, copied) as Buffer
  } catch (error) {
    throw corrupt('snappy', error)
  }
}
/** A raw block begins with the size of what it gives, as a varint. */
function claimedSize(bytes: Buffer): number {
  let size = 0
  for (let i = 0; i < 5; i++) {
    const byte = bytes[i]
    if (byte === undefined) break
    size += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return size
  }
  throw corrupt('snappy', 'no size at its beginning')
}
