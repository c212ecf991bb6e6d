// A timer of somebody who waits: unlike Clock.after, it keeps the process alive, as a broker that is tried again later may
// be all that there is to wait for.

import type { Clock, Timer } from '../base/index.ts'

/** What would be made anew, with a stack, for each. */
const noReason = new Error('cancelled')

export function alarm(clock: Clock, ms: number, ring: () => void): Timer {
  const cancelled = new AbortController()
  clock.sleep(ms, cancelled.signal).then(ring, () => {})
  return { cancel: () => cancelled.abort(noReason) }
}
