// Offsets, which kafkajs writes as decimal text.

import { KafkaJSNonRetriableError } from './errors.ts'

/** What a consumer may seek to beside offsets, and what a group has stored that has nothing stored. */
export const earliestOffset = -2,
  latestOffset = -1

export function offsetOf(text: unknown): number {
  const offset = typeof text === 'string' && /^-?\d+$/.test(text.trim()) ? Number(text) : Number(text ?? NaN)
  if (Number.isInteger(offset) && text !== '') return offset
  throw new KafkaJSNonRetriableError(`Invalid offset, expected a long received ${text}`)
}
