// Topics that are made because somebody named them: ordinary ones where auto.create.topics.enable allows it, the internal
// ones when their first user comes.

import {
  aliveBrokers,
  internalTopic,
  topicNameFault,
  type BrokerConfig,
  type CreatableTopic,
  type Metadata,
} from '../metadata/index.ts'
import type { ErrorName } from '../protocol/index.ts'

export interface TopicCreationOptions {
  readonly metadata: Metadata
  readonly config: () => BrokerConfig
}

export class TopicCreation {
  readonly #metadata: Metadata
  readonly #config: () => BrokerConfig
  constructor({ metadata, config }: TopicCreationOptions) {
    this.#metadata = metadata
    this.#config = config
  }

  /** Creates those that do not exist, if client and broker allow it; gives the error of each that could not be. */
  async ensure(names: readonly string[], { allowed }: { readonly allowed: boolean }): Promise<Map<string, ErrorName>> {
    const config = this.#config()
    const errors = new Map<string, ErrorName>()
    const wanted = new Map<string, CreatableTopic>()
    for (const name of names) {
      if (topicNameFault(name) !== undefined) errors.set(name, 'INVALID_TOPIC_EXCEPTION')
      else if (!allowed || !config.boolean('auto.create.topics.enable')) errors.set(name, 'UNKNOWN_TOPIC_OR_PARTITION')
      else wanted.set(name, this.#internal(name) ?? { name, numPartitions: -1, replicationFactor: -1 })
    }
    if (wanted.size === 0) return errors
    for (const { name, error } of await this.#metadata.createTopics([...wanted.values()]))
      if (error !== 'NONE' && error !== 'TOPIC_ALREADY_EXISTS') errors.set(name, error)
    return errors
  }
  /** Creates one of Kafka's own topics, whatever auto.create.topics.enable says. */
  async ensureInternal(name: '__consumer_offsets' | '__transaction_state'): Promise<ErrorName> {
    if (this.#metadata.image.topics.has(name)) return 'NONE'
    const [created] = await this.#metadata.createTopics([this.#internal(name)!])
    return created!.error === 'TOPIC_ALREADY_EXISTS' ? 'NONE' : created!.error
  }
  /**
   * With as many replicas as there are brokers, if there are fewer than configured, and no more of them in sync than that
   * to be written to: Kafka refuses, and that is the
   * error that developers with one broker meet most.
   */
  #internal(name: string): CreatableTopic | undefined {
    const topic = internalTopic(name, this.#config())
    const alive = aliveBrokers(this.#metadata.image).length
    if (topic === undefined) return undefined
    const replicationFactor = Math.min(topic.replicationFactor, Math.max(alive, 1))
    const configs = (topic.configs ?? []).map(({ name, value }) =>
      name === 'min.insync.replicas'
        ? { name, value: `${Math.min(Number(value), replicationFactor)}` }
        : { name, value },
    )
    return { ...topic, replicationFactor, configs }
  }
}
