// A decision: what the state of the cluster allows of a wish, as records for the log and an outcome for whoever asked.
// Deciding changes nothing, so it can be done again when another was quicker.

import type { ErrorName } from '../protocol/index.ts'
import type { ClusterImage } from './image.ts'
import type { MetadataRecord } from './records.ts'

export interface Decision<Outcome> {
  readonly records: readonly MetadataRecord[]
  readonly outcome: Outcome
}
export type Decide<Outcome> = (image: ClusterImage) => Decision<Outcome>

/** Kafka's error, and the sentence that its users know. */
export interface Refusal {
  readonly error: Exclude<ErrorName, 'NONE'>
  /** '' where Kafka has nothing to add to the error. */
  readonly message: string
}
export type Result<T extends object = object> = (T & { readonly error: 'NONE' }) | Refusal

export function refusal(error: Refusal['error'], message: string): Refusal {
  return { error, message }
}
/** Whether a result is a refusal, or what was asked for. */
export function isRefusal<T extends object>(result: T | Refusal): result is Refusal {
  const { error } = result as { readonly error?: ErrorName }
  return error !== undefined && error !== 'NONE'
}

/** What an outcome tells of one thing: by itself, or as `result` beside what names it. */
export type Verdict = Result | { readonly result: Result }
/** What was granted is refused after all; what was refused for a reason of its own keeps it. */
export function refusedAfterAll<V extends Verdict>(verdict: V, reason: Refusal): V {
  if ('result' in verdict) return isRefusal(verdict.result) ? verdict : { ...verdict, result: reason }
  return isRefusal(verdict) ? verdict : { ...verdict, ...reason }
}
