// What a client knows of the cluster, from Metadata answers: brokers, topics, and who leads each partition.

import { errorCode, errorName, type DecodedResponseOf, type ErrorName, type metadata } from '../protocol/index.ts'

export interface BrokerAddress {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}
export interface PartitionInfo {
  readonly partition: number
  readonly error: ErrorName
  /** −1: nobody leads it. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
}
export interface TopicInfo {
  readonly name: string
  /** 32 hex digits; zeros where the broker knows no ids. */
  readonly id: string
  readonly internal: boolean
  readonly error: ErrorName
  /** By number, without gaps. */
  readonly partitions: readonly PartitionInfo[]
}

export class ClusterView {
  clusterId: string | null = null
  controllerId = -1
  readonly brokers = new Map<number, BrokerAddress>()
  readonly topics = new Map<string, TopicInfo>()
  readonly #names = new Map<string, string>()

  nameOf(topicId: string): string | undefined {
    return this.#names.get(topicId)
  }
  /** Takes an answer in. What it says of a partition in an older leader epoch than is known is not taken (KIP-320). */
  learn(answer: DecodedResponseOf<typeof metadata>): TopicInfo[] {
    this.clusterId = answer.clusterId
    this.controllerId = answer.controllerId
    if (answer.brokers.length > 0) {
      this.brokers.clear()
      for (const broker of answer.brokers) this.brokers.set(broker.nodeId, broker)
    }
    return answer.topics.flatMap(topic => {
      const { name, topicId: id, isInternal: internal } = topic
      if (name === null) return []
      const known = this.topics.get(name)
      const partitions = topic.partitions
        .map(partition => ({
          partition: partition.partitionIndex,
          error: errorName(partition.errorCode),
          leader: partition.leaderId,
          leaderEpoch: partition.leaderEpoch,
          replicas: partition.replicaNodes,
          isr: partition.isrNodes,
        }))
        .map(told => {
          const before = known?.id === id ? known.partitions[told.partition] : undefined
          return before !== undefined && told.leaderEpoch >= 0 && before.leaderEpoch > told.leaderEpoch ? before : told
        })
        .toSorted((a, b) => a.partition - b.partition)
      const info: TopicInfo = { name, id, internal, error: errorName(topic.errorCode), partitions }
      if (known !== undefined) this.#names.delete(known.id)
      if (topic.errorCode === errorCode('UNKNOWN_TOPIC_OR_PARTITION')) this.topics.delete(name)
      else if (topic.errorCode === 0 || known === undefined) this.topics.set(name, info)
      if (this.topics.has(name)) this.#names.set(this.topics.get(name)!.id, name)
      return [info]
    })
  }
  /** KIP-951: takes in what a broker that no longer leads a partition says of the one that does. False: it is no news. */
  learnLeader(
    { topic, partition }: { readonly topic: string; readonly partition: number },
    { leaderId, leaderEpoch }: { readonly leaderId: number; readonly leaderEpoch: number },
    endpoints: readonly BrokerAddress[],
  ): boolean {
    const info = this.topics.get(topic)
    const known = info?.partitions[partition]
    if (info === undefined || known === undefined || leaderEpoch <= known.leaderEpoch) return false
    const endpoint = endpoints.find(({ nodeId }) => nodeId === leaderId)
    if (endpoint !== undefined) this.brokers.set(leaderId, endpoint)
    if (!this.brokers.has(leaderId)) return false
    const partitions = info.partitions.with(partition, { ...known, leader: leaderId, leaderEpoch })
    this.topics.set(topic, { ...info, partitions })
    return true
  }
  forget(topic: string): void {
    const known = this.topics.get(topic)
    if (known === undefined) return
    this.topics.delete(topic)
    this.#names.delete(known.id)
  }
}
