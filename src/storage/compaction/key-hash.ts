// MurmurHash3 x86_128 (public domain, Austin Appleby): 16 bytes of a key, in a hundred nanoseconds where a digest of
// node:crypto takes several. Who makes two keys meet can as well write the one key itself, so a cryptographic hash gains nothing.

const c1 = 0x239b961b
const c2 = 0xab0e9789
const c3 = 0x38b34ae5
const c4 = 0xa1e38b93

/** Of the bytes from `start` to `end`; gives four int32s. */
export function hashKey(key: Uint8Array, start: number, end: number, into: Int32Array): void {
  let h1 = 0,
    h2 = 0,
    h3 = 0,
    h4 = 0,
    at = start
  for (; at + 16 <= end; at += 16) {
    h1 ^= mixed(word(key, at), c1, 15, c2)
    h1 = (Math.imul((((h1 << 19) | (h1 >>> 13)) + h2) | 0, 5) + 0x561ccd1b) | 0
    h2 ^= mixed(word(key, at + 4), c2, 16, c3)
    h2 = (Math.imul((((h2 << 17) | (h2 >>> 15)) + h3) | 0, 5) + 0x0bcaa747) | 0
    h3 ^= mixed(word(key, at + 8), c3, 17, c4)
    h3 = (Math.imul((((h3 << 15) | (h3 >>> 17)) + h4) | 0, 5) + 0x96cd1c35) | 0
    h4 ^= mixed(word(key, at + 12), c4, 18, c1)
    h4 = (Math.imul((((h4 << 13) | (h4 >>> 19)) + h1) | 0, 5) + 0x32ac3b17) | 0
  }
  if (at + 12 < end) h4 ^= mixed(lastWord(key, at + 12, end), c4, 18, c1)
  if (at + 8 < end) h3 ^= mixed(lastWord(key, at + 8, end), c3, 17, c4)
  if (at + 4 < end) h2 ^= mixed(lastWord(key, at + 4, end), c2, 16, c3)
  if (at < end) h1 ^= mixed(lastWord(key, at, end), c1, 15, c2)

  const length = end - start
  h1 ^= length
  h2 ^= length
  h3 ^= length
  h4 ^= length
  h1 = (h1 + h2 + h3 + h4) | 0
  h2 = final((h2 + h1) | 0)
  h3 = final((h3 + h1) | 0)
  h4 = final((h4 + h1) | 0)
  h1 = final(h1)
  h1 = (h1 + h2 + h3 + h4) | 0
  into[0] = h1
  into[1] = h2 + h1
  into[2] = h3 + h1
  into[3] = h4 + h1
}
function word(key: Uint8Array, at: number): number {
  return key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24)
}
/** Behind the end there are zeros. */
function lastWord(key: Uint8Array, at: number, end: number): number {
  if (at + 4 <= end) return word(key, at)
  let last = key[at]!
  if (at + 1 < end) last |= key[at + 1]! << 8
  if (at + 2 < end) last |= key[at + 2]! << 16
  return last
}
function mixed(k: number, first: number, rotation: number, second: number): number {
  const product = Math.imul(k, first)
  return Math.imul((product << rotation) | (product >>> (32 - rotation)), second)
}
function final(h: number): number {
  let x = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
}
