// What a consumer tells whoever watches it, of its life in a group and of its fetches. Called between other work: what an
// observer throws is a fault of the observer, and ends the process.

import type { TopicPartition } from '../assignors/assignor.ts'
import type { MemberIdentity } from '../membership/membership.ts'

export interface JoinedGroup extends MemberIdentity {
  /** The name of the assignor that the group has chosen; '' where that is the coordinator's matter. */
  readonly assignor: string
  /** '' where the coordinator assigns. */
  readonly leaderId: string
  readonly partitions: readonly TopicPartition[]
  /** Of the rebalance; 0 of the consumer protocol, where nobody waits for one. */
  readonly durationMs: number
}
export interface ConsumerObserver {
  /** With each assignment, before its hooks run. */
  joined?(group: JoinedGroup): void
  /** The coordinator has answered a heartbeat, and all is well. */
  heartbeat?(member: MemberIdentity): void
  /** The group calls its members together: this one joins again with the next poll. */
  rebalancing?(member: MemberIdentity): void
  /** A request goes out to a broker. */
  fetching?(nodeId: number): void
  /** Its answer has come. */
  fetched?(nodeId: number, durationMs: number): void
}
