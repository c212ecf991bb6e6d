// What the translations from and to the protocol share.

import type { Refusal } from '../machine.ts'
import type { Answers } from '../requests.ts'

export interface CallContext {
  readonly apiVersion: number
  /** Empty where the client does not say. */
  readonly clientId: string
  /** As Kafka writes addresses: '/127.0.0.1'. */
  readonly clientHost: string
}
/** Whether the machine has answered, and not its runtime for it. */
export function isAnswer<Is extends keyof Answers>(
  response: Answers[Is] | Refusal,
  field: Exclude<keyof Answers[Is], 'error'> & string,
): response is Answers[Is] {
  return field in response
}
