// The coordinator of groups as the broker sees it: requests of the protocol in, answers out, each by the partition of
// __consumer_offsets that its group belongs to. What a group is and does stands in groups.ts.

import type { Clock, Logger, Random, Timer } from '../base/index.ts'
import type { ErrorName } from '../protocol/index.ts'
import * as administration from './api/administration.ts'
import type { CallContext } from './api/call.ts'
import * as consumers from './api/consumer-groups.ts'
import * as membership from './api/membership.ts'
import * as offsets from './api/offsets.ts'
import * as transactional from './api/transactional-offsets.ts'
import type { GroupConfig } from './config.ts'
import { GroupFormat } from './group-format.ts'
import { groupsOf, partitionCounts, type GroupOverview, type PartitionCounts } from './group-overview.ts'
import { groupMachine } from './groups.ts'
import type { Outside, Refusal, To } from './machine.ts'
import { noGroup } from './offsets/transactions.ts'
import { partitionFor } from './partition-for.ts'
import type { Answers, GroupEvent, GroupRequest, GroupTypes } from './requests.ts'
import { Shard, type CoordinatorLog } from './shard.ts'
import type { TopicNames } from './topic-names.ts'
import { Unanswered } from './unanswered.ts'

export interface GroupCoordinatorOptions {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly config: GroupConfig
  /** How many partitions __consumer_offsets has, or will have. */
  readonly partitionCount: () => number
  readonly topics: TopicNames
}
type WithoutTo<R> = R extends { readonly to: To } ? Omit<R, 'to'> : never
export type Question<Is extends keyof Answers> = WithoutTo<Extract<GroupRequest, { is: Is }>>

export class GroupCoordinator {
  readonly config: GroupConfig
  readonly topics: TopicNames
  readonly random: Random
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #partitionCount: () => number
  readonly #shards = new Map<number, Shard<GroupTypes>>()
  readonly #unanswered = new Unanswered<Answers[keyof Answers] | Refusal>()
  readonly #outside: Outside<GroupTypes>
  #cleaning: Timer | undefined

  constructor({ clock, random, logger, config, partitionCount, topics }: GroupCoordinatorOptions) {
    this.config = config
    this.topics = topics
    this.random = random
    this.#clock = clock
    this.#logger = logger
    this.#partitionCount = partitionCount
    this.#outside = {
      answer: (to, response) => this.#unanswered.answer(to, response),
      perform: ({ groupId, event, fields }) => logger.info(event, { group: groupId, ...fields }),
    }
  }

  partitionFor(groupId: string): number {
    return partitionFor(groupId, this.#partitionCount())
  }

  /** This broker leads the partition from now on: its groups are loaded, and then served. */
  async lead(partition: number, log: CoordinatorLog): Promise<void> {
    this.resign(partition)
    const shard = new Shard({
      partition,
      log,
      machine: groupMachine({ config: this.config, topics: this.topics }),
      format: new GroupFormat(this.config.compression),
      clock: this.#clock,
      logger: this.#logger,
      outside: this.#outside,
      answerMsMax: this.config.commitTimeoutMs,
    })
    this.#shards.set(partition, shard)
    this.#cleaning ??= this.#cleanLater()
    await shard.load()
  }
  /** Another broker leads it now, or none. */
  resign(partition: number): void {
    this.#shards.get(partition)?.resign()
    this.#shards.delete(partition)
  }
  /** The partition keeps everything before this offset. */
  committed(partition: number, highWatermark: number): void {
    this.#shards.get(partition)?.runtime.committed(highWatermark)
  }
  /** The partition has lost what it held from this offset on. */
  lost(partition: number, fromOffset: number): void {
    this.#shards.get(partition)?.runtime.lost(fromOffset)
  }
  close(): void {
    this.#cleaning?.cancel()
    for (const partition of this.#shards.keys()) this.resign(partition)
  }

  /** Those of all partitions that are led here. */
  *groups(): Iterable<GroupOverview> {
    for (const { runtime } of this.#shards.values()) yield* groupsOf(runtime)
  }
  partitionCounts(): PartitionCounts {
    return partitionCounts([...this.#shards.values()].map(({ runtime }) => runtime))
  }

  /** Asks the machine of the group's partition. */
  ask<Is extends keyof Answers>(question: Question<Is>): Promise<Answers[Is] | Refusal> {
    const { key } = question as { readonly key: string }
    return this.#askShard(this.#shards.get(this.partitionFor(key)), question)
  }
  /** Asks the machines of all partitions that are led here. */
  askAll<Is extends keyof Answers>(question: Question<Is>): Promise<(Answers[Is] | Refusal)[]> {
    return Promise.all([...this.#shards.values()].map(shard => this.#askShard(shard, question)))
  }
  #askShard<Is extends keyof Answers>(
    shard: Shard<GroupTypes> | undefined,
    question: Question<Is>,
  ): Promise<Answers[Is] | Refusal> {
    if (shard === undefined) return Promise.resolve({ error: 'NOT_COORDINATOR' })
    // The machine answers a question in its own kind.
    return this.#unanswered.ask(to => shard.runtime.take({ ...question, to } as unknown as GroupRequest)) as Promise<
      Answers[Is] | Refusal
    >
  }

  /** Topics are gone: so are the offsets that were committed for them. */
  topicsDeleted(topics: readonly { readonly name: string; readonly topicId: string }[]): void {
    this.#everyGroup(key => ({ is: 'topicsDeleted', key, topics }))
  }
  #cleanLater(): Timer {
    return this.#clock.after(this.config.offsetsRetentionCheckIntervalMs, () => {
      this.#everyGroup(key => ({ is: 'offsetsExpire', key }))
      this.#cleaning = this.#cleanLater()
    })
  }
  #everyGroup(eventOf: (groupId: string) => GroupEvent): void {
    for (const { runtime } of this.#shards.values()) {
      if (!runtime.isLeading) continue
      const { durable, volatile } = runtime.state
      for (const groupId of [...durable.consumerGroups.keys(), ...volatile.classic.keys()])
        runtime.happen(eventOf(groupId))
    }
  }

  joinGroup(request: membership.JoinGroup, context: CallContext): Promise<membership.JoinGroupResponse> {
    return membership.joinGroup(this, request, context)
  }
  syncGroup(request: membership.SyncGroup): Promise<membership.SyncGroupResponse> {
    return membership.syncGroup(this, request)
  }
  heartbeat(request: membership.Heartbeat): Promise<membership.HeartbeatResponse> {
    return membership.heartbeat(this, request)
  }
  leaveGroup(request: membership.LeaveGroup, context: CallContext): Promise<membership.LeaveGroupResponse> {
    return membership.leaveGroup(this, request, context)
  }
  consumerGroupHeartbeat(
    request: consumers.ConsumerGroupHeartbeat,
    context: CallContext,
  ): Promise<consumers.ConsumerGroupHeartbeatResponse> {
    return consumers.consumerGroupHeartbeat(this, request, context)
  }
  consumerGroupDescribe(request: consumers.ConsumerGroupDescribe): Promise<consumers.ConsumerGroupDescribeResponse> {
    return consumers.consumerGroupDescribe(this, request)
  }
  offsetCommit(request: offsets.OffsetCommit, context: CallContext): Promise<offsets.OffsetCommitResponse> {
    return offsets.offsetCommit(this, request, context)
  }
  txnOffsetCommit(
    request: transactional.TxnOffsetCommit,
    context: CallContext,
  ): Promise<transactional.TxnOffsetCommitResponse> {
    return transactional.txnOffsetCommit(this, request, context)
  }
  /** Writes the marker of a transaction that has ended into a partition of __consumer_offsets. */
  async writeMarker(partition: number, marker: transactional.Marker): Promise<ErrorName> {
    const { error } = await this.#askShard<'marker'>(this.#shards.get(partition), {
      is: 'marker',
      key: noGroup,
      ...marker,
    })
    return error
  }
  offsetFetch(request: offsets.OffsetFetch, context: CallContext): Promise<offsets.OffsetFetchResponse> {
    return offsets.offsetFetch(this, request, context)
  }
  offsetDelete(request: offsets.OffsetDelete): Promise<offsets.OffsetDeleteResponse> {
    return offsets.offsetDelete(this, request)
  }
  listGroups(request: administration.ListGroups): Promise<administration.ListGroupsResponse> {
    return administration.listGroups(this, request)
  }
  describeGroups(
    request: administration.DescribeGroups,
    context: CallContext,
  ): Promise<administration.DescribeGroupsResponse> {
    return administration.describeGroups(this, request, context)
  }
  deleteGroups(request: administration.DeleteGroups): Promise<administration.DeleteGroupsResponse> {
    return administration.deleteGroups(this, request)
  }
}
