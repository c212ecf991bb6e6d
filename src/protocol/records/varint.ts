// The zigzag varints of records. Those of one byte are read in place by RecordIndex; this reads the others, within an end.

import { fromHalves } from '../int64.ts'
import { RecordError } from './record-error.ts'

export class VarintReader {
  at = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #end = 0

  reset(bytes: Uint8Array, at: number, end = bytes.length): this {
    this.#bytes = bytes
    this.at = at
    this.#end = end
    return this
  }
  /** At most 5 bytes, of which the last gives 4 bits. */
  int32(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#next()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        if (shift === 28 && byte > 0x0f) break
        return (value >>> 1) ^ -(value & 1)
      }
    }
    throw new RecordError('INVALID_RECORD', 'a varint of more than 32 bits')
  }
  /** At most 10 bytes; beyond 2^53 it saturates (int64.ts). */
  int64(): number {
    let low = 0,
      high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#next(),
        bits = byte & 0x7f
      if (shift <= 28) low |= bits << shift
      if (shift >= 28) high |= shift === 28 ? bits >> 4 : bits << (shift - 32)
      if (byte >= 0x80) continue
      if (shift === 63 && byte > 1) break
      const sign = -(low & 1)
      return fromHalves((high >>> 1) ^ sign, (((low >>> 1) | (high << 31)) ^ sign) >>> 0)
    }
    throw new RecordError('INVALID_RECORD', 'a varint of more than 64 bits')
  }
  #next(): number {
    if (this.at >= this.#end) throw new RecordError('INVALID_RECORD', 'a varint that runs out of its record')
    return this.#bytes[this.at++]!
  }
}

/** How many bytes a zigzag varint of an int32 takes. */
export function varintSize(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0
  return zigzag < 0x80 ? 1 : zigzag < 0x4000 ? 2 : zigzag < 0x200000 ? 3 : zigzag < 0x10000000 ? 4 : 5
}
/** Writes it and gives where it ends. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let zigzag = ((value << 1) ^ (value >> 31)) >>> 0
  for (; zigzag > 0x7f; zigzag >>>= 7) bytes[at++] = (zigzag & 0x7f) | 0x80
  bytes[at++] = zigzag
  return at
}

/** The same of any safe integer. Timestamps beyond 31 bits from the first of their batch are rare, and may be slow. */
export function varlongSize(value: number): number {
  if ((value | 0) === value) return varintSize(value)
  let size = 1
  for (let zigzag = zigzagOf(value); zigzag > 0x7fn; zigzag >>= 7n) size++
  return size
}
export function writeVarlong(bytes: Uint8Array, at: number, value: number): number {
  if ((value | 0) === value) return writeVarint(bytes, at, value)
  let zigzag = zigzagOf(value)
  for (; zigzag > 0x7fn; zigzag >>= 7n) bytes[at++] = Number(zigzag & 0x7fn) | 0x80
  bytes[at++] = Number(zigzag)
  return at
}
const zigzagOf = (value: number) => (BigInt(value) << 1n) ^ (BigInt(value) >> 63n)
