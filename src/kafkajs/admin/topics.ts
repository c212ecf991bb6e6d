// Topics, as kafkajs's admin makes, grows, deletes and describes them.

import type { Cluster } from '../../client/index.ts'
import { createPartitions, createTopics, deleteTopics } from '../../protocol/index.ts'
import { check, errorOfCode, protocolError } from '../error-of.ts'
import { KafkaJSCreateTopicError, KafkaJSTimeout } from '../errors.ts'
import { partitionMetadata } from '../metadata.ts'
import type { RetryWorld } from '../retry.ts'
import type { Admin, ITopicConfig } from '../types/admin.ts'
import { asking, checkTopics, invalid, throwAll, timeoutMsDefault, type AdminOutside } from './requests.ts'

type TopicMethods = Pick<
  Admin,
  'listTopics' | 'createTopics' | 'createPartitions' | 'deleteTopics' | 'fetchTopicMetadata' | 'describeCluster'
>
/** While it waits for leaders. */
const lookAgainMs = 100

export function topicMethods(outside: AdminOutside): TopicMethods {
  return {
    async listTopics() {
      const topics = await asking(outside, cluster => cluster.refresh(null))
      return topics.map(({ name }) => name)
    },

    async createTopics({ topics, validateOnly = false, timeout, waitForLeaders = true }) {
      checkTopics(topics, 'topics')
      for (const topic of topics) checkConfigEntries(topic)
      return asking(outside, async cluster => {
        const answer = await cluster.askController(createTopics, {
          topics: topics.map(draftOf),
          timeoutMs: timeout ?? timeoutMsDefault,
          validateOnly,
        })
        const errors = answer.topics.flatMap(({ name, errorCode, errorMessage }) => {
          const error = errorOfCode(errorCode)
          if (error === undefined) return []
          if (errorMessage !== null) error.message = errorMessage
          return [new KafkaJSCreateTopicError(error, name)]
        })
        if (errors.length > 0 && errors.every(({ type }) => type === 'TOPIC_ALREADY_EXISTS')) return false
        throwAll('Topic creation errors', errors)
        if (waitForLeaders && !validateOnly)
          await leaders(
            outside.world,
            cluster,
            topics.map(({ topic }) => topic),
            timeout,
          )
        return true
      })
    },

    async createPartitions({ topicPartitions, validateOnly = false, timeout }) {
      checkTopics(topicPartitions, 'topic partitions')
      if (topicPartitions.length === 0) throw invalid('Empty topic partitions array')
      await asking(outside, async cluster => {
        const answer = await cluster.askController(createPartitions, {
          topics: topicPartitions.map(({ topic, count, assignments }) => ({
            name: topic,
            count,
            assignments: assignments?.map(brokerIds => ({ brokerIds })) ?? null,
          })),
          timeoutMs: timeout ?? timeoutMsDefault,
          validateOnly,
        })
        for (const { errorCode } of answer.results) check(errorCode)
      })
      return true
    },

    async deleteTopics({ topics, timeout }) {
      if (!topics || !Array.isArray(topics)) throw invalid(`Invalid topics array ${topics}`)
      if (topics.some(topic => typeof topic !== 'string'))
        throw invalid('Invalid topics array, the names must be a valid string')
      await asking(
        outside,
        async cluster => {
          const answer = await cluster.askController(deleteTopics, version =>
            version >= 6
              ? {
                  topics: topics.map(name => ({ name, topicId: '0'.repeat(32) })),
                  timeoutMs: timeout ?? timeoutMsDefault,
                }
              : { topicNames: topics, timeoutMs: timeout ?? timeoutMsDefault },
          )
          for (const { errorCode } of answer.responses) check(errorCode)
          for (const topic of topics) cluster.view.forget(topic)
        },
        ['UNKNOWN_TOPIC_OR_PARTITION'],
      )
    },

    async fetchTopicMetadata({ topics = [] } = { topics: [] }) {
      for (const topic of topics) if (!topic || typeof topic !== 'string') throw invalid(`Invalid topic ${topic}`)
      const found = await asking(
        outside,
        async cluster => {
          const found = await cluster.refresh(topics.length === 0 ? null : topics)
          for (const { error } of found) if (error !== 'NONE') throw protocolError(error)
          return found
        },
        ['LEADER_NOT_AVAILABLE'],
      )
      return { topics: found.map(topic => ({ name: topic.name, partitions: partitionMetadata(topic) })) }
    },

    async describeCluster() {
      const cluster = await outside.cluster()
      await asking(outside, () => cluster.refresh([]))
      const { brokers, controllerId, clusterId } = cluster.view
      return {
        brokers: [...brokers.values()].map(({ nodeId, host, port }) => ({ nodeId, host, port })),
        controller: controllerId < 0 ? null : controllerId,
        clusterId: clusterId ?? '',
      }
    },
  }
}

function checkConfigEntries({ topic, configEntries }: ITopicConfig): void {
  if (configEntries === undefined || configEntries === null) return
  if (!Array.isArray(configEntries)) throw invalid(`Invalid configEntries for topic "${topic}", must be an array`)
  for (const [i, entry] of configEntries.entries()) {
    if (typeof entry !== 'object' || entry === null)
      throw invalid(`Invalid configEntries for topic "${topic}". Entry ${i} must be an object`)
    for (const name of ['name', 'value'] as const)
      if (typeof entry[name] !== 'string')
        throw invalid(`Invalid configEntries for topic "${topic}". Entry ${i} must have a valid "${name}" property`)
  }
}
function draftOf({
  topic,
  numPartitions = -1,
  replicationFactor = -1,
  replicaAssignment = [],
  configEntries = [],
}: ITopicConfig) {
  const assignments = replicaAssignment.map(({ partition, replicas }) => ({
    partitionIndex: partition,
    brokerIds: replicas,
  }))
  // With an assignment both numbers follow from it, and must not be said.
  const numbers =
    assignments.length > 0 ? { numPartitions: -1, replicationFactor: -1 } : { numPartitions, replicationFactor }
  return { name: topic, ...numbers, assignments, configs: configEntries }
}

async function leaders({ clock }: RetryWorld, cluster: Cluster, topics: string[], timeout = Infinity): Promise<void> {
  const until = clock.monotonic() + timeout
  for (;;) {
    const found = await cluster.refresh(topics)
    const waits = found.some(({ error, partitions }) => error !== 'NONE' || partitions.some(({ leader }) => leader < 0))
    if (!waits) return
    if (clock.monotonic() > until) throw new KafkaJSTimeout('Timed out while waiting for topic leaders')
    await clock.sleep(lookAgainMs)
  }
}
