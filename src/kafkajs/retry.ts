// kafkajs's way to try again: ever longer pauses, and an error of its own when that has not helped.

import type { Clock, Random } from '../base/index.ts'
import { errorOf } from './error-of.ts'
import { KafkaJSError, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded } from './errors.ts'
import type { RetryOptions } from './types/config.ts'

export type RetrySettings = Required<Omit<RetryOptions, 'restartOnFailure'>>
export const retryDefaults: RetrySettings = {
  maxRetryTime: 30_000,
  initialRetryTime: 300,
  factor: 0.2,
  multiplier: 2,
  retries: 5,
}
export function retrySettings(...given: (RetryOptions | undefined)[]): RetrySettings {
  return Object.assign({}, retryDefaults, ...given) as RetrySettings
}
/** How long all attempts take together, in ms, where each fails at once. */
export function patienceMs({ maxRetryTime, initialRetryTime, multiplier, retries }: RetrySettings): number {
  let total = 0
  for (let i = 0; i < retries; i++) {
    const pause = Math.min(initialRetryTime * multiplier ** i, maxRetryTime)
    // Past it all pauses are of the same length.
    if (pause === maxRetryTime) return total + (retries - i) * maxRetryTime
    total += pause
  }
  return total
}

/** An error of the application's own making is not retried, and neither is what says that it cannot succeed. */
const isRetriable = (error: Error) =>
  error instanceof KafkaJSError ? error.retriable : !/^(Range|Reference|Syntax|Type)Error$/.test(error.name)

/** kafkajs's wrapping of what is not worth another attempt. */
export function nonRetriable(error: Error): KafkaJSNonRetriableError {
  if (error.name === 'KafkaJSNonRetriableError') return error as KafkaJSNonRetriableError
  return new KafkaJSNonRetriableError(error, { cause: error.cause instanceof Error ? error.cause : error })
}

export interface RetryWorld {
  readonly clock: Clock
  readonly random: Random
}
/**
 * Gives what `attempt` gives. A retriable error is tried again; then KafkaJSNumberOfRetriesExceeded is thrown, whose cause
 * it is. Of another one a KafkaJSNonRetriableError tells. Where `mayRetry` says which errors are tried again, others are
 * thrown as they are.
 */
export async function retrying<T>(
  { clock, random }: RetryWorld,
  { maxRetryTime, initialRetryTime, factor, multiplier, retries }: RetrySettings,
  attempt: () => Promise<T>,
  mayRetry?: (error: Error) => boolean,
): Promise<T> {
  const varied = (ms: number) => Math.ceil(ms * (1 - factor + 2 * factor * random.next()))
  let retryTime = varied(initialRetryTime)
  for (let retryCount = 0; ; retryCount++) {
    try {
      return await attempt()
    } catch (caught) {
      const error = errorOf(caught)
      if (!(mayRetry ?? isRetriable)(error)) throw mayRetry === undefined ? nonRetriable(error) : error
      if (retryCount >= retries) throw new KafkaJSNumberOfRetriesExceeded(error, { retryCount, retryTime })
      await clock.sleep(retryTime)
      retryTime = Math.min(varied(retryTime) * multiplier, maxRetryTime)
    }
  }
}

/** Failures that follow on each other, in what goes on by itself: how long to wait, and when to give up. */
export class Failures {
  readonly #world: RetryWorld
  readonly #settings: RetrySettings
  #count = 0

  constructor(world: RetryWorld, settings: RetrySettings) {
    this.#world = world
    this.#settings = settings
  }
  /** Something has succeeded. */
  over(): void {
    this.#count = 0
  }
  /** What to give up with; undefined where it is worth another attempt, after a pause. */
  count(error: Error): KafkaJSError | undefined {
    const retryCount = this.#count++
    if (!isRetriable(error)) return nonRetriable(error)
    if (retryCount < this.#settings.retries) return undefined
    return new KafkaJSNumberOfRetriesExceeded(error, { retryCount, retryTime: this.#pauseMs })
  }
  async pause(signal: AbortSignal): Promise<void> {
    await this.#world.clock.sleep(this.#pauseMs, signal).catch(() => {})
  }
  get #pauseMs(): number {
    const { initialRetryTime, multiplier, maxRetryTime } = this.#settings
    return Math.min(initialRetryTime * multiplier ** Math.max(0, this.#count - 1), maxRetryTime)
  }
}
