// The thread in which batches are compressed anew, one after the other: takes them from the Recompressor.

import { parentThread } from '../base/index.ts'
import { recompressed, type RecompressionTask } from './recompression.ts'
import type { FromThread } from './recompressor.ts'

const parent = parentThread()

parent.onMessage(message => {
  let made: FromThread
  try {
    made = { kind: 'made', ...recompressed(message as RecompressionTask) }
  } catch (error) {
    return parent.post({ kind: 'failed', reason: (error as Error).message } satisfies FromThread)
  }
  parent.post(made, [made.bytes])
})
