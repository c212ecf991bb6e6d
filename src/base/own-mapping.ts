// Memory that is the process's only while it is used. What C's malloc gives lies among other things in heaps which shrink only
// at their end (glibc, and one heap a thread), so that most of it stays when it is let go; but what is very large is mapped on
// its own, takes no page that was not written to, and goes back whole.

import assert from 'node:assert/strict'

/** Above 32 MiB (DEFAULT_MMAP_THRESHOLD_MAX) glibc maps each on its own, whatever it has learnt of a program's habits. */
const mappedMin = 33 * 2 ** 20
/** Below it there is little to give back, and the garbage collector, which counts sizes and not pages, is not hurried. */
const worthwhileMin = 2 ** 20

/** Zeros, of at least so many bytes. */
export function ownMapping(sizeBytes: number): ArrayBuffer {
  return new ArrayBuffer(sizeBytes < worthwhileMin ? sizeBytes : Math.max(sizeBytes, mappedMin))
}

/** Gives it back at once. Every view of it is empty from then on: nobody may still read or write there. */
export function unmap(memory: ArrayBufferLike): void {
  assert(memory instanceof ArrayBuffer, "memory that threads share is nobody's to give back")
  memory.transfer(0)
}
