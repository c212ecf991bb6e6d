// The replicas that this broker has: found by the names and ids that requests carry, made and dropped as the metadata
// changes.

import type { ClusterImage, TopicImage } from '../metadata/index.ts'
import type { ErrorName } from '../protocol/index.ts'
import type { Partition } from './partition.ts'

/** A topic as a request names it: it may not exist, or have no replica here. */
export interface TopicPartitions {
  readonly name: string
  readonly internal: boolean
  /** The replica, or what is wrong with asking for it. */
  find(index: number): Partition | ErrorName
}
export interface PartitionsOutside {
  readonly nodeId: number
  /** Opens the log that exists, or makes one, with the topic's configuration. */
  create(topic: TopicImage, index: number): Partition
  configure(partition: Partition, topic: TopicImage): void
  /** The replica is not, or no longer, one of this broker's: its log goes. */
  drop(partition: Partition): void
  /** The replica has a new leader, a new epoch, or is new. */
  leaderChanged(partition: Partition): void
}

class HostedTopic implements TopicPartitions {
  readonly replicas: (Partition | undefined)[] = []
  image: TopicImage
  constructor(image: TopicImage) {
    this.image = image
  }
  get name(): string {
    return this.image.name
  }
  get internal(): boolean {
    return this.image.internal
  }
  find(index: number): Partition | ErrorName {
    return (
      this.replicas[index] ??
      (index >= 0 && index < this.image.partitions.length ? 'NOT_LEADER_OR_FOLLOWER' : 'UNKNOWN_TOPIC_OR_PARTITION')
    )
  }
}

export class Partitions {
  readonly #outside: PartitionsOutside
  readonly #byName = new Map<string, HostedTopic>()
  readonly #byId = new Map<string, HostedTopic>()
  #image: ClusterImage | undefined

  constructor(outside: PartitionsOutside) {
    this.#outside = outside
  }
  byName(name: string): TopicPartitions {
    return this.#byName.get(name) ?? { name, internal: false, find: () => 'UNKNOWN_TOPIC_OR_PARTITION' }
  }
  byId(id: string): TopicPartitions {
    return this.#byId.get(id) ?? { name: '', internal: false, find: () => 'UNKNOWN_TOPIC_ID' }
  }
  /** Those that have a replica here. */
  topics(): { readonly name: string; readonly replicas: readonly Partition[] }[] {
    return [...this.#byName.values()].flatMap(({ name, replicas }) => {
      const own = replicas.filter(replica => replica !== undefined)
      return own.length === 0 ? [] : [{ name, replicas: own }]
    })
  }
  all(): Partition[] {
    return this.topics().flatMap(({ replicas }) => replicas)
  }

  /** Takes over the newest image, and gives the topics that are gone. What is the same object has not changed. */
  follow(image: ClusterImage): readonly { readonly name: string; readonly topicId: string }[] {
    const before = this.#image
    this.#image = image
    const configured = before?.brokerConfigs !== image.brokerConfigs
    if (before?.topics === image.topics && !configured) return []
    const gone = [...this.#byId].filter(([id]) => !image.topicNames.has(id))
    for (const [id, hosted] of gone) this.#remove(id, hosted)
    for (const topic of image.topics.values())
      if (configured || before?.topics.get(topic.name) !== topic) this.#update(topic, configured)
    return gone.map(([topicId, { name }]) => ({ name, topicId }))
  }
  #remove(id: string, hosted: HostedTopic): void {
    this.#byId.delete(id)
    if (this.#byName.get(hosted.name) === hosted) this.#byName.delete(hosted.name)
    for (const replica of hosted.replicas) if (replica) this.#drop(replica, 'UNKNOWN_TOPIC_OR_PARTITION')
  }
  #update(topic: TopicImage, brokerConfigured: boolean): void {
    const hosted = this.#byId.get(topic.id) ?? new HostedTopic(topic)
    const configured = brokerConfigured || hosted.image.configs !== topic.configs
    hosted.image = topic
    this.#byId.set(topic.id, hosted)
    this.#byName.set(topic.name, hosted)
    for (const [index, assignment] of topic.partitions.entries()) {
      let replica = hosted.replicas[index]
      if (!assignment.replicas.includes(this.#outside.nodeId)) {
        hosted.replicas[index] = undefined
        // It has moved to other brokers.
        if (replica) this.#drop(replica, 'NOT_LEADER_OR_FOLLOWER')
        continue
      }
      if (replica === undefined) hosted.replicas[index] = replica = this.#outside.create(topic, index)
      else if (configured) this.#outside.configure(replica, topic)
      const { leader, leaderEpoch } = replica.assignment
      replica.assign(assignment)
      if (leader !== assignment.leader || leaderEpoch !== assignment.leaderEpoch) this.#outside.leaderChanged(replica)
    }
  }
  #drop(replica: Partition, error: ErrorName): void {
    replica.fail(error)
    this.#outside.drop(replica)
  }
}
