// What kafka-topics --describe prints: a line a topic, and one a partition, in fields divided by tabs.

import type { Client, TopicInfo } from '../../client/index.ts'
import { describeConfigs, describeTopicPartitions, listPartitionReassignments } from '../../protocol/index.ts'
import { accept } from './java-exceptions.ts'

export interface DescribeWhat {
  /** Only partitions of which one of these is true. */
  readonly reports: readonly string[]
  readonly topics: boolean
  readonly partitions: boolean
  /** Only topics with configs of their own. */
  readonly overriddenOnly: boolean
  /** How many partitions one answer may describe. */
  readonly pageSize: number
}
interface Partition {
  readonly topic: string
  readonly partition: number
  readonly leader: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly elr: readonly number[] | null
  readonly lastKnownElr: readonly number[] | null
  readonly reassignment: { readonly adding: readonly number[]; readonly removing: readonly number[] } | undefined
}

export async function describeTopics(
  client: Client,
  topics: readonly TopicInfo[],
  what: DescribeWhat,
): Promise<string[]> {
  if (topics.length === 0) return []
  const names = topics.map(({ name }) => name)
  const [partitions, configs, live] = await Promise.all([
    partitionsOf(client, names, what.pageSize),
    configsOf(client, names),
    client.admin.requests.brokers(),
  ])
  const brokers = new Set(live.map(({ nodeId }) => nodeId))
  return topics.flatMap(({ name, id }) => {
    const own = partitions.get(name) ?? []
    const config = configs.get(name) ?? []
    const overridden = config.filter(({ isDefault }) => !isDefault)
    const lines: string[] = []
    if (what.topics && (!what.overriddenOnly || overridden.length > 0))
      lines.push(topicLine({ name, id, partitions: own, configs: overridden }))
    if (!what.partitions) return lines
    const minIsr = Number(config.find(entry => entry.name === 'min.insync.replicas')?.value ?? 1)
    const shown = own.filter(
      partition => what.topics || what.reports.some(report => judges[report]!(partition, { minIsr, brokers })),
    )
    return [...lines, ...shown.map(partitionLine)]
  })
}

type Judge = (partition: Partition, known: { minIsr: number; brokers: ReadonlySet<number> }) => boolean
const judges: { readonly [report: string]: Judge } = {
  'under-replicated-partitions': partition => replicationFactor(partition) > partition.isr.length,
  'unavailable-partitions': ({ leader }, { brokers }) => !brokers.has(leader),
  'under-min-isr-partitions': ({ leader, isr }, { minIsr }) => leader < 0 || isr.length < minIsr,
  'at-min-isr-partitions': ({ isr }, { minIsr }) => isr.length === minIsr,
}

/** While a partition moves, those that come do not count. */
function replicationFactor({ replicas, reassignment }: Partition): number {
  const moving =
    reassignment !== undefined &&
    replicas.some(id => reassignment.adding.includes(id) || reassignment.removing.includes(id))
  return moving ? replicas.length - reassignment.adding.length : replicas.length
}

function topicLine({
  name,
  id,
  partitions,
  configs,
}: {
  name: string
  id: string
  partitions: readonly Partition[]
  configs: readonly { name: string; value: string | null }[]
}): string {
  return [
    `Topic: ${name}`,
    ...(/^0*$/.test(id) ? [] : [`TopicId: ${Buffer.from(id, 'hex').toString('base64url')}`]),
    `PartitionCount: ${partitions.length}`,
    `ReplicationFactor: ${partitions[0] === undefined ? 0 : replicationFactor(partitions[0])}`,
    `Configs: ${configs.map(entry => `${entry.name}=${entry.value}`).join(',')}`,
  ].join('\t')
}

function partitionLine(partition: Partition): string {
  const { topic, leader, replicas, isr, elr, lastKnownElr, reassignment } = partition
  return [
    `\tTopic: ${topic}`,
    `Partition: ${partition.partition}`,
    `Leader: ${leader < 0 ? 'none' : leader}`,
    `Replicas: ${replicas.join(',')}`,
    `Isr: ${isr.join(',')}`,
    ...(reassignment === undefined
      ? []
      : [`Adding Replicas: ${reassignment.adding.join(',')}`, `Removing Replicas: ${reassignment.removing.join(',')}`]),
    `Elr: ${elr?.join(',') ?? 'N/A'}`,
    `LastKnownElr: ${lastKnownElr?.join(',') ?? 'N/A'}`,
  ].join('\t')
}

/** By DescribeTopicPartitions, page by page (KIP-966); by Metadata where the broker is older. */
async function partitionsOf(
  client: Client,
  names: readonly string[],
  pageSize: number,
): Promise<Map<string, Partition[]>> {
  const moving = await reassignments(client)
  const found = new Map<string, Partition[]>()
  const add = (topic: string, partition: Omit<Partition, 'topic' | 'reassignment'>) => {
    const list = found.get(topic) ?? []
    found.set(topic, list)
    list.push({ ...partition, topic, reassignment: moving.get(`${topic}-${partition.partition}`) })
  }
  if (!(await serves(client, describeTopicPartitions.key))) {
    for (const { name, partitions } of await client.admin.topics.describe(names))
      for (const { partition, leader, replicas, isr } of partitions)
        add(name, { partition, leader, replicas, isr, elr: null, lastKnownElr: null })
    return found
  }
  let cursor: { topicName: string; partitionIndex: number } | null = null
  do {
    const page: Page = await client.admin.requests.any(describeTopicPartitions, {
      topics: names.filter(name => cursor === null || name >= cursor.topicName).map(name => ({ name })),
      responsePartitionLimit: pageSize,
      cursor,
    })
    for (const { name, errorCode, partitions } of page.topics) {
      accept(errorCode)
      for (const one of partitions)
        add(name!, {
          partition: one.partitionIndex,
          leader: one.leaderId,
          replicas: one.replicaNodes,
          isr: one.isrNodes,
          elr: one.eligibleLeaderReplicas,
          lastKnownElr: one.lastKnownElr,
        })
    }
    cursor = page.nextCursor
  } while (cursor !== null)
  return found
}
type Page = import('../../protocol/index.ts').DecodedResponseOf<typeof describeTopicPartitions>

async function serves(client: Client, key: number): Promise<boolean> {
  const [broker] = await client.admin.requests.brokers()
  return (await client.admin.cluster.apis(broker!.nodeId)).some(api => api.key === key)
}

async function reassignments(client: Client): Promise<Map<string, NonNullable<Partition['reassignment']>>> {
  if (!(await serves(client, listPartitionReassignments.key))) return new Map()
  const answer = await client.admin.requests.controller(listPartitionReassignments, { topics: null })
  accept(answer.errorCode, answer.errorMessage)
  return new Map(
    answer.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, addingReplicas, removingReplicas }) => [
        `${name}-${partitionIndex}`,
        { adding: addingReplicas, removing: removingReplicas },
      ]),
    ),
  )
}

interface ConfigValue {
  readonly name: string
  readonly value: string | null
  readonly isDefault: boolean
}
const topicResource = 2
const defaultSource = 5

async function configsOf(client: Client, topics: readonly string[]): Promise<Map<string, ConfigValue[]>> {
  const answer = await client.admin.requests.any(describeConfigs, {
    resources: topics.map(resourceName => ({ resourceType: topicResource, resourceName, configurationKeys: null })),
  })
  return new Map(
    answer.results.map(({ errorCode, errorMessage, resourceName, configs }) => {
      accept(errorCode, errorMessage)
      return [
        resourceName,
        configs.map(({ name, value, configSource }) => ({ name, value, isDefault: configSource === defaultSource })),
      ]
    }),
  )
}
