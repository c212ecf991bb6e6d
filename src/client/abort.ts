// The end of waiting for somebody who has a signal: what was asked for goes on, as it cannot be taken back.

/** Settles as `work` does, or rejects with the signal's reason if that is aborted first. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([aborted, work])
  } finally {
    signal.removeEventListener('abort', stop)
    work.catch(() => {})
  }
}

export interface Abortable {
  /** Ends the waiting, with its reason; what was asked for goes on. */
  readonly signal?: AbortSignal
}
