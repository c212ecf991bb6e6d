// KIP-951: who asks the wrong broker is told the right one, and how to reach it.

import type { BrokerContext, BrokerEndpoint } from './context.ts'
import { endpoints } from './context.ts'

export interface LeaderHint {
  readonly leaderId: number
  readonly leaderEpoch: number
}
export function leaderHint({ metadata }: BrokerContext, topic: string, partition: number): LeaderHint | undefined {
  const found = metadata.image.topics.get(topic)?.partitions[partition]
  return found && { leaderId: found.leader, leaderEpoch: found.leaderEpoch }
}
/** The endpoints of the leaders that are hinted at, each once. */
export function nodeEndpoints(
  { metadata }: BrokerContext,
  listener: string,
  hints: Iterable<{ readonly leaderId?: number | undefined } | undefined>,
): BrokerEndpoint[] {
  const ids = new Set<number>()
  for (const hint of hints) if (hint?.leaderId !== undefined) ids.add(hint.leaderId)
  return ids.size === 0 ? [] : endpoints(metadata.image, listener).filter(({ nodeId }) => ids.has(nodeId))
}
