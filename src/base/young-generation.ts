// Keeps the memory of new objects small. V8 doubles it whenever many of them live on, up to 128 MiB, and hardly ever takes it
// back: a thousand connections that come at once would cost 50 MB for good. Its size can be chosen only where Node is started;
// but whether it grows any further, at any time.

import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

import type { Clock, Timer } from './clock.ts'

/**
 * Both halves. With less, objects of requests under way would be taken for old ones. It is looked at every 250 ms: what lives
 * on in between can take the space beyond it, by a doubling or more, and up to V8's own bound.
 */
const sizeMax = 32 * 2 ** 20
const checkMs = 250

/**
 * From now on, until the function that this gives is called. The space of this thread is what is looked at; V8's flags are
 * the process's, so that its other threads grow theirs, or do not, along with it. A factor of 1 is less than some versions of
 * V8 take for granted: the test shows whether this one takes it.
 */
export function boundYoungGeneration(clock: Clock): () => void {
  let isGrowing = true,
    timer: Timer
  const check = (): void => {
    const sizeBytes = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0
    if (sizeBytes < sizeMax !== isGrowing) grow(!isGrowing)
    timer = clock.after(checkMs, check)
  }
  const grow = (yes: boolean): void => {
    isGrowing = yes
    setFlagsFromString(`--semi-space-growth-factor=${yes ? 2 : 1}`)
  }
  check()
  return () => {
    timer.cancel()
    if (!isGrowing) grow(true)
  }
}
