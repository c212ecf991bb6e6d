// CRC-32C (Castagnoli), the checksum of Kafka's record batches and producer snapshots. The prebuilt native one does 5 GB/s
// on a batch of 16 KiB, where the best table in JavaScript does 1.3.

import { crc32c as native } from '@node-rs/crc32'

/** Of the bytes from `start` to `end`, unsigned. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  return native(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end))
}
