// A consumer's life in a group of the consumer protocol (KIP-848): the coordinator assigns, by the answers to heartbeats.
//
//              heartbeat 0            heartbeats with the epoch that was last told
//   outside ────────────────▶ member ───────────────────────────────────────────────┐
//      ▲                        ▲  └── an answer names other partitions ──▶ reconcile │
//      │                        └──────────── the next heartbeat tells what it has ◀─┘
//      └── fenced, unknown, or no poll within maxPollIntervalMs: the partitions are lost, not given up
//
// Reconciling happens inside `poll`: what is not to be ours any more is given up, what is new taken, and only then told;
// the coordinator gives a partition away once its owner has said that it is without it.

import type { Timer } from '../../base/index.ts'
import { consumerGroupHeartbeat, type DecodedResponseOf, type RequestDraftOf } from '../../protocol/index.ts'
import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster } from '../cluster.ts'
import { check, isStale, KafkaError, mayRetry } from '../errors.ts'
import { backoff } from '../retry.ts'
import { byTopicId, differenceById, named, type IdentifiedPartition, type PartitionsOfId } from './identified.ts'
import type {
  MemberIdentity,
  Membership,
  MembershipHooks,
  MembershipOptions,
  Subscribed,
  SubscriptionToMatch,
} from './membership.ts'

const epochOfJoin = 0,
  epochOfLeave = -1,
  epochOfStaticLeave = -2,
  outside = -1
/** Until the coordinator says how often. */
const heartbeatIntervalMsFirst = 1_000
/** The coordinator does not know this member as it is: it begins again, under the same id. */
const fencing = new Set<string>(['UNKNOWN_MEMBER_ID', 'FENCED_MEMBER_EPOCH', 'GROUP_ID_NOT_FOUND'])
/** It cannot match the expression, by its version or its syntax. */
const unmatchable = new Set<string>(['INVALID_REGULAR_EXPRESSION', 'UNSUPPORTED_VERSION'])

export class ConsumerMembership implements Membership {
  readonly #cluster: Cluster
  readonly #options: MembershipOptions
  readonly #hooks: MembershipHooks
  readonly #subscribed: Subscribed
  #memberId: string
  #epoch = outside
  /** Counts the times that it has begun anew: what comes of before says nothing of now. */
  #life = 0
  #owned: readonly IdentifiedPartition[] = []
  #lost: IdentifiedPartition[] = []
  /** The reader has heard what it has, if only that it is nothing. */
  #isAssigned = false
  /** What the coordinator wants it to have, where that is not seen to. */
  #target: readonly PartitionsOfId[] | undefined
  #resolveAt = 0
  #subscription: SubscriptionToMatch | undefined
  #matchesHere = false
  /** What the coordinator was last told; undefined: tell it all. */
  #told: { subscription: SubscriptionToMatch; owned: readonly IdentifiedPartition[] } | undefined
  #failure: unknown
  #fatal: KafkaError | undefined
  #timer: Timer | undefined
  #intervalMs = heartbeatIntervalMsFirst
  #failedBeats = 0
  #underWay: Promise<void> | undefined
  #polledAt: number

  constructor(cluster: Cluster, options: MembershipOptions, hooks: MembershipHooks, subscribed: Subscribed) {
    this.#cluster = cluster
    this.#options = options
    this.#hooks = hooks
    this.#subscribed = subscribed
    this.#memberId = Buffer.from(cluster.options.random.uuid(), 'hex').toString('base64url')
    this.#polledAt = cluster.options.clock.monotonic()
  }
  get identity(): MemberIdentity {
    const { groupInstanceId } = this.#options
    return { memberId: this.#memberId, generation: this.#epoch, groupInstanceId, hasEpoch: true }
  }
  rejoin(): void {
    this.#subscription = undefined
  }

  async poll(signal?: AbortSignal): Promise<void> {
    this.#polledAt = this.#cluster.options.clock.monotonic()
    if (this.#fatal !== undefined) throw this.#fatal
    await this.#tellLost()
    this.#throwFailure()
    if (this.#epoch === outside) await this.#join(signal)
    else if (this.#subscription === undefined) {
      await this.#learnSubscription()
      await this.#heartbeat().catch((error: unknown) => this.#failedBeat(error))
    }
    this.#throwFailure()
    await this.#reconcile()
  }
  async #join(signal?: AbortSignal): Promise<void> {
    const { clock, retryTimeoutMs } = this.#cluster.options
    const deadline = clock.monotonic() + retryTimeoutMs
    for (let attempt = 0; this.#epoch === outside; attempt++) {
      signal?.throwIfAborted()
      try {
        await this.#learnSubscription()
        await this.#heartbeat()
      } catch (error) {
        if (isStale(error)) this.#cluster.forgetCoordinator(this.#options.groupId)
        if (this.#mustMatchHere(error)) continue
        const isFenced = error instanceof KafkaError && fencing.has(error.code)
        if ((!mayRetry(error) && !isFenced) || clock.monotonic() > deadline) throw error
        await clock.sleep(backoff(attempt, this.#cluster.options), signal)
      }
    }
  }
  #tellJoined(partitions: readonly TopicPartition[]): void {
    const assignor = this.#options.remoteAssignor ?? ''
    this.#options.observer.joined?.({ ...this.identity, assignor, leaderId: '', partitions, durationMs: 0 })
  }
  /** In the place of the coordinator, which cannot: from now on it is told names. */
  #mustMatchHere(error: unknown): boolean {
    const isUnmatchable = error instanceof KafkaError && unmatchable.has(error.code)
    if (!isUnmatchable || (this.#subscription?.expression ?? null) === null) return false
    this.#subscription = undefined
    return (this.#matchesHere = true)
  }
  async #learnSubscription(): Promise<void> {
    const toMatch = this.#matchesHere ? undefined : this.#subscribed.forCoordinator()
    this.#subscription = toMatch ?? { names: await this.#subscribed.topics(), expression: null }
  }

  async #reconcile(): Promise<void> {
    const { clock, backoffMsMax } = this.#cluster.options
    const target = this.#target
    if (target === undefined || clock.monotonic() < this.#resolveAt) return
    const { partitions, isWhole } = await named(this.#cluster, target)
    // A newer one came, or all is lost.
    if (this.#target !== target) return
    this.#target = undefined
    const life = this.#life
    const given = differenceById(this.#owned, partitions)
    const added = differenceById(partitions, this.#owned)
    if (given.length > 0) {
      await this.#hooks.revoked(given)
      if (life !== this.#life) return
    }
    this.#owned = partitions
    const isNews = given.length > 0 || added.length > 0
    if (isNews) this.#tellJoined(partitions)
    if (isNews || !this.#isAssigned) await this.#hooks.assigned(added)
    if (life !== this.#life) return
    this.#isAssigned = true
    if (!isWhole) {
      // Metadata lags behind the coordinator, or the topic is gone already.
      this.#target ??= target
      this.#resolveAt = clock.monotonic() + backoffMsMax
    }
    if (isNews) await this.#heartbeat().catch((error: unknown) => this.#failedBeat(error))
  }

  refused(error: unknown): void {
    if (!(error instanceof KafkaError)) return
    if (error.code === 'STALE_MEMBER_EPOCH') this.#schedule(0)
    else if (fencing.has(error.code)) this.#lose()
    else if (error.code === 'FENCED_INSTANCE_ID') {
      this.#lose()
      this.#fatal = error
    }
  }
  async leave(): Promise<void> {
    this.#timer?.cancel()
    await this.#tellLost()
    const given = this.#owned
    if (given.length > 0) await this.#hooks.revoked(given)
    this.#owned = []
    await this.#sendLeave()
    this.#forget()
  }
  stop(): void {
    this.#forget()
  }

  async #tellLost(): Promise<void> {
    const lost = this.#lost.splice(0)
    if (lost.length > 0) await this.#hooks.lost(lost)
  }
  #lose(): void {
    this.#lost.push(...this.#owned)
    this.#owned = []
    this.#forget()
    this.#hooks.attention()
  }
  #forget(): void {
    this.#timer?.cancel()
    this.#life++
    this.#epoch = outside
    this.#isAssigned = false
    this.#told = this.#target = undefined
  }
  #throwFailure(): void {
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure
  }

  /** One at a time: who asks while one is under way gets the next, as that one may not tell what is to be told. */
  async #heartbeat(): Promise<void> {
    while (this.#underWay !== undefined) await this.#underWay.catch(() => {})
    if (this.#subscription === undefined) return
    this.#timer?.cancel()
    this.#underWay = this.#send(this.#subscription).finally(() => {
      this.#underWay = undefined
    })
    return this.#underWay
  }
  async #send(subscription: SubscriptionToMatch): Promise<void> {
    const life = this.#life,
      owned = this.#owned
    let answer: DecodedResponseOf<typeof consumerGroupHeartbeat>
    try {
      answer = await this.#ask(version => this.#draft(version, subscription, owned))
    } catch (error) {
      this.#told = undefined
      if (life !== this.#life) return
      this.refused(error)
      throw error
    }
    if (life !== this.#life) return
    this.#failedBeats = 0
    this.#told = { subscription, owned }
    // Of version 0 the id is made by the coordinator.
    this.#memberId = answer.memberId || this.#memberId
    this.#epoch = answer.memberEpoch
    this.#intervalMs = answer.heartbeatIntervalMs
    this.#options.observer.heartbeat?.(this.identity)
    if (answer.assignment !== null) {
      this.#target = answer.assignment.topicPartitions
      this.#resolveAt = 0
      this.#hooks.attention()
    }
    this.#schedule(this.#intervalMs)
  }
  /** All that there is to say when it joins, and after a failure; else what has changed. */
  #draft(
    version: number,
    subscription: SubscriptionToMatch,
    owned: readonly IdentifiedPartition[],
  ): RequestDraftOf<typeof consumerGroupHeartbeat> {
    const { groupId, groupInstanceId: instanceId, rack: rackId, remoteAssignor, maxPollIntervalMs } = this.#options
    const { names, expression } = subscription
    const told = this.#told
    if (version === 0 && expression !== null)
      throw new KafkaError('UNSUPPORTED_VERSION', { message: 'The coordinator cannot match expressions.' })
    // A group in which nobody reads anything may leave its first member at 0, which has then yet to join.
    const joins = this.#epoch <= epochOfJoin
    const says = {
      groupId,
      memberId: this.#memberId,
      memberEpoch: joins ? epochOfJoin : this.#epoch,
      instanceId,
    }
    const regex = version === 0 ? {} : { subscribedTopicRegex: expression ?? '' }
    if (joins || told === undefined)
      return {
        ...says,
        rackId,
        rebalanceTimeoutMs: maxPollIntervalMs,
        subscribedTopicNames: [...names],
        ...(expression === null ? {} : regex),
        serverAssignor: remoteAssignor,
        topicPartitions: joins ? [] : byTopicId(owned),
      }
    return {
      ...says,
      ...(told.subscription === subscription ? {} : { subscribedTopicNames: [...names], ...regex }),
      ...(told.owned === owned ? {} : { topicPartitions: byTopicId(owned) }),
    }
  }
  #schedule(ms: number): void {
    const { clock } = this.#cluster.options
    const pollBy = this.#polledAt + this.#options.maxPollIntervalMs - clock.monotonic()
    this.#timer?.cancel()
    this.#timer = clock.after(Math.max(0, Math.min(ms, pollBy + 1)), () => void this.#beat())
  }
  async #beat(): Promise<void> {
    if (this.#epoch === outside) return
    const { clock } = this.#cluster.options
    if (clock.monotonic() - this.#polledAt > this.#options.maxPollIntervalMs) {
      const sent = this.#sendLeave()
      this.#lose()
      return sent
    }
    await this.#heartbeat().catch((error: unknown) => this.#failedBeat(error))
  }
  #failedBeat(error: unknown): void {
    if (isStale(error)) this.#cluster.forgetCoordinator(this.#options.groupId)
    if (this.#mustMatchHere(error)) return this.#hooks.attention()
    if (this.#epoch === outside) return
    if (mayRetry(error)) return this.#schedule(backoff(this.#failedBeats++, this.#cluster.options))
    this.#failure = error
    this.#lose()
  }
  async #sendLeave(): Promise<void> {
    if (this.#epoch === outside) return
    const { groupId, groupInstanceId: instanceId } = this.#options
    const memberEpoch = instanceId === null ? epochOfLeave : epochOfStaticLeave
    const draft = { groupId, memberId: this.#memberId, memberEpoch, instanceId }
    // Who cannot be told will notice when the session ends.
    await this.#ask(() => draft).catch(() => {})
  }
  async #ask(
    draft: (version: number) => RequestDraftOf<typeof consumerGroupHeartbeat>,
  ): Promise<DecodedResponseOf<typeof consumerGroupHeartbeat>> {
    const { groupId } = this.#options
    const coordinator = await this.#cluster.coordinator(groupId)
    const answer = await this.#cluster.ask(coordinator, 'coordinator', consumerGroupHeartbeat, draft)
    check(answer.errorCode, { context: `heartbeat of group '${groupId}'`, message: answer.errorMessage })
    return answer
  }
}
