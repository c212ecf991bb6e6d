// Where a reader begins that has no position, or whose position the log does not have any more.

import type { OffsetSpec } from '../admin/records.ts'
import { KafkaError } from '../errors.ts'

/**
 * 'none' is an error. 'by_duration:PT1H', a duration of ISO 8601 in days and less, begins with the first record that is not
 * older than that, or at the end where all are (KIP-1106).
 */
export type OffsetReset = 'earliest' | 'latest' | 'none' | `by_duration:${string}`

const byDuration = 'by_duration:'

/** Throws INVALID_ARGUMENT for what is none. */
export function checkOffsetReset(reset: OffsetReset): void {
  if (reset === 'earliest' || reset === 'latest' || reset === 'none') return
  if (durationMsOf(reset) === undefined)
    throw new KafkaError('INVALID_ARGUMENT', {
      message: `offsetReset is 'earliest', 'latest', 'none' or a duration as in 'by_duration:PT24H', not '${reset}'`,
    })
}
/** The place to look up, at a time in ms since 1970. */
export function resetPlace(reset: Exclude<OffsetReset, 'none'>, now: number): OffsetSpec {
  return reset === 'earliest' || reset === 'latest' ? reset : Math.max(0, now - durationMsOf(reset)!)
}

function durationMsOf(reset: string): number | undefined {
  if (!reset.startsWith(byDuration)) return undefined
  const text = reset.slice(byDuration.length)
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,9})?)S)?)?$/i.exec(text)?.slice(1)
  if (parts === undefined || parts.every(part => part === undefined) || /T$/i.test(text)) return undefined
  const [days, hours, minutes, seconds] = parts.map(part => Number(part ?? 0))
  return Math.round((((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds!) * 1_000)
}
