// A group of the consumer protocol (KIP-848), all of it durable: the log holds its epoch, its members, the target that the
// coordinator has set for each, and what each has by now.
//
//   a subscription, a member or a topic changes ──▶ the group's epoch grows ──▶ a target is computed for it (the assignment
//   epoch) ──▶ each member, at its next heartbeat, gives up what is not its any more, and then is given what is free.

import type { TopicNames } from '../topic-names.ts'
import { partitionsOf, noPartitions, assignmentOf, type Assignment } from './assignment.ts'
import { isReconciledTo, newMember, withAssignment, withMetadata, type ConsumerMember } from './member.ts'
import { memberTombstones, type ConsumerGroupRecord, type ValueOf } from './records.ts'

export type ConsumerGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable'
export type ResolvedExpression = ValueOf<'consumerGroupRegularExpression'>

export class ConsumerGroup {
  readonly id: string
  epoch = 0
  /** Of the topics that are subscribed to, as they were when the epoch began. */
  metadataHash = 0n
  /** Of the target. */
  assignmentEpoch = 0
  readonly members: Map<string, ConsumerMember>
  readonly targets: Map<string, Assignment>
  /** The topics that each regular expression was found to match. */
  readonly expressions: Map<string, ResolvedExpression>
  /** Made when it is asked for, and dropped when a member changes. */
  #owners: Map<string, Map<number, string>> | undefined
  readonly isSimple = false
  readonly usesConsumerProtocol = true

  constructor(id: string, like?: ConsumerGroup) {
    this.id = id
    this.members = new Map(like?.members)
    this.targets = new Map(like?.targets)
    this.expressions = new Map(like?.expressions)
    if (like === undefined) return
    this.epoch = like.epoch
    this.metadataHash = like.metadataHash
    this.assignmentEpoch = like.assignmentEpoch
  }

  /** Changes the group in place, and gives what takes the change back. */
  apply(record: ConsumerGroupRecord): () => void {
    switch (record.is) {
      case 'consumerGroupMetadata': {
        const { epoch, metadataHash } = this
        this.epoch = record.value?.epoch ?? 0
        this.metadataHash = record.value?.metadataHash ?? 0n
        return () => void Object.assign(this, { epoch, metadataHash })
      }
      case 'consumerGroupTargetAssignmentMetadata': {
        const { assignmentEpoch } = this
        this.assignmentEpoch = record.value?.assignmentEpoch ?? 0
        return () => void (this.assignmentEpoch = assignmentEpoch)
      }
      case 'consumerGroupTargetAssignmentMember':
        return put(this.targets, record.memberId, record.value && assignmentOf(record.value.topicPartitions))
      case 'consumerGroupRegularExpression':
        return put(this.expressions, record.regularExpression, record.value)
      case 'consumerGroupMemberMetadata':
        return this.#put(record.memberId, before => record.value && withMetadata(before, record.value))
      case 'consumerGroupCurrentMemberAssignment':
        if (record.value === null && !this.members.has(record.memberId)) return () => {}
        return this.#put(record.memberId, before => withAssignment(before, record.value))
    }
  }
  #put(memberId: string, change: (before: ConsumerMember) => ConsumerMember | null): () => void {
    const undo = put(this.members, memberId, change(this.members.get(memberId) ?? newMember(memberId)))
    this.#owners = undefined
    return () => {
      undo()
      this.#owners = undefined
    }
  }

  /** What takes the whole of it back. */
  tombstones(): readonly ConsumerGroupRecord[] {
    const { id: groupId } = this
    return [
      ...[...this.members.keys()].flatMap(memberId => memberTombstones(groupId, memberId)),
      { is: 'consumerGroupTargetAssignmentMetadata', groupId, value: null },
      ...[...this.expressions.keys()].map(
        regularExpression =>
          ({ is: 'consumerGroupRegularExpression', groupId, regularExpression, value: null }) as const,
      ),
      { is: 'consumerGroupMetadata', groupId, value: null },
    ]
  }

  get state(): ConsumerGroupState {
    if (this.members.size === 0) return 'Empty'
    if (this.epoch > this.assignmentEpoch) return 'Assigning'
    for (const member of this.members.values()) if (!isReconciledTo(member, this.assignmentEpoch)) return 'Reconciling'
    return 'Stable'
  }
  staticMember(instanceId: string | null): ConsumerMember | undefined {
    if (instanceId !== null)
      for (const member of this.members.values()) if (member.instanceId === instanceId) return member
    return undefined
  }
  targetOf(memberId: string): Assignment {
    return this.targets.get(memberId) ?? noPartitions
  }
  /** Who has the partition, and has not said yet that it gave it up. */
  ownerOf(topicId: string, partition: number): string | undefined {
    this.#owners ??= this.#findOwners()
    return this.#owners.get(topicId)?.get(partition)
  }
  #findOwners(): Map<string, Map<number, string>> {
    const owners = new Map<string, Map<number, string>>()
    for (const { memberId, assigned, pendingRevocation } of this.members.values())
      for (const assignment of [assigned, pendingRevocation])
        for (const [topicId, partition] of partitionsOf(assignment)) {
          const partitions = owners.get(topicId)
          if (partitions === undefined) owners.set(topicId, new Map([[partition, memberId]]))
          else partitions.set(partition, memberId)
        }
    return owners
  }

  /** By name or by a regular expression. */
  topicsOf({ subscribedTopicNames, subscribedTopicRegex }: ConsumerMember): ReadonlySet<string> {
    const matched = this.expressions.get(subscribedTopicRegex)?.topics ?? []
    return matched.length === 0 ? subscribedTopicNames : new Set([...subscribedTopicNames, ...matched])
  }
  /** Only topics that there are have ids. */
  topicIdsOf(member: ConsumerMember, topics: TopicNames): Set<string> {
    const ids = new Set<string>()
    for (const name of this.topicsOf(member)) {
      const topic = topics.byName(name)
      if (topic !== undefined) ids.add(topic.topicId)
    }
    return ids
  }
  get subscribedTopics(): ReadonlySet<string> {
    const all = new Set<string>()
    for (const member of this.members.values()) for (const topic of this.topicsOf(member)) all.add(topic)
    return all
  }
  isSubscribedTo(topic: string): boolean {
    for (const member of this.members.values()) if (this.topicsOf(member).has(topic)) return true
    return false
  }
  get subscribedExpressions(): ReadonlySet<string> {
    const all = new Set<string>()
    for (const { subscribedTopicRegex } of this.members.values())
      if (subscribedTopicRegex !== '') all.add(subscribedTopicRegex)
    return all
  }
  /** The assignor that most members ask for; undefined where none does. */
  get preferredAssignor(): string | undefined {
    const votes = new Map<string, number>()
    for (const { serverAssignor } of this.members.values())
      if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1)
    return [...votes].reduce((best, other) => (other[1] > best[1] ? other : best), ['', 0] as const)[0] || undefined
  }
}

function put<K, V>(map: Map<K, V>, key: K, value: V | null): () => void {
  const before = map.get(key)
  if (value === null) map.delete(key)
  else map.set(key, value)
  return () => {
    if (before === undefined) map.delete(key)
    else map.set(key, before)
  }
}

/** Applies a record to the group that it is of: there is none before the first, and none after its tombstone. */
export function applyToGroups(groups: Map<string, ConsumerGroup>, record: ConsumerGroupRecord): () => void {
  const { groupId, value } = record,
    group = groups.get(groupId)
  if (record.is === 'consumerGroupMetadata' && value === null) return put(groups, groupId, null)
  if (group !== undefined) return group.apply(record)
  if (value === null) return () => {}
  const created = new ConsumerGroup(groupId)
  created.apply(record)
  return put(groups, groupId, created)
}
