// Tries again what may succeed later, ever more slowly (KIP-580), until a deadline or an abort.

import type { Clock, Random } from '../base/index.ts'
import { mayRetry } from './errors.ts'

export interface RetryOptions {
  readonly clock: Clock
  readonly random: Random
  /** The first pause, in ms; doubled each time up to `backoffMsMax`, each 20 % more or less. */
  readonly backoffMs: number
  readonly backoffMsMax: number
}

/** The pause before attempt `attempt` + 1, counted from 0. */
export function backoff(attempt: number, { random, backoffMs, backoffMsMax }: Omit<RetryOptions, 'clock'>): number {
  return Math.min(backoffMs * 2 ** attempt, backoffMsMax) * (0.8 + 0.4 * random.next())
}

/**
 * Gives what `attempt` gives. An error that may not be retried, or the last one before `timeoutMs` are over, is thrown
 * as it is. `before` is told of each error that is retried.
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  options: RetryOptions & {
    readonly timeoutMs: number
    readonly signal?: AbortSignal
    readonly before?: (error: unknown) => void
  },
): Promise<T> {
  const { clock, timeoutMs, signal, before } = options
  const deadline = clock.monotonic() + timeoutMs
  for (let count = 0; ; count++) {
    signal?.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      const pause = backoff(count, options)
      if (!mayRetry(error) || clock.monotonic() + pause > deadline) throw error
      before?.(error)
      await clock.sleep(pause, signal)
    }
  }
}
