// The last offset of each key, in memory of a fixed size: a table with open addressing, of 24 bytes a place, that holds a
// hash of the key instead of the key, as Kafka's SkimpyOffsetMap does. Two keys with the same 16 bytes of hash would count as
// one; nobody has that much luck.

import { ownMapping } from '../../base/index.ts'
import { hashKey } from './key-hash.ts'

const hashBytes = 16
export const offsetMapEntryBytes = hashBytes + 8

export class OffsetMap {
  /** How many keys it takes. Beyond its load factor a table has few free places, and searches get long. */
  readonly sizeMax: number
  size = 0
  /** Up to it, inclusive, the map tells of every record. */
  latestOffset = -1
  readonly #slots: number
  /** A place is four int32s of hash, and what the third of its doubles says: the offset plus one; 0: the place is free. */
  readonly #hashes: Int32Array
  readonly #offsets: Float64Array
  readonly #keyHash = new Int32Array(hashBytes / 4)

  constructor({ slots, loadFactor }: { readonly slots: number; readonly loadFactor: number }) {
    this.#slots = Math.max(slots, 2)
    this.sizeMax = Math.max(1, Math.min(Math.floor(this.#slots * loadFactor), this.#slots - 1))
    const memory = ownMapping(this.#slots * offsetMapEntryBytes)
    this.#hashes = new Int32Array(memory)
    this.#offsets = new Float64Array(memory, 0, this.#slots * (offsetMapEntryBytes / 8))
  }
  get isFull(): boolean {
    return this.size >= this.sizeMax
  }
  /** Of the key in `bytes` from `start` to `end`. Later offsets replace earlier ones. False: the key is new, and the map is full. */
  put(offset: number, bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    const slot = this.#slotOf(bytes, start, end)
    if (this.#offsets[slot * 3 + 2] === 0) {
      if (this.isFull) return false
      this.#hashes.set(this.#keyHash, slot * 6)
      this.size++
    }
    this.#offsets[slot * 3 + 2] = offset + 1
    this.latestOffset = offset
    return true
  }
  /** -1: not there. */
  get(bytes: Uint8Array, start = 0, end = bytes.length): number {
    return this.#offsets[this.#slotOf(bytes, start, end) * 3 + 2]! - 1
  }
  /** The key's place, or the free one that it would take. One is always free. */
  #slotOf(bytes: Uint8Array, start: number, end: number): number {
    const hash = this.#keyHash
    hashKey(bytes, start, end, hash)
    const a = hash[0]!,
      b = hash[1]!,
      c = hash[2]!,
      d = hash[3]!,
      hashes = this.#hashes,
      slots = this.#slots
    for (let slot = (a >>> 0) % slots; ; slot = slot + 1 === slots ? 0 : slot + 1) {
      if (this.#offsets[slot * 3 + 2] === 0) return slot
      const at = slot * 6
      if (hashes[at] === a && hashes[at + 1] === b && hashes[at + 2] === c && hashes[at + 3] === d) return slot
    }
  }
}
