// lz4 in its frame format. The native decoder knows no bound, so the blocks are weighed first: a frame whose blocks could
// give more than is allowed is measured exactly, and refused before it is decompressed.
//
//   04 22 4d 18, flags, block size, [content size (8)], header checksum, blocks: size (int32 LE), bytes, [checksum (4)];
//   a size of 0 ends the frame, [content checksum (4)]

import { createRequire } from 'node:module'

import { corrupt, tooLarge } from './compression-error.ts'

/** Loaded when the first batch is of it: most processes that start, command lines above all, never see one. */
let loaded: typeof import('lz4-napi') | undefined
const lz4 = (): typeof import('lz4-napi') =>
  (loaded ??= createRequire(import.meta.url)('lz4-napi') as typeof import('lz4-napi'))

const magic = 0x184d2204
const smallestFrame = 7
/** By the three bits of the block size: 4 to 7 are taken. */
const blockSizes = [0, 0, 0, 0, 64 * 1024, 256 * 1024, 1024 * 1024, 4 * 1024 * 1024]
/** One more byte of a length adds 255 bytes at most. */
const ratioMax = 255

/** Blocks are independent of each other, as Kafka's Java reader demands, and the header carries its checksum. */
export function compressLz4(bytes: Buffer): Buffer {
  return lz4().compressFrameSync(bytes)
}

export function decompressLz4(bytes: Buffer, sizeMax: number): Buffer {
  if (weigh(bytes, mostOf) > sizeMax && weigh(bytes, exactly) > sizeMax) throw tooLarge(sizeMax)
  try {
    return decompressOneBlock(bytes) ?? decompressFrame(bytes)
  } catch (error) {
    throw corrupt('lz4', error)
  }
}

/**
 * The native decoder of frames takes twice the largest block that a header allows for itself, mostly 8 MiB, whatever is in
 * it. A frame of one block, as most batches are, is decoded as that block. A checksum of the content is not looked at, as
 * Kafka does not either: the batch has one of its own. Undefined: it is another frame.
 */
function decompressOneBlock(bytes: Buffer): Buffer | undefined {
  const hasContentChecksum = (bytes[4]! & contentChecksum) !== 0,
    isPlain = (bytes[4]! & ~(independentBlocks | contentChecksum)) === version01 && soundHeaders.has(headerOf(bytes))
  const end = bytes.length - (hasContentChecksum ? 8 : 4)
  if (!isPlain || end < smallestFrame + 4 || bytes.readUInt32LE(end) !== 0) return undefined
  const size = bytes.readUInt32LE(smallestFrame)
  // The top bit would say that the block is not compressed.
  if (size !== end - smallestFrame - 4) return undefined
  if (scratch.length < size + 4) scratch = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(size + 4)))
  const blockSizeMax = blockSizes[(bytes[5]! >> 4) & 7]!
  bytes.copy(scratch, 4, smallestFrame + 4, smallestFrame + 4 + size)
  for (let room = Math.min(Math.ceil(size * ratio), blockSizeMax); ; room = Math.min(room * 4, blockSizeMax)) {
    scratch.writeUInt32LE(room, 0)
    try {
      const decompressed = lz4().uncompressSync(scratch.subarray(0, 4 + size))
      ratio = (decompressed.length / size) * 1.25
      return decompressed
    } catch (error) {
      if (room >= blockSizeMax) throw error
    }
  }
}
function decompressFrame(bytes: Buffer): Buffer {
  const decompressed = lz4().decompressFrameSync(bytes)
  soundHeaders.add(headerOf(bytes))
  return decompressed
}
/** Flags, block size and checksum of headers whose checksum was found right: there are few. */
const soundHeaders = new Set<number>()
const headerOf = (bytes: Buffer): number => bytes.readUIntBE(4, 3)
const version01 = 0b0100_0000
const contentChecksum = 0b0000_0100
const independentBlocks = 0b0010_0000
/** The room that a block is given, to its size: what the last one needed, and some more. */
let ratio = 4
/** A block, behind the room that it is given. */
let scratch = Buffer.alloc(0)

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
