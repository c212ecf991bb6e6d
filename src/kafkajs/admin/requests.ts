// How an admin asks: the broker that it must be, again and again as its settings say, and kafkajs's errors.

import type { Cluster } from '../../client/index.ts'
import { KafkaJSAggregateError, KafkaJSError, KafkaJSNonRetriableError } from '../errors.ts'
import { retrying, type RetrySettings, type RetryWorld } from '../retry.ts'
import type { Logger } from '../types/config.ts'

export interface AdminOutside {
  readonly world: RetryWorld
  readonly retry: RetrySettings
  readonly logger: Logger
  /** Connects where it is not. */
  readonly cluster: () => Promise<Cluster>
}
/** ms that the brokers may take, where an admin does not say. */
export const timeoutMsDefault = 5_000

/**
 * Only what the wrong broker was asked for, and the errors of these names, is tried again: everything else is thrown as it
 * is, at once. kafkajs's admin is impatient, as its callers mostly know better whether the same may succeed later.
 */
export async function asking<T>(
  outside: AdminOutside,
  attempt: (cluster: Cluster) => Promise<T>,
  again: readonly string[] = [],
): Promise<T> {
  const types = ['NOT_CONTROLLER', ...again]
  const cluster = await outside.cluster()
  return retrying(
    outside.world,
    outside.retry,
    () => attempt(cluster),
    error => types.includes((error as { readonly type?: string }).type ?? ''),
  )
}
/** Everything that may pass is tried again. */
export async function askingPatiently<T>(outside: AdminOutside, attempt: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = await outside.cluster()
  return retrying(outside.world, outside.retry, () => attempt(cluster))
}

/** One error as it is, several as one. */
export function throwAll(message: string, errors: readonly KafkaJSError[]): void {
  if (errors.length > 0) throw new KafkaJSAggregateError(message, [...errors])
}
export function invalid(message: string): KafkaJSNonRetriableError {
  return new KafkaJSNonRetriableError(message)
}

/** Throws where a list holds something that is none of the numbers of an enumeration. */
export function checkNumbers<T extends object>(
  list: readonly T[],
  field: keyof T & string,
  allowed: { readonly [name: string]: number },
  what: string,
): void {
  const numbers = Object.values(allowed)
  const wrong = list.find(one => !numbers.includes(one[field] as number))
  if (wrong !== undefined) throw invalid(`Invalid ${what} ${wrong[field] as number}: ${JSON.stringify(wrong)}`)
}
/** Throws where the list is none, or names a topic twice, or one that has no name. */
export function checkTopics(list: readonly { readonly topic: string }[], what: string): void {
  if (!list || !Array.isArray(list)) throw invalid(`Invalid ${what} array ${list as unknown as string}`)
  if (list.some(({ topic }) => typeof topic !== 'string'))
    throw invalid(`Invalid ${what} array, the topic names have to be a valid string`)
  if (new Set(list.map(({ topic }) => topic)).size < list.length)
    throw invalid(`Invalid ${what} array, it cannot have multiple entries for the same topic`)
}
