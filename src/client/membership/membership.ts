// A consumer's part in a group, whichever protocol the group speaks (`ClassicMembership`, `ConsumerMembership`). The reader
// drives it by its polls; heartbeats go out between them.

import type { Assignor, TopicPartition } from '../assignors/assignor.ts'
import type { ConsumerObserver } from '../consumer/observer.ts'

export interface MembershipOptions {
  readonly groupId: string
  /** KIP-345: keeps its partitions over a restart that is shorter than the session timeout. */
  readonly groupInstanceId: string | null
  /** Of the classic protocol. */
  readonly assignors: readonly Assignor[]
  /** Of the consumer protocol; null leaves the choice to the coordinator. */
  readonly remoteAssignor: string | null
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  /** A reader that does not poll for this long leaves the group. It is also how long a rebalance waits for it. */
  readonly maxPollIntervalMs: number
  readonly rack: string | null
  readonly observer: ConsumerObserver
}
/** Awaited, in this order of events; heartbeats go on meanwhile. */
export interface MembershipHooks {
  assigned(partitions: readonly TopicPartition[]): Promise<void>
  /** They are still ours: the last moment to commit. */
  revoked(partitions: readonly TopicPartition[]): Promise<void>
  /** They are somebody else's by now: a commit would be refused. */
  lost(partitions: readonly TopicPartition[]): Promise<void>
  /** Something has come that the next poll sees to. */
  attention(): void
}
/** What a member reads: asked for anew where it may have changed. */
export interface Subscribed {
  /** Names, and what patterns match now. */
  topics(): Promise<readonly string[]>
  /** For a coordinator that matches; undefined where only we can match the patterns. */
  forCoordinator(): SubscriptionToMatch | undefined
}
export interface SubscriptionToMatch {
  readonly names: readonly string[]
  /** RE2, for a whole name; null where there are names only. */
  readonly expression: string | null
}

/** What a commit carries, so that one from before a rebalance is refused. */
export interface MemberIdentity {
  readonly memberId: string
  /** −1: not a member. */
  readonly generation: number
  readonly groupInstanceId: string | null
  /** KIP-848: the generation is an epoch, which moves on while partitions stay. */
  readonly hasEpoch: boolean
}
export const noMember: MemberIdentity = { memberId: '', generation: -1, groupInstanceId: null, hasEpoch: false }

export interface Membership {
  readonly identity: MemberIdentity
  /** Called with each poll: joins where it must, and runs the hooks. Throws what cannot be put right. */
  poll(signal?: AbortSignal): Promise<void>
  /** The subscription changed: the group learns of it with the next poll. */
  rejoin(): void
  /** A commit, or anything else, was answered so. */
  refused(error: unknown): void
  /** Gives everything up and, unless it is a static member, leaves for good. */
  leave(reason?: string): Promise<void>
  /** Nothing more is sent: the group learns from the silence. */
  stop(): void
}
