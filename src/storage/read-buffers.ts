// Buffers for reads from files.

import { BufferPool } from '../base/index.ts'

export class ReadBuffers extends BufferPool {
  constructor() {
    // Larger reads are rare: they are for batches above the usual fetch size.
    super({ sizeMin: 64 * 1024, sizeMax: 4 * 2 ** 20, idleBytesMax: 16 * 2 ** 20 })
  }
}
