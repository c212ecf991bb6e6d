// A message behind its version, an int16: the values of the internal topics, and what the members of a group tell each
// other through the coordinator.

import { codec } from '../codec.ts'
import { Reader } from '../reader.ts'
import type { Decoded, Draft, Fields, Message } from '../schema.ts'
import { Writer } from '../writer.ts'

export function writeVersioned<F extends Fields>(message: Message<F>, version: number, value: Draft<F>): Buffer {
  return writeNumbered(version, message, version, value)
}
/** A message behind an int16 that is not its version. */
export function writeNumbered<F extends Fields>(
  number: number,
  message: Message<F>,
  version: number,
  value: Draft<F>,
): Buffer {
  scratch.reset().int16(number)
  codec(message, version).encode(scratch, value)
  return scratch.toBuffer()
}
/** One for all: nothing that waits, or that writes a message of its own, comes between `reset` and `toBuffer`. */
const scratch = new Writer()

/** Byte fields are views of `bytes`. A version that is not known is refused, with UNSUPPORTED_VERSION. */
export function readVersioned<F extends Fields>(message: Message<F>, bytes: Uint8Array): Decoded<F> {
  const reader = readerOf(bytes)
  return codec(message, reader.int16()).decode(reader)
}
/** Takes a newer version for the newest that is known: so it is where versions only ever add fields at the end. */
export function readVersionedLeniently<F extends Fields>(message: Message<F>, bytes: Uint8Array): Decoded<F> {
  const reader = readerOf(bytes)
  return codec(message, Math.min(reader.int16(), message.versions.to)).decode(reader)
}

/** What all versions begin with: the fields of the first, whichever version there is. */
export function readVersionedPrefix<F extends Fields>(message: Message<F>, bytes: Uint8Array): Decoded<F> {
  const reader = readerOf(bytes)
  reader.int16()
  return codec(message, message.versions.from).decode(reader)
}

export function readerOf(bytes: Uint8Array): Reader {
  return new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}
