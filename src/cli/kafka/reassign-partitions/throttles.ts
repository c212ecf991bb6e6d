// The throttles of a reassignment (KIP-73): rates in the configs of the brokers that take part, and in the configs of the
// topics the replicas that they hold for.

import type { Client, OngoingReassignment, TopicPartition } from '../../../client/index.ts'
import { incrementalAlterConfigs } from '../../../protocol/index.ts'
import type { Terminal } from '../../command.ts'
import { accept } from '../java-exceptions.ts'
import { partitionName, type PartitionPlan } from './plan.ts'
import { brokerIds } from './replicas.ts'

const leaderRate = 'leader.replication.throttled.rate'
const followerRate = 'follower.replication.throttled.rate'
const logDirRate = 'replica.alter.log.dirs.io.max.bytes.per.second'
const leaders = 'leader.replication.throttled.replicas'
const followers = 'follower.replication.throttled.replicas'

interface Move extends TopicPartition {
  readonly sources: readonly number[]
  readonly destinations: readonly number[]
}

/** What moves from where to where, of that which is under way and that which is to be. */
export function movesOf(
  ongoing: readonly OngoingReassignment[],
  proposed: readonly PartitionPlan[],
  current: readonly PartitionPlan[],
): Move[] {
  const moves = new Map<string, Move>()
  for (const { topic, partition, replicas, addingReplicas } of ongoing) {
    const sources = replicas.filter(id => !addingReplicas.includes(id))
    moves.set(partitionName({ topic, partition }), { topic, partition, sources, destinations: addingReplicas })
  }
  const replicasNow = new Map(current.map(place => [partitionName(place), place.replicas]))
  for (const { topic, partition, replicas } of proposed) {
    const name = partitionName({ topic, partition })
    const sources = moves.get(name)?.sources ?? replicasNow.get(name)!
    const destinations = replicas.filter(id => !sources.includes(id))
    moves.set(name, { topic, partition, sources, destinations })
  }
  return [...moves.values()]
}

export async function throttleMoves(
  client: Client,
  moves: readonly Move[],
  bytesPerSecond: number,
  terminal: Terminal,
): Promise<void> {
  const configs = [...Map.groupBy(moves, ({ topic }) => topic)].map(([topic, ofTopic]): [string, Configs] => [
    topic,
    {
      [leaders]: replicaList(ofTopic, ({ sources }) => sources),
      [followers]: replicaList(ofTopic, ({ destinations }) => destinations),
    },
  ])
  await alterTopics(client, new Map(configs))
  const brokers = new Set(moves.flatMap(({ sources, destinations }) => [...sources, ...destinations]))
  await alterBrokers(client, brokers, { [leaderRate]: String(bytesPerSecond), [followerRate]: String(bytesPerSecond) })
  terminal.out(`The inter-broker throttle limit was set to ${bytesPerSecond} B/s`)
}
/** '0:1,0:2': partition and broker, sorted as text. */
function replicaList(moves: readonly Move[], brokersOf: (move: Move) => readonly number[]): string {
  const places = moves.flatMap(move => brokersOf(move).map(id => `${move.partition}:${id}`))
  return [...new Set(places)].toSorted().join(',')
}

export async function throttleLogDirs(
  client: Client,
  brokers: Iterable<number>,
  bytesPerSecond: number,
  terminal: Terminal,
): Promise<void> {
  await alterBrokers(client, brokers, { [logDirRate]: String(bytesPerSecond) })
  terminal.out(`The replica-alter-dir throttle limit was set to ${bytesPerSecond} B/s`)
}

/** Takes all of them away: which brokers a reassignment had to do with is not known when it is over. */
export async function clearThrottles(
  client: Client,
  partitions: readonly PartitionPlan[],
  terminal: Terminal,
): Promise<void> {
  const brokers = new Set([...(await brokerIds(client)), ...partitions.flatMap(({ replicas }) => replicas)])
  const ids = [...brokers].toSorted((one, other) => one - other)
  terminal.out(`Clearing broker-level throttles on broker${ids.length === 1 ? '' : 's'} ${ids.join(',')}`)
  await alterBrokers(client, ids, { [leaderRate]: null, [followerRate]: null, [logDirRate]: null })
  const topics = [...new Set(partitions.map(({ topic }) => topic))]
  terminal.out(`Clearing topic-level throttles on topic${topics.length === 1 ? '' : 's'} ${topics.join(',')}`)
  await alterTopics(client, new Map(topics.map(topic => [topic, { [leaders]: null, [followers]: null }])))
}

/** Null takes a config away. */
type Configs = { readonly [name: string]: string | null }

/** A broker's configs are asked of itself. */
async function alterBrokers(client: Client, ids: Iterable<number>, configs: Configs): Promise<void> {
  const ask = async (id: number) => {
    const resources = [{ resourceType: 4, resourceName: String(id), configs: changes(configs) }]
    const answer = await client.admin.requests.broker(id, incrementalAlterConfigs, { resources, validateOnly: false })
    for (const { errorCode, errorMessage } of answer.responses) accept(errorCode, errorMessage)
  }
  await Promise.all(Array.from(ids, ask))
}

async function alterTopics(client: Client, topics: ReadonlyMap<string, Configs>): Promise<void> {
  if (topics.size === 0) return
  const answer = await client.admin.requests.controller(incrementalAlterConfigs, {
    resources: Array.from(topics, ([name, configs]) => ({
      resourceType: 2,
      resourceName: name,
      configs: changes(configs),
    })),
    validateOnly: false,
  })
  for (const { errorCode, errorMessage } of answer.responses) accept(errorCode, errorMessage)
}

const changes = (configs: Configs) =>
  Object.entries(configs).map(([name, value]) => ({ name, configOperation: value === null ? 1 : 0, value }))
