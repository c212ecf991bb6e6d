// A consumer's part in its group: what it subscribes to, and how partitions come and go while it is in `poll`.

import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster } from '../cluster.ts'
import { ClassicMembership } from '../membership/classic-membership.ts'
import { ConsumerMembership } from '../membership/consumer-membership.ts'
import type { MemberIdentity, Membership } from '../membership/membership.ts'
import type { Assignment } from './assignment.ts'
import type { FetcherEvents } from './fetcher.ts'
import type { ConsumerSettings } from './options.ts'
import { Subscription } from './subscription.ts'

/** How often membership is looked after, which has heartbeats of its own. */
const intervalMs = 100

export interface SessionEvents extends FetcherEvents {
  /** Partitions are about to be given up, and are still ours. */
  commit(partitions: readonly TopicPartition[]): Promise<void>
}

export class GroupSession {
  readonly #cluster: Cluster
  readonly #settings: ConsumerSettings
  readonly #assignment: Assignment
  readonly #events: SessionEvents
  readonly #membership: Membership
  #subscription: Subscription
  #rebalance: Promise<void> | undefined
  #lookedAt = -Infinity
  #isPolling = false
  #isInHook = false
  #tellPolling: () => void = () => {}
  readonly #ending = new AbortController()

  constructor(
    cluster: Cluster,
    settings: ConsumerSettings & { readonly groupId: string },
    assignment: Assignment,
    topics: readonly (string | RegExp)[],
    events: SessionEvents,
  ) {
    this.#cluster = cluster
    this.#settings = settings
    this.#assignment = assignment
    this.#events = events
    this.#subscription = new Subscription(cluster, topics)
    const OfProtocol = settings.groupProtocol === 'consumer' ? ConsumerMembership : ClassicMembership
    this.#membership = new OfProtocol(
      cluster,
      {
        ...settings,
        groupInstanceId: settings.groupInstanceId ?? null,
        remoteAssignor: settings.remoteAssignor ?? null,
      },
      {
        assigned: partitions => this.#withinPoll(() => this.#assigned(partitions)),
        revoked: partitions => this.#withinPoll(() => this.#revoked(partitions)),
        lost: partitions => this.#withinPoll(() => this.#lost(partitions)),
        attention: () => {
          this.#lookedAt = -Infinity
          events.arrived()
        },
      },
      {
        topics: () => this.#subscription.topics(),
        forCoordinator: () => this.#subscription.forCoordinator(),
      },
    )
  }
  subscribe(topics: readonly (string | RegExp)[]): void {
    this.#subscription = new Subscription(this.#cluster, topics)
    this.#membership.rejoin()
    this.#lookedAt = -Infinity
  }
  get identity(): MemberIdentity {
    return this.#membership.identity
  }
  refused(error: unknown): void {
    this.#membership.refused(error)
  }
  get isRebalancing(): boolean {
    return this.#rebalance !== undefined
  }
  get isInHook(): boolean {
    return this.#isInHook
  }

  pollBegins(): void {
    this.#isPolling = true
    this.#tellPolling()
  }
  pollEnds(): void {
    this.#isPolling = false
  }
  /** Joins where it must, in the background; gives when to look again. */
  lookAfter(now: number): number {
    if (this.#rebalance === undefined && now - this.#lookedAt >= intervalMs) {
      this.#lookedAt = now
      this.#rebalance = this.#poll()
        .catch((error: unknown) => this.#events.failed(error))
        .finally(() => {
          this.#rebalance = undefined
          this.#events.arrived()
        })
    }
    return now + intervalMs
  }
  async #poll(): Promise<void> {
    if (await this.#subscription.hasChanged()) this.#membership.rejoin()
    await this.#membership.poll(this.#ending.signal)
  }
  /** Gives up the partitions, and leaves. */
  async leave(): Promise<void> {
    this.#ending.abort()
    this.#tellPolling()
    await this.#rebalance
    await this.#membership.leave()
  }
  stop(): void {
    this.#membership.stop()
  }

  async #assigned(partitions: readonly TopicPartition[]): Promise<void> {
    this.#events.metrics?.rebalanced()
    for (const partition of partitions) this.#assignment.add(partition, 'committed')
    await this.#settings.onAssigned?.(partitions)
  }
  async #revoked(partitions: readonly TopicPartition[]): Promise<void> {
    await this.#settings.onRevoked?.(partitions)
    await this.#events.commit(partitions)
    for (const partition of partitions) this.#assignment.remove(partition)
  }
  async #lost(partitions: readonly TopicPartition[]): Promise<void> {
    this.#events.metrics?.lost(partitions.length)
    for (const partition of partitions) this.#assignment.remove(partition)
    await this.#settings.onLost?.(partitions)
  }
  /** A rebalance goes on while the reader is busy; its partitions come and go while it waits in `poll`, and at no other time. */
  async #withinPoll(run: () => Promise<void>): Promise<void> {
    if (!this.#isPolling && !this.#ending.signal.aborted)
      await new Promise<void>(resolve => {
        this.#tellPolling = resolve
      })
    this.#isInHook = true
    try {
      await run()
    } finally {
      this.#isInHook = false
      this.#events.arrived()
    }
  }
}
