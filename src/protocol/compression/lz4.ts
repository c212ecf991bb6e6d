// lz4 in its frame format. The native decoder knows no bound, so the blocks are weighed first: a frame whose blocks could
// give more than is allowed is measured exactly, and refused before it is decompressed.
//
//   04 22 4d 18, flags, block size, [content size (8)], header checksum, blocks: size (int32 LE), bytes, [checksum (4)];
//   a size of 0 ends the frame, [content checksum (4)]

import { compressFrame, compressFrameSync, decompressFrameSync } from 'lz4-napi'

import { corrupt, tooLarge } from './compression-error.ts'

const magic = 0x184d2204
const smallestFrame = 7
/** By the three bits of the block size: 4 to 7 are taken. */
const blockSizes = [0, 0, 0, 0, 64 * 1024, 256 * 1024, 1024 * 1024, 4 * 1024 * 1024]
/** One more byte of a length adds 255 bytes at most. */
const ratioMax = 255

/** Blocks are independent of each other, as Kafka's Java reader demands, and the header carries its checksum. */
export function compressLz4(bytes: Buffer): Buffer {
  return compressFrameSync(bytes)
}
export function compressLz4InBackground(bytes: Buffer): Promise<Buffer> {
  return compressFrame(bytes)
}

export function decompressLz4(bytes: Buffer, sizeMax: number): Buffer {
  if (weigh(bytes, mostOf) > sizeMax && weigh(bytes, exactly) > sizeMax) throw tooLarge(sizeMax)
  try {
    return decompressFrameSync(bytes)
  } catch (error) {
    throw corrupt('lz4', error)
  }
}

type Weigh = (bytes: Buffer, at: number, end: number, blockSizeMax: number) => number
const mostOf: Weigh = (_, at, end, blockSizeMax) => Math.min(blockSizeMax, (end - at) * ratioMax)
/** Follows the sequences of a block by their lengths, without a copy: token, literals, distance, match. */
const exactly: Weigh = (bytes, at, end) => {
  let size = 0
  while (at < end) {
    const token = bytes[at++]!
    let literals = token >> 4
    if (literals === 15)
      do {
        if (at >= end) throw corrupt('lz4', 'a block that ends within a length')
        literals += bytes[at]!
      } while (bytes[at++] === 255)
    size += literals
    at += literals
    if (at >= end) break
    at += 2
    let match = (token & 15) + 4
    if ((token & 15) === 15)
      do {
        if (at >= end) throw corrupt('lz4', 'a block that ends within a length')
        match += bytes[at]!
      } while (bytes[at++] === 255)
    size += match
  }
  return size
}

/** What the blocks of a frame give together, each weighed in this way. */
function weigh(bytes: Buffer, sizeOf: Weigh): number {
  if (bytes.length < smallestFrame || bytes.readUInt32LE(0) !== magic) throw corrupt('lz4', 'no frame begins here')
  const flags = bytes[4]!,
    blockSizeMax = blockSizes[(bytes[5]! >> 4) & 7]!
  const hasBlockChecksums = (flags & 0x10) !== 0,
    hasContentSize = (flags & 0x08) !== 0,
    hasDictionary = (flags & 0x01) !== 0
  if (flags >> 6 !== 1 || blockSizeMax === 0) throw corrupt('lz4', 'a frame of an unknown version or block size')
  if (hasDictionary) throw corrupt('lz4', 'a frame that needs a dictionary')
  let total = 0
  for (let at = smallestFrame + (hasContentSize ? 8 : 0); ;) {
    if (bytes.length - at < 4) throw corrupt('lz4', 'a frame that ends before its end mark')
    const word = bytes.readUInt32LE(at)
    at += 4
    if (word === 0) return total
    const size = word & 0x7fffffff
    if (size > bytes.length - at)
      throw corrupt('lz4', `a block of ${size} bytes, of which ${bytes.length - at} are here`)
    total += word >>> 31 === 1 ? size : sizeOf(bytes, at, at + size, blockSizeMax)
    at += size + (hasBlockChecksums ? 4 : 0)
  }
}
