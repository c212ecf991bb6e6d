// Offsets, as kafkajs's admin asks for them: of topics, of times, of groups; and records deleted below them.

import { offsetsAt, type Cluster, type CommittedOffset, type TopicPartition } from '../../client/index.ts'
import { deleteRecords, offsetCommit, offsetFetch } from '../../protocol/index.ts'
import { check, errorOfCode } from '../error-of.ts'
import { KafkaJSBrokerNotFound, KafkaJSDeleteTopicRecordsError, type KafkaJSError } from '../errors.ts'
import { earliestOffset, latestOffset, offsetOf } from '../offsets.ts'
import type { Admin } from '../types/admin.ts'
import type { SeekEntry } from '../types/common.ts'
import { describeGroup } from './groups.ts'
import { asking, askingPatiently, invalid, type AdminOutside } from './requests.ts'

type OffsetMethods = Pick<
  Admin,
  | 'fetchTopicOffsets'
  | 'fetchTopicOffsetsByTimestamp'
  | 'fetchOffsets'
  | 'setOffsets'
  | 'resetOffsets'
  | 'deleteTopicRecords'
>
/** Above it, topics have ids instead of names. */
const offsetVersionMax = 9

export function offsetMethods(outside: AdminOutside): OffsetMethods {
  const { logger } = outside
  const fetchTopicOffsets: Admin['fetchTopicOffsets'] = async topic => {
    checkTopic(topic)
    return asking(
      outside,
      async cluster => {
        const partitions = await partitionsOf(cluster, topic)
        const [high, low] = await Promise.all(
          (['latest', 'earliest'] as const).map(at => offsetsAt(cluster, partitions, at, 'read_uncommitted')),
        )
        return high!.map(({ partition, offset }) => ({
          partition,
          offset: String(offset),
          high: String(offset),
          low: String(low!.find(one => one.partition === partition)!.offset),
        }))
      },
      ['UNKNOWN_TOPIC_OR_PARTITION'],
    )
  }
  /** −1 and −2 are stored as they are: a consumer of kafkajs's kind then begins as its subscription says. */
  const setOffsets: Admin['setOffsets'] = async ({ groupId, topic, partitions }) => {
    checkGroup(groupId)
    checkTopic(topic)
    if (!partitions || partitions.length === 0) throw invalid('Invalid partitions')
    const offsets = partitions.map(({ partition, offset }) => ({ topic, partition, offset: offsetOf(offset) }))
    const cluster = await outside.cluster()
    await partitionsOf(cluster, topic)
    const { state } = await askingPatiently(outside, () => describeGroup(cluster, groupId))
    if (state !== 'Empty' && state !== 'Dead')
      throw invalid(`The consumer group must have no running instances, current state: ${state}`)
    await storeOffsets(cluster, groupId, offsets)
  }
  return {
    fetchTopicOffsets,
    setOffsets,
    async fetchTopicOffsetsByTimestamp(topic, timestamp) {
      checkTopic(topic)
      return asking(
        outside,
        async cluster => {
          const partitions = await partitionsOf(cluster, topic)
          const [ends, found] = await Promise.all([
            offsetsAt(cluster, partitions, 'latest', 'read_uncommitted'),
            offsetsAt(cluster, partitions, Number(timestamp ?? latestOffset), 'read_uncommitted'),
          ])
          const endOf = (partition: number) => ends.find(end => end.partition === partition)!.offset
          return found.map(({ partition, offset }) => ({
            partition,
            offset: String(offset >= 0 ? offset : endOf(partition)),
          }))
        },
        ['UNKNOWN_TOPIC_OR_PARTITION'],
      )
    },
    async fetchOffsets({ groupId, topics = [], resolveOffsets = false }) {
      checkGroup(groupId)
      if (!Array.isArray(topics)) throw invalid('Expected topics array to be set')
      const stored = await storedOffsets(await outside.cluster(), groupId, topics)
      if (!resolveOffsets) return stored
      return Promise.all(
        stored.map(async ({ topic, partitions }) => {
          const ends = new Map((await fetchTopicOffsets(topic)).map(end => [end.partition, end]))
          const resolved = partitions.map(({ partition, offset, metadata }) => {
            const end = ends.get(partition)
            if (Number(offset) === earliestOffset) return { partition, offset: end?.low ?? offset, metadata }
            if (Number(offset) === latestOffset) return { partition, offset: end?.high ?? offset, metadata }
            return { partition, offset, metadata }
          })
          await setOffsets({ groupId, topic, partitions: resolved })
          return { topic, partitions: resolved }
        }),
      )
    },
    async resetOffsets({ groupId, topic, earliest }) {
      checkGroup(groupId)
      checkTopic(topic)
      const offset = String(earliest ? earliestOffset : latestOffset)
      const cluster = await outside.cluster()
      const partitions = (await partitionsOf(cluster, topic)).map(({ partition }) => ({ partition, offset }))
      await setOffsets({ groupId, topic, partitions })
    },
    async deleteTopicRecords({ topic, partitions }) {
      if (!topic || typeof topic !== 'string') throw invalid(`Invalid topic "${topic}"`)
      if (!partitions || partitions.length === 0) throw invalid('Invalid partitions')
      const ends = await fetchTopicOffsets(topic)
      const cluster = await outside.cluster()
      const missing = partitions.filter(({ partition }) => cluster.leaderOf(topic, partition) === undefined)
      if (missing.length > 0) {
        const error = new KafkaJSBrokerNotFound('Could not find the leader for the partition', { retriable: false })
        throw new KafkaJSDeleteTopicRecordsError({ partitions: missing.map(entry => ({ ...entry, error })) })
      }
      for (const { partition, offset } of partitions) {
        const low = Number(ends.find(end => end.partition === partition)?.low)
        if (offsetOf(offset) >= low || offsetOf(offset) === latestOffset) continue
        logger.warn(
          'The requested offset is before the earliest offset maintained on the partition - no records will be deleted from this partition',
          { topic, partition, offset },
        )
      }
      await askingPatiently(outside, () => deleteBelow(cluster, topic, partitions))
    },
  }
}

function checkTopic(topic: unknown): void {
  if (!topic || typeof topic !== 'string') throw invalid(`Invalid topic ${topic}`)
}
function checkGroup(groupId: unknown): void {
  if (!groupId) throw invalid(`Invalid groupId ${groupId}`)
}
async function partitionsOf(cluster: Cluster, topic: string): Promise<TopicPartition[]> {
  const { partitions } = await cluster.topic(topic)
  return partitions.map(({ partition }) => ({ topic, partition }))
}

async function storedOffsets(cluster: Cluster, groupId: string, topics: readonly string[]) {
  const wanted = await Promise.all(
    topics.map(async name => ({
      name,
      partitionIndexes: (await partitionsOf(cluster, name)).map(({ partition }) => partition),
    })),
  )
  const asked = wanted.length === 0 ? null : wanted
  const answer = await cluster.askCoordinator(
    groupId,
    offsetFetch,
    version => (version >= 8 ? { groups: [{ groupId, topics: asked }] } : { groupId, topics: asked }),
    answer => {
      const group = answer.groups[0] ?? answer
      check(group.errorCode)
      for (const { partitions } of group.topics) for (const { errorCode } of partitions) check(errorCode)
    },
    { versionMax: offsetVersionMax },
  )
  return (answer.groups[0] ?? answer).topics.map(({ name, partitions }) => ({
    topic: name,
    partitions: partitions.map(({ partitionIndex, committedOffset, metadata }) => ({
      partition: partitionIndex,
      offset: String(committedOffset),
      metadata: metadata || null,
    })),
  }))
}

async function storeOffsets(cluster: Cluster, groupId: string, offsets: readonly CommittedOffset[]): Promise<void> {
  const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([name, list]) => ({
    name,
    partitions: list.map(({ partition, offset }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedMetadata: '',
    })),
  }))
  await cluster.askCoordinator(
    groupId,
    offsetCommit,
    { groupId, memberId: '', topics },
    answer => {
      for (const { partitions } of answer.topics) for (const { errorCode } of partitions) check(errorCode)
    },
    { versionMax: offsetVersionMax },
  )
}

async function deleteBelow(cluster: Cluster, topic: string, partitions: readonly SeekEntry[]): Promise<void> {
  const failed: { partition: number; offset: string; error: KafkaJSError }[] = []
  const byLeader = Map.groupBy(partitions, ({ partition }) => cluster.leaderOf(topic, partition) ?? -1)
  await Promise.all(
    [...byLeader].map(async ([nodeId, list]) => {
      const asked = list.map(({ partition, offset }) => ({ partitionIndex: partition, offset: offsetOf(offset) }))
      const draft = { timeoutMs: 5_000, topics: [{ name: topic, partitions: asked }] }
      const answer = await cluster.ask(nodeId, 'main', deleteRecords, draft)
      for (const { partitionIndex, errorCode } of answer.topics.flatMap(({ partitions }) => partitions)) {
        const error = errorOfCode(errorCode)
        const entry = list.find(({ partition }) => partition === partitionIndex)
        if (error !== undefined) failed.push({ partition: partitionIndex, offset: entry?.offset ?? '', error })
      }
    }),
  )
  if (failed.length === 0) return
  if (failed.some(({ error }) => error.retriable)) await cluster.refresh([topic])
  throw new KafkaJSDeleteTopicRecordsError({ partitions: failed })
}
