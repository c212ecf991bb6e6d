// Memory outside of JavaScript's heap is given back by full collections only, and much of it brings them about: 64 MiB of
// decompressed batches a collection. So a buffer that was looked at for a moment gives it back by itself.

import { unmap } from '../../base/index.ts'

/** Small buffers may be parts of one that they share with others. */
const ownSizeMin = 16 * 1024

/** Nobody may look at the buffer any more, nor at a view of it: they are empty now. */
export function freeMemory({ buffer, length }: Buffer<ArrayBufferLike>): void {
  if (buffer instanceof ArrayBuffer && length >= ownSizeMin && buffer.byteLength === length) unmap(buffer)
}
