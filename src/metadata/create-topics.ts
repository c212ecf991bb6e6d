// Topics are created: Kafka's ReplicationControlManager.createTopics, each topic by itself, with its errors and its words.

import type { Random } from '../base/index.ts'
import type { BrokerConfig } from './configs/broker-config.ts'
import { describeTopicConfigs, type DescribedConfig } from './configs/describe.ts'
import { topicConfigsFault } from './configs/validate.ts'
import { type Decision, isRefusal, type Refusal, refusal, type Result } from './decision.ts'
import { type ClusterImage, type Configs, isAlive } from './image.ts'
import type { MetadataRecord, NewPartition } from './records.ts'
import { placeReplicas } from './replica-placement.ts'
import { collisionKey, topicNameFault } from './topic-name.ts'

/** In the words of Kafka's CreateTopics request. */
export interface CreatableTopic {
  readonly name: string
  /** -1: as num.partitions says. */
  readonly numPartitions: number
  /** -1: as default.replication.factor says. */
  readonly replicationFactor: number
  readonly assignments?: readonly { readonly partitionIndex: number; readonly brokerIds: readonly number[] }[]
  readonly configs?: readonly { readonly name: string; readonly value: string | null }[]
}
export interface CreatedTopic {
  readonly topicId: string
  readonly numPartitions: number
  readonly replicationFactor: number
  /** What the topic's configs come to, by name. */
  readonly configs: readonly DescribedConfig[]
}
export type CreateTopicOutcome = { readonly name: string } & Result<CreatedTopic>

/** Kafka's MAX_PARTITIONS_PER_BATCH. */
const partitionsPerRequestMax = 10_000

export interface CreateTopicsOptions {
  readonly config: BrokerConfig
  readonly random: Random
  readonly validateOnly?: boolean
}

export function createTopics(
  image: ClusterImage,
  topics: readonly CreatableTopic[],
  { config, random, validateOnly = false }: CreateTopicsOptions,
): Decision<readonly CreateTopicOutcome[]> {
  const names = topics.map(({ name }) => name)
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  const wanted = topics.filter(({ name }) => !twice.has(name))
  const tooMany = partitionCount(wanted, config) > partitionsPerRequestMax
  const collisions = wanted.some(({ name }) => canCollide(name)) ? collidingNames(image) : new Map<string, string>()
  const records: MetadataRecord[] = []
  const outcome: CreateTopicOutcome[] = []
  for (const topic of wanted) {
    const created = tooMany
      ? refusal('POLICY_VIOLATION', 'Excessively large number of partitions per request.')
      : createTopic(image, topic, { config, random, collisions })
    if (isRefusal(created)) outcome.push({ name: topic.name, ...created })
    else {
      records.push(...created.records)
      outcome.push({ name: topic.name, error: 'NONE', ...created.outcome })
    }
  }
  for (const name of twice) outcome.push({ name, ...refusal('INVALID_REQUEST', 'Duplicate topic name.') })
  return { records: validateOnly ? [] : records, outcome }
}

function createTopic(
  image: ClusterImage,
  topic: CreatableTopic,
  { config, random, collisions }: { config: BrokerConfig; random: Random; collisions: ReadonlyMap<string, string> },
): Decision<CreatedTopic> | Refusal {
  const { name } = topic
  if (name === '__cluster_metadata')
    return refusal('INVALID_REQUEST', `Creation of internal topic ${name} is prohibited.`)
  if (image.topics.has(name)) return refusal('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`)
  const nameFault = topicNameFault(name)
  if (nameFault !== undefined) return refusal('INVALID_TOPIC_EXCEPTION', nameFault)
  const colliding = collisions.get(collisionKey(name))
  if (colliding !== undefined)
    return refusal('INVALID_TOPIC_EXCEPTION', `Topic '${name}' collides with existing topic: ${colliding}`)

  const configs = configsOf(topic, config)
  if (isRefusal(configs)) return configs
  const partitions = partitionsOf(image, topic, config, random)
  if (isRefusal(partitions)) return partitions

  const topicId = random.uuid()
  return {
    records: [
      { type: 'topicCreated', topic: name, topicId, partitions },
      ...[...configs].map(([key, value]): MetadataRecord => ({
        type: 'configChanged',
        resource: 'TOPIC',
        name,
        key,
        value,
      })),
    ],
    outcome: {
      topicId,
      numPartitions: partitions.length,
      replicationFactor: partitions[0]!.replicas.length,
      // As they were given, where DescribeConfigs shows them in their one form: ' 100 ' and not 100.
      configs: describeTopicConfigs(configs, config).map(each => ({
        ...each,
        value: configs.get(each.name) ?? each.value,
      })),
    },
  }
}

function configsOf({ configs = [] }: CreatableTopic, config: BrokerConfig): Configs | Refusal {
  const nulls = configs.filter(({ value }) => value === null)
  if (nulls.length > 0)
    return refusal(
      'INVALID_CONFIG',
      `Null value not supported for topic configs: ${nulls.map(({ name }) => name).join(',')}`,
    )
  const own = new Map(configs.map(({ name, value }) => [name, value!]))
  return topicConfigsFault(own, config) ?? own
}

function partitionsOf(
  image: ClusterImage,
  { numPartitions, replicationFactor, assignments = [] }: CreatableTopic,
  config: BrokerConfig,
  random: Random,
): NewPartition[] | Refusal {
  if (assignments.length > 0) {
    if (replicationFactor !== -1)
      return refusal(
        'INVALID_REQUEST',
        'A manual partition assignment was specified, but replication factor was not set to -1.',
      )
    if (numPartitions !== -1)
      return refusal(
        'INVALID_REQUEST',
        'A manual partition assignment was specified, but numPartitions was not set to -1.',
      )
    return assignedPartitions(image, assignments)
  }
  if (replicationFactor < -1 || replicationFactor === 0)
    return refusal(
      'INVALID_REPLICATION_FACTOR',
      'Replication factor must be larger than 0, or -1 to use the default value.',
    )
  if (numPartitions < -1 || numPartitions === 0)
    return refusal('INVALID_PARTITIONS', 'Number of partitions was set to an invalid non-positive value.')
  const factor = replicationFactor === -1 ? config.number('default.replication.factor') : replicationFactor
  return placedPartitions(image, {
    partitions: numPartitions === -1 ? config.number('num.partitions') : numPartitions,
    replicationFactor: factor,
    random,
    prefix: `Unable to replicate the partition ${factor} time(s): `,
  })
}

export interface PlacedPartitions {
  readonly partitions: number
  readonly replicationFactor: number
  readonly random: Random
  /** Of the message of a refusal. */
  readonly prefix?: string
}
export function placedPartitions(
  image: ClusterImage,
  { random, prefix = '', ...placement }: PlacedPartitions,
): NewPartition[] | Refusal {
  const placed = placeReplicas(placement, image.brokers.values(), random)
  if (isRefusal(placed)) return refusal(placed.error, prefix + placed.message)
  return placed.map(replicas => newPartition(image, replicas))
}

/** The brokers that answer are in sync from the start, and the first of them leads. */
function newPartition(image: ClusterImage, replicas: readonly number[]): NewPartition {
  const isr = replicas.filter(id => isAlive(image, id))
  return { replicas, isr, leader: isr[0] ?? -1 }
}

type Assignments = NonNullable<CreatableTopic['assignments']>
function assignedPartitions(image: ClusterImage, assignments: Assignments): NewPartition[] | Refusal {
  const partitions: NewPartition[] = []
  const invalid = (message: string) => refusal('INVALID_REPLICA_ASSIGNMENT', message)
  let replicationFactor: number | undefined
  for (const { partitionIndex, brokerIds } of assignments) {
    if (partitions[partitionIndex] !== undefined)
      return invalid(`Found multiple manual partition assignments for partition ${partitionIndex}`)
    const partition = assignedPartition(image, { partitionIndex, brokerIds, replicationFactor })
    if (isRefusal(partition)) return partition
    replicationFactor = brokerIds.length
    partitions[partitionIndex] = partition
  }
  for (let index = 0; index < assignments.length; index++)
    if (partitions[index] === undefined) return invalid('partitions should be a consecutive 0-based integer sequence')
  return partitions
}

export interface Assignment {
  readonly partitionIndex: number
  readonly brokerIds: readonly number[]
  /** undefined: any. */
  readonly replicationFactor: number | undefined
}
/** A partition on the brokers that somebody chose. */
export function assignedPartition(
  image: ClusterImage,
  { partitionIndex, brokerIds, replicationFactor }: Assignment,
): NewPartition | Refusal {
  const invalid = (message: string) => refusal('INVALID_REPLICA_ASSIGNMENT', message)
  const fault = assignmentFault(image, brokerIds)
  if (fault !== undefined) return fault
  if (replicationFactor !== undefined && brokerIds.length !== replicationFactor)
    return invalid(
      `The manual partition assignment includes a partition with ${brokerIds.length} replica(s), but this is not ` +
        `consistent with previous partitions, which have ${replicationFactor} replica(s).`,
    )
  const partition = newPartition(image, brokerIds)
  return partition.leader === -1
    ? invalid(
        `All brokers specified in the manual partition assignment for partition ${partitionIndex} are fenced or in controlled shutdown.`,
      )
    : partition
}

/** What is wrong with a list of replicas, whatever it is for. */
export function assignmentFault(image: ClusterImage, brokerIds: readonly number[]): Refusal | undefined {
  const invalid = (message: string) => refusal('INVALID_REPLICA_ASSIGNMENT', message)
  if (brokerIds.length === 0) return invalid('The manual partition assignment includes an empty replica list.')
  let previous: number | undefined
  for (const id of brokerIds.toSorted((one, other) => one - other)) {
    if (!image.brokers.has(id))
      return invalid(`The manual partition assignment includes broker ${id}, but no such broker is registered.`)
    if (id === previous) return invalid(`The manual partition assignment includes the broker ${id} more than once.`)
    previous = id
  }
  return undefined
}

function partitionCount(topics: readonly CreatableTopic[], config: BrokerConfig): number {
  return topics.reduce(
    (sum, { numPartitions, assignments = [] }) =>
      sum +
      (assignments.length > 0
        ? assignments.length
        : numPartitions === -1
          ? config.number('num.partitions')
          : Math.max(0, numPartitions)),
    0,
  )
}
const canCollide = (name: string) => /[._]/.test(name)
/** Names that others could collide with, by what they collide in. */
function collidingNames(image: ClusterImage): ReadonlyMap<string, string> {
  return new Map([...image.topics.keys()].filter(canCollide).map(name => [collisionKey(name), name] as const))
}
