// Topics: what there are, and their making, growing and deletion.

import { createPartitions, createTopics, deleteTopics } from '../../protocol/index.ts'
import type { Cluster } from '../cluster.ts'
import { check, KafkaError } from '../errors.ts'
import type { TopicInfo } from '../topics.ts'

export interface NewTopic {
  readonly name: string
  /** The broker's default without it. */
  readonly partitions?: number
  readonly replicationFactor?: number
  /** Broker ids, partition by partition, instead of both numbers. */
  readonly assignments?: readonly (readonly number[])[]
  readonly configs?: Readonly<Record<string, string>>
}
export interface CreatedTopic {
  readonly name: string
  /** 32 hex digits; zeros where the broker knows no ids. */
  readonly id: string
  readonly partitions: number
  readonly replicationFactor: number
}
interface ChangeOptions {
  readonly timeoutMs?: number
  /** Only asks whether it could be done. */
  readonly validateOnly?: boolean
}

const timeoutMsDefault = 30_000

export class TopicAdmin {
  readonly #cluster: Cluster
  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** All topics, by name. */
  async list({ internal = false } = {}): Promise<TopicInfo[]> {
    const topics = await this.#cluster.retrying(() => this.#cluster.refresh(null))
    return topics.filter(topic => internal || !topic.internal).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Throws UNKNOWN_TOPIC_OR_PARTITION for one that does not exist. */
  async describe(names: readonly string[]): Promise<TopicInfo[]> {
    const topics = await this.#cluster.retrying(() => this.#cluster.refresh(names))
    for (const { name, error } of topics)
      if (error !== 'NONE') throw new KafkaError(error, { context: `topic '${name}'` })
    return topics
  }

  async create(topics: readonly NewTopic[], options: ChangeOptions = {}): Promise<CreatedTopic[]> {
    const { timeoutMs = timeoutMsDefault, validateOnly = false } = options
    const answer = await this.#cluster.retrying(() =>
      this.#cluster.askController(createTopics, {
        topics: topics.map(({ name, partitions = -1, replicationFactor = -1, assignments = [], configs = {} }) => ({
          name,
          numPartitions: partitions,
          replicationFactor,
          assignments: assignments.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
          configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
        })),
        timeoutMs,
        validateOnly,
      }),
    )
    for (const { name, errorCode, errorMessage } of answer.topics)
      check(errorCode, { context: `create topic '${name}'`, message: errorMessage })
    return answer.topics.map(({ name, topicId, numPartitions, replicationFactor }) => ({
      name,
      id: topicId,
      partitions: numPartitions,
      replicationFactor,
    }))
  }

  /** With all their records. */
  async delete(names: readonly string[], { timeoutMs = timeoutMsDefault } = {}): Promise<void> {
    const answer = await this.#cluster.retrying(() =>
      this.#cluster.askController(deleteTopics, version =>
        version >= 6
          ? { topics: names.map(name => ({ name, topicId: '0'.repeat(32) })), timeoutMs }
          : { topicNames: names, timeoutMs },
      ),
    )
    for (const name of names) this.#cluster.view.forget(name)
    for (const { name, errorCode, errorMessage } of answer.responses)
      check(errorCode, { context: `delete topic '${name}'`, message: errorMessage })
  }

  /** `count` is how many it has then. Keys go to other partitions from now on. */
  async grow(name: string, count: number, options: ChangeOptions = {}): Promise<void> {
    const { timeoutMs = timeoutMsDefault, validateOnly = false } = options
    const answer = await this.#cluster.retrying(() =>
      this.#cluster.askController(createPartitions, {
        topics: [{ name, count, assignments: null }],
        timeoutMs,
        validateOnly,
      }),
    )
    for (const { errorCode, errorMessage } of answer.results)
      check(errorCode, { context: `grow topic '${name}'`, message: errorMessage })
  }
}
