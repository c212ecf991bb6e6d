// How long this thread has worked, where it did not wait for something to do: milliseconds since it began.

import { performance } from 'node:perf_hooks'

export function threadBusyMs(): number {
  return performance.eventLoopUtilization().active
}
