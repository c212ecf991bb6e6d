import assert from 'node:assert/strict'
import { test } from 'node:test'

import { crc32c } from './crc32c.ts'

// oxfmt-ignore
const cases = [
  // of                                                    crc         where it stands
  [Buffer.from('123456789'),               0xe3069283, 'the check value of CRC-32C'],
  [Buffer.alloc(0),                        0,          ''],
  [Buffer.alloc(32),                       0x8a9136aa, 'RFC 3720 B.4'],
  [Buffer.alloc(32, 0xff),                 0x62a8ab43, 'RFC 3720 B.4'],
  [Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e, 'RFC 3720 B.4'],
] as const

test('the check values are met', () => {
  for (const [bytes, crc] of cases) assert.equal(crc32c(bytes), crc)
})
test('a part of a buffer is summed by itself, also where the buffer is itself a part', () => {
  const bytes = Buffer.from('..123456789..')
  assert.equal(crc32c(bytes, 2, 11), 0xe3069283)
  assert.equal(crc32c(bytes.subarray(1), 1, 10), 0xe3069283)
})
