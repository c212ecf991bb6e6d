// A consumer's life in a classic group (KIP-62, KIP-429), driven by its polls as in Java's client:
//
//              join, sync               heartbeat says so, or the subscription changed
//   outside ─────────────▶ member ────────────────────────────▶ must rejoin ──▶ (next poll: join, sync) ──▶ member
//      ▲                     │
//      └── fenced, unknown, or no poll within maxPollIntervalMs: the partitions are lost, not given up
//
// Heartbeats go out between polls; joining, and the hooks for partitions that come and go, happen inside `poll`.

import type { Timer } from '../../base/index.ts'
import {
  errorName,
  heartbeat,
  joinGroup,
  leaveGroup,
  readAssignment,
  syncGroup,
  writeAssignment,
  writeSubscription,
  type AnyApi,
  type DecodedResponseOf,
} from '../../protocol/index.ts'
import type { Assignor, PreviousAssignment, TopicPartition } from '../assignors/assignor.ts'
import type { Cluster, DraftFor } from '../cluster.ts'
import { check, isStale, KafkaError, mayRetry } from '../errors.ts'
import { backoff } from '../retry.ts'
import { assignmentBy, type GroupTopics } from './leader.ts'
import type { MemberIdentity, Membership, MembershipHooks, MembershipOptions, Subscribed } from './membership.ts'
import { difference, flatten, nested } from './partitions.ts'

export class ClassicMembership implements Membership {
  readonly #cluster: Cluster
  readonly #options: MembershipOptions
  readonly #hooks: MembershipHooks
  /** Asked again at each join, as patterns may match new topics. */
  readonly #subscribed: Subscribed
  readonly #cooperative: boolean
  #memberId = ''
  #generation = -1
  #assignment: TopicPartition[] = []
  #lost: TopicPartition[] = []
  /** For assignors that remember it, though it was given up. */
  #previous: PreviousAssignment = nothingYet
  #mustJoin = true
  #joining = false
  #fatal: KafkaError | undefined
  #timer: Timer | undefined
  #heartbeatRunning = false
  #polledAt: number
  /** What the leader divided: when it changes, it calls for a rebalance. */
  #divided: GroupTopics | undefined

  constructor(cluster: Cluster, options: MembershipOptions, hooks: MembershipHooks, subscribed: Subscribed) {
    this.#cluster = cluster
    this.#options = options
    this.#hooks = hooks
    this.#subscribed = subscribed
    // The protocol that all of them speak: one eager assignor makes all eager.
    this.#cooperative = options.assignors.every(({ protocol }) => protocol === 'cooperative')
    this.#polledAt = cluster.options.clock.monotonic()
  }

  get identity(): MemberIdentity {
    return {
      memberId: this.#memberId,
      generation: this.#generation,
      groupInstanceId: this.#options.groupInstanceId,
      hasEpoch: false,
    }
  }
  rejoin(): void {
    this.#mustJoin = true
  }

  async poll(signal?: AbortSignal): Promise<void> {
    const { clock, retryTimeoutMs } = this.#cluster.options
    const startedAt = (this.#polledAt = clock.monotonic())
    if (this.#fatal !== undefined) throw this.#fatal
    if (!this.#mustJoin && (await this.#dividedOtherwise())) this.#mustJoin = true
    for (let attempt = 0; this.#mustJoin; attempt++) {
      signal?.throwIfAborted()
      await this.#tellLost()
      if (!this.#cooperative) await this.#giveUp(this.#assignment)
      try {
        await this.#join()
        attempt = -1
      } catch (error) {
        const tooLong = clock.monotonic() - startedAt > retryTimeoutMs
        if (!this.#afterFailedJoin(error) || (tooLong && mayRetry(error))) throw error
        await clock.sleep(backoff(attempt, this.#cluster.options), signal)
      }
      this.#polledAt = clock.monotonic()
    }
  }

  async leave(reason = 'the consumer was closed'): Promise<void> {
    this.#timer?.cancel()
    await this.#tellLost()
    await this.#giveUp(this.#assignment)
    if (this.#options.groupInstanceId === null) await this.#sendLeave(reason)
    this.#forget()
  }

  stop(): void {
    this.#forget()
  }
  refused(error: unknown): void {
    if (!(error instanceof KafkaError)) return
    switch (error.code) {
      case 'REBALANCE_IN_PROGRESS':
        if (!this.#mustJoin) this.#options.observer.rebalancing?.(this.identity)
        this.#mustJoin = true
        return
      case 'UNKNOWN_MEMBER_ID':
      case 'ILLEGAL_GENERATION':
        this.#lose()
        return
      case 'FENCED_INSTANCE_ID':
        this.#lose()
        this.#fatal = error
    }
  }

  async #join(): Promise<void> {
    this.#joining = true
    const startedAt = this.#cluster.options.clock.monotonic()
    try {
      const { group, leader } = await this.#sendJoin()
      this.#memberId = group.memberId
      this.#generation = group.generationId
      const assignor = this.#assignorOf(group.protocolName)
      const divided = leader ? await this.#divide(group, assignor) : []
      const answer = await this.#ask(syncGroup, {
        groupId: this.#options.groupId,
        generationId: this.#generation,
        memberId: this.#memberId,
        groupInstanceId: this.#options.groupInstanceId,
        protocolType: 'consumer',
        protocolName: group.protocolName,
        assignments: divided,
      })
      check(answer.errorCode, { context: this.#told('sync') })
      this.#mustJoin = false
      this.#joining = false
      this.#scheduleHeartbeat()
      const { assignedPartitions, userData } = readAssignment(answer.assignment)
      const partitions = flatten(assignedPartitions)
      this.#previous = { partitions, generation: this.#generation }
      await assignor.assigned?.({ partitions, userData }, this.#generation)
      this.#options.observer.joined?.({
        ...this.identity,
        assignor: assignor.name,
        leaderId: group.leader,
        partitions,
        durationMs: this.#cluster.options.clock.monotonic() - startedAt,
      })
      await this.#take(partitions)
    } finally {
      this.#joining = false
    }
  }
  async #sendJoin() {
    const { groupId, groupInstanceId, assignors, sessionTimeoutMs, maxPollIntervalMs, rack } = this.#options
    const topics = await this.#subscribed.topics()
    const subscription = {
      topics,
      ownedPartitions: this.#cooperative ? nested(this.#assignment) : [],
      generationId: this.#generation,
      rackId: rack,
    }
    const protocols = assignors.map(assignor => {
      const userData = assignor.subscriptionUserData?.(topics, this.#previous) ?? null
      return { name: assignor.name, metadata: writeSubscription({ ...subscription, userData }) }
    })
    for (;;) {
      const group = await this.#ask(
        joinGroup,
        {
          groupId,
          sessionTimeoutMs,
          rebalanceTimeoutMs: maxPollIntervalMs,
          memberId: this.#memberId,
          groupInstanceId,
          protocolType: 'consumer',
          protocols,
        },
        // The answer waits for the others, who have as long as their readers may take.
        Math.min(maxPollIntervalMs + 5_000, 2 ** 31 - 1),
      )
      if (errorName(group.errorCode) === 'MEMBER_ID_REQUIRED') {
        this.#memberId = group.memberId
        continue
      }
      check(group.errorCode, { context: this.#told('join') })
      return { group, leader: group.leader === group.memberId }
    }
  }
  #assignorOf(name: string | null): Assignor {
    const assignor = this.#options.assignors.find(assignor => assignor.name === name)
    if (assignor === undefined) throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL', { context: this.#told('join') })
    return assignor
  }
  async #divide(group: DecodedResponseOf<typeof joinGroup>, assignor: Assignor) {
    const { assignments, divided } = await assignmentBy(assignor, group.members, this.#cluster)
    this.#divided = divided
    // KIP-814: a static leader that is back keeps watch over the topics, and leaves the assignment as it is.
    if (group.skipAssignment) return []
    return [...assignments].map(([memberId, given]) => {
      const { partitions, userData } = 'partitions' in given ? given : { partitions: given, userData: null }
      return { memberId, assignment: writeAssignment({ assignedPartitions: nested(partitions), userData }) }
    })
  }
  /** The leader looks whether the topics that it divided have grown, or new ones have come. */
  async #dividedOtherwise(): Promise<boolean> {
    return this.#divided !== undefined && (await this.#divided.changed())
  }

  async #take(assigned: TopicPartition[]): Promise<void> {
    const given = difference(this.#assignment, assigned)
    const added = difference(assigned, this.#assignment)
    if (given.length > 0) {
      await this.#hooks.revoked(given)
      // KIP-429: what was given up can be given away only in another rebalance.
      this.#mustJoin = true
    }
    this.#assignment = assigned
    await this.#hooks.assigned(added)
  }
  async #giveUp(partitions: readonly TopicPartition[]): Promise<void> {
    if (partitions.length === 0) return
    await this.#hooks.revoked(partitions)
    this.#assignment = difference(this.#assignment, partitions)
  }
  async #tellLost(): Promise<void> {
    const lost = this.#lost
    this.#lost = []
    if (lost.length > 0) await this.#hooks.lost(lost)
  }
  #lose(): void {
    this.#previous = nothingYet
    this.#lost.push(...this.#assignment)
    this.#assignment = []
    this.#forget()
    this.#mustJoin = true
  }
  #forget(): void {
    this.#timer?.cancel()
    this.#memberId = ''
    this.#generation = -1
    this.#divided = undefined
  }

  /** Whether to try again. */
  #afterFailedJoin(error: unknown): boolean {
    if (isStale(error)) this.#cluster.forgetCoordinator(this.#options.groupId)
    this.refused(error)
    if (this.#fatal !== undefined) return false
    const code = error instanceof KafkaError ? error.code : ''
    return mayRetry(error) || ['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION'].includes(code)
  }

  #scheduleHeartbeat(): void {
    this.#timer?.cancel()
    this.#timer = this.#cluster.options.clock.after(this.#options.heartbeatIntervalMs, () => void this.#beat())
  }
  async #beat(): Promise<void> {
    if (this.#joining || this.#heartbeatRunning || this.#memberId === '') return
    const { clock } = this.#cluster.options
    if (clock.monotonic() - this.#polledAt > this.#options.maxPollIntervalMs) {
      await this.#sendLeave(`no poll within ${this.#options.maxPollIntervalMs} ms`)
      this.#lose()
      return
    }
    this.#heartbeatRunning = true
    const { generation, memberId, groupInstanceId } = this.identity
    try {
      const answer = await this.#ask(
        heartbeat,
        { groupId: this.#options.groupId, generationId: generation, memberId, groupInstanceId },
        this.#options.sessionTimeoutMs,
      )
      check(answer.errorCode, { context: this.#told('heartbeat') })
      this.#options.observer.heartbeat?.(this.identity)
    } catch (error) {
      // An answer to the member that it was before it joined again says nothing of what it is now.
      if (generation === this.#generation && memberId === this.#memberId) this.refused(error)
      if (isStale(error)) this.#cluster.forgetCoordinator(this.#options.groupId)
    } finally {
      this.#heartbeatRunning = false
    }
    if (this.#memberId !== '' && !this.#joining) this.#scheduleHeartbeat()
  }
  async #sendLeave(reason: string): Promise<void> {
    const { groupId, groupInstanceId } = this.#options
    const memberId = this.#memberId
    if (memberId === '') return
    try {
      await this.#ask(leaveGroup, version =>
        version >= 3 ? { groupId, members: [{ memberId, groupInstanceId, reason }] } : { groupId, memberId },
      )
    } catch {
      // Who cannot be told will notice when the session ends.
    }
  }

  async #ask<A extends AnyApi>(api: A, draft: DraftFor<A>, timeoutMs?: number): Promise<DecodedResponseOf<A>> {
    const coordinator = await this.#cluster.coordinator(this.#options.groupId)
    return this.#cluster.ask(coordinator, 'coordinator', api, draft, timeoutMs === undefined ? {} : { timeoutMs })
  }
  #told(what: string): string {
    return `${what} of group '${this.#options.groupId}'`
  }
}

const nothingYet: PreviousAssignment = { partitions: [], generation: -1 }
