// What kafka-consumer-groups asks of a cluster: groups of either protocol, seen alike, and what they have committed.

import type { Client, TopicPartition } from '../../../client/index.ts'
import {
  consumerGroupDescribe,
  describeGroups,
  errorCode,
  errorName,
  listGroups,
  offsetFetch,
  readAssignment,
  type DecodedResponseOf,
} from '../../../protocol/index.ts'
import { accept, refusal } from '../java-exceptions.ts'
import { ToolError } from '../tool.ts'

export interface ListedGroup {
  readonly groupId: string
  readonly type: string
  readonly state: string
}
export interface DescribedGroup {
  readonly groupId: string
  readonly state: string
  readonly assignor: string
  readonly coordinator: { readonly id: number; readonly address: string }
  readonly members: readonly DescribedMember[]
  /** Of groups of the consumer protocol. */
  readonly groupEpoch: number | undefined
  readonly targetAssignmentEpoch: number | undefined
}
export interface DescribedMember {
  readonly memberId: string
  readonly groupInstanceId: string
  readonly clientId: string
  readonly host: string
  readonly assignment: readonly TopicPartition[]
  readonly targetAssignment: readonly TopicPartition[]
  readonly epoch: number | undefined
  /** Whether a member of the consumer protocol; undefined where the group has only one kind. */
  readonly isUpgraded: boolean | undefined
}
export interface Committed extends TopicPartition {
  readonly offset: number
  readonly leaderEpoch: number
}

const typeNames: Readonly<Record<string, string>> = {
  classic: 'Classic',
  consumer: 'Consumer',
  share: 'Share',
  streams: 'Streams',
}

/** The groups of consumers, by id. */
export async function listConsumerGroups(
  client: Client,
  { types, states }: { readonly types: readonly string[]; readonly states: readonly string[] },
): Promise<ListedGroup[]> {
  const brokers = await client.admin.requests.brokers()
  const answers = await Promise.all(
    brokers.map(({ nodeId }) =>
      client.admin.requests.retrying(async () => {
        const answer = await client.admin.requests.broker(nodeId, listGroups, version => ({
          ...(version >= 4 ? { statesFilter: states } : {}),
          ...(version >= 5 ? { typesFilter: types } : {}),
        }))
        accept(answer.errorCode)
        return answer.groups
      }),
    ),
  )
  return answers
    .flat()
    .filter(({ protocolType }) => protocolType === '' || protocolType === 'consumer')
    .map(({ groupId, groupType, groupState }) => ({
      groupId,
      type: typeNames[groupType.toLowerCase()] ?? 'Unknown',
      state: groupState === '' ? 'Unknown' : groupState,
    }))
    .toSorted((a, b) => (a.groupId < b.groupId ? -1 : 1))
}

/** Throws GROUP_ID_NOT_FOUND. A classic group is one that the newer request does not know. */
export async function describeGroup(client: Client, groupId: string): Promise<DescribedGroup> {
  const key = { key: groupId, kind: 'group' } as const
  let told: string | null | undefined
  try {
    const answer = await client.admin.requests.coordinator(
      key,
      consumerGroupDescribe,
      { groupIds: [groupId], includeAuthorizedOperations: false },
      ({ groups }) => {
        if (!isUnknown(groups[0]!.errorCode)) accept(groups[0]!.errorCode, groups[0]!.errorMessage)
      },
    )
    const group = answer.groups[0]!
    if (!isUnknown(group.errorCode)) return ofConsumerProtocol(group, await coordinatorOf(client, groupId))
    told = group.errorMessage
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'UNSUPPORTED_VERSION') throw error
  }
  const answer = await client.admin.requests.coordinator(key, describeGroups, { groups: [groupId] }, ({ groups }) => {
    if (!isUnknown(groups[0]!.errorCode)) accept(groups[0]!.errorCode, groups[0]!.errorMessage)
  })
  const group = answer.groups[0]!
  if (isUnknown(group.errorCode)) throw refusal(group.errorCode, told ?? group.errorMessage)
  if (group.protocolType !== '' && group.protocolType !== 'consumer')
    throw new ToolError(
      `java.lang.IllegalArgumentException: GroupId ${groupId} is not a consumer group (${group.protocolType}).`,
    )
  return ofClassicProtocol(group, await coordinatorOf(client, groupId))
}
const isUnknown = (code: number) => errorName(code) === 'GROUP_ID_NOT_FOUND'

async function coordinatorOf(client: Client, groupId: string): Promise<DescribedGroup['coordinator']> {
  const id = await client.admin.requests.coordinatorOf(groupId, 'group')
  const broker = (await client.admin.requests.brokers()).find(({ nodeId }) => nodeId === id)
  return { id, address: broker === undefined ? '-' : `${broker.host}:${broker.port}` }
}

type ConsumerGroup = DecodedResponseOf<typeof consumerGroupDescribe>['groups'][number]
function ofConsumerProtocol(group: ConsumerGroup, coordinator: DescribedGroup['coordinator']): DescribedGroup {
  const { groupId, groupState, assignorName, groupEpoch, assignmentEpoch } = group
  const members = group.members.map(member => ({
    memberId: member.memberId,
    groupInstanceId: member.instanceId ?? '',
    clientId: member.clientId,
    host: member.clientHost,
    assignment: flat(member.assignment.topicPartitions),
    targetAssignment: flat(member.targetAssignment.topicPartitions),
    epoch: member.memberEpoch,
    isUpgraded: member.memberType === -1 ? undefined : member.memberType === 1,
  }))
  const epochs = { groupEpoch, targetAssignmentEpoch: assignmentEpoch }
  return { groupId, state: groupState, assignor: assignorName, coordinator, members, ...epochs }
}
function flat(topics: readonly { topicName: string; partitions: readonly number[] }[]): TopicPartition[] {
  return topics.flatMap(({ topicName, partitions }) => partitions.map(partition => ({ topic: topicName, partition })))
}

type ClassicGroup = DecodedResponseOf<typeof describeGroups>['groups'][number]
function ofClassicProtocol(group: ClassicGroup, coordinator: DescribedGroup['coordinator']): DescribedGroup {
  const members = group.members.map(member => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId ?? '',
    clientId: member.clientId,
    host: member.clientHost,
    assignment:
      member.memberAssignment.length === 0
        ? []
        : readAssignment(member.memberAssignment).assignedPartitions.flatMap(({ topic, partitions }) =>
            partitions.map(partition => ({ topic, partition })),
          ),
    targetAssignment: [],
    epoch: undefined,
    isUpgraded: undefined,
  }))
  return {
    groupId: group.groupId,
    state: group.groupState,
    assignor: group.protocolData,
    coordinator,
    members,
    groupEpoch: undefined,
    targetAssignmentEpoch: undefined,
  }
}

/** What a group has committed; nothing for one that does not exist. */
export async function committedOffsets(client: Client, groupId: string): Promise<Committed[]> {
  const answer = await client.admin.requests.coordinator(
    { key: groupId, kind: 'group' },
    offsetFetch,
    version => (version >= 8 ? { groups: [{ groupId, topics: null }] } : { groupId, topics: null }),
    answer => accept(answer.groups[0]?.errorCode ?? answer.errorCode),
    // From version 10 on topics have ids instead of names.
    { versionMax: 9 },
  )
  return (answer.groups[0] ?? answer).topics
    .flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, committedOffset, committedLeaderEpoch, errorCode }) => {
        accept(errorCode)
        return { topic: name, partition: partitionIndex, offset: committedOffset, leaderEpoch: committedLeaderEpoch }
      }),
    )
    .filter(({ offset }) => offset >= 0)
    .toSorted(byPlace)
}

export function byPlace(a: TopicPartition, b: TopicPartition): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
}

/** The end offsets of partitions that have a leader, under `topic-partition`. Throws for topics that do not exist. */
export async function endOffsets(client: Client, places: readonly TopicPartition[]): Promise<Map<string, number>> {
  if (places.length === 0) return new Map()
  const different = new Map(places.map(place => [`${place.topic}-${place.partition}`, place]))
  const led = await withLeader(client, [...different.values()])
  const found = led.length === 0 ? [] : await client.admin.records.offsets(led, 'latest')
  return new Map(found.map(({ topic, partition, offset }) => [`${topic}-${partition}`, offset]))
}

/** Those that somebody leads. Throws UNKNOWN_TOPIC_OR_PARTITION for a topic that does not exist. */
export async function withLeader(client: Client, places: readonly TopicPartition[]): Promise<TopicPartition[]> {
  const topics = await client.admin.requests.topics([...new Set(places.map(({ topic }) => topic))])
  const led = new Set<string>()
  for (const { name, error, partitions } of topics) {
    if (error !== 'NONE') throw refusal(errorCode(error))
    for (const { partition, leader } of partitions) if (leader >= 0) led.add(`${name}-${partition}`)
  }
  return places.filter(({ topic, partition }) => led.has(`${topic}-${partition}`))
}
