// Goes around the handlers while there are quotas: counts the time that a request took and the bytes that it moved, and has
// whoever used too much told so, and not heard for a while.

import { noResponse, type Answer, type ServerRequest } from '../../connection/index.ts'
import { refusal } from '../../metadata/index.ts'
import { fetch, produce, type RequestOf, type ResponseOf } from '../../protocol/index.ts'
import type { BrokerContext } from '../context.ts'
import { isFollowerFetch } from '../follower-fetch.ts'

export function throttled(
  { throttling, clock }: BrokerContext,
  request: ServerRequest,
  handle: () => Answer | Promise<Answer>,
): Answer | Promise<Answer> {
  const producedBytes = request.api === produce ? bytesProduced(request.body as RequestOf<typeof produce>) : 0
  const startedAt = clock.monotonic()
  const answer = handle()
  const handlerMs = clock.monotonic() - startedAt
  return answer instanceof Promise ? answer.then(finish) : finish(answer)

  function finish(answer: Answer): Answer {
    if (isFollowerFetch(request)) return answer
    const throttleMs = Math.max(
      throttling.handled(request, handlerMs),
      producedBytes > 0 ? throttling.used(request, 'producer_byte_rate', producedBytes) : 0,
      request.api === fetch ? throttling.used(request, 'consumer_byte_rate', bytesFetched(answer)) : 0,
    )
    return withThrottle(request, answer, throttleMs)
  }
}
/** KIP-599: what a strict budget does not hold. */
export const quotaExceeded = refusal('THROTTLING_QUOTA_EXCEEDED', 'The throttling quota has been exceeded.')

/** KIP-219: the answer goes out now, and the connection is not read from before the time is up. */
export function withThrottle<A extends Answer>(request: ServerRequest, answer: A, throttleMs: number): A {
  if (throttleMs <= 0) return answer
  request.connection.quietMs = Math.max(request.connection.quietMs, throttleMs)
  if (typeof answer !== 'object') return answer
  const before = (answer as { readonly throttleTimeMs?: number }).throttleTimeMs ?? 0
  return { ...answer, throttleTimeMs: Math.max(before, throttleMs) }
}

function bytesProduced({ topicData }: RequestOf<typeof produce>): number {
  let sum = 0
  for (const { partitionData } of topicData) for (const { records } of partitionData) sum += records?.length ?? 0
  return sum
}
function bytesFetched(answer: Answer): number {
  if (answer === noResponse || typeof answer !== 'object') return 0
  let sum = 0
  for (const { partitions } of (answer as ResponseOf<typeof fetch>).responses ?? [])
    for (const { records } of partitions) sum += (records as Uint8Array | null)?.length ?? 0
  return sum
}
