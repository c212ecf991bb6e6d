// What becomes of the replicas of this broker when the metadata changes: their logs are made, configured and deleted,
// followers fetch, coordinators load their state where its log is led, and leaders' wishes for other in-sync replicas are
// passed on.

import type { Clock, Logger } from '../base/index.ts'
import type { CoordinatorLog } from '../coordinator/index.ts'
import {
  logConfigOf,
  type BrokerConfig,
  type Configs,
  type LogConfigValues,
  type Metadata,
  type TopicImage,
} from '../metadata/index.ts'
import { logName, noTopicId, type LogDirectory } from '../storage/index.ts'
import type { BrokerMetrics } from './metrics/broker-metrics.ts'
import { Partition, type PartitionOutside } from './partition.ts'
import type { PartitionsOutside } from './partitions.ts'
import type { ReplicaFetchers } from './replica-fetchers.ts'
import { StateLog } from './state-log.ts'

/** Keeps its state in the partitions of an internal topic: whoever leads one of them coordinates what is in it. */
export interface Coordinator {
  lead(partition: number, log: CoordinatorLog, leaderEpoch: number): Promise<void>
  resign(partition: number): void
  committed(partition: number, highWatermark: number): void
  lost(partition: number, fromOffset: number): void
}
export interface ReplicasOptions {
  readonly nodeId: number
  readonly logDirectory: LogDirectory
  readonly metadata: Metadata
  /** By the topic of their state. */
  readonly coordinators: ReadonlyMap<string, Coordinator>
  readonly fetchers: ReplicaFetchers
  readonly metrics: BrokerMetrics
  readonly clock: Clock
  readonly logger: Logger
  config(): BrokerConfig
}

export class Replicas implements PartitionsOutside, PartitionOutside {
  readonly nodeId: number
  readonly #options: ReplicasOptions
  /** One wish for other in-sync replicas a partition at a time. */
  readonly #proposals = new Set<Partition>()
  #parsed: { readonly configs: Configs; readonly config: BrokerConfig; readonly values: LogConfigValues } | undefined
  constructor(options: ReplicasOptions) {
    this.nodeId = options.nodeId
    this.#options = options
  }

  // As the outside of Partitions

  create(topic: TopicImage, index: number): Partition {
    const { logDirectory } = this.#options
    const config = this.#logConfig(topic)
    const id = { topic: topic.name, partition: index }
    const found = logDirectory.logs.get(logName(topic.name, index))
    // A log of a topic that was deleted while this broker was down, and of whose name there is a new one.
    const isForeign = found !== undefined && found.topicId !== topic.id && found.topicId !== noTopicId
    if (isForeign) logDirectory.deleteLog(topic.name, index)
    // Power cuts take partition.metadata before they take records: the log is the topic's of that name, as in Kafka.
    else if (found?.topicId === noTopicId) found.assignTopicId(topic.id)
    const log = isForeign || found === undefined ? logDirectory.createLog({ ...id, topicId: topic.id, config }) : found
    log.setConfig(config)
    const partition = new Partition(log, this)
    partition.minInsyncReplicas = config.minInsyncReplicas
    return partition
  }
  configure(partition: Partition, topic: TopicImage): void {
    const config = this.#logConfig(topic)
    partition.log.setConfig(config)
    partition.minInsyncReplicas = config.minInsyncReplicas
  }
  /** Parsed once for all partitions of a topic, which come one after the other. */
  #logConfig({ configs }: TopicImage): LogConfigValues {
    const config = this.#options.config()
    if (this.#parsed?.configs !== configs || this.#parsed.config !== config)
      this.#parsed = { configs, config, values: logConfigOf(configs, config) }
    return this.#parsed.values
  }
  drop(partition: Partition): void {
    this.#options.fetchers.follow(partition, undefined)
    this.#coordinatorOf(partition)?.resign(partition.index)
    this.#options.logDirectory.deleteLog(partition.topic, partition.index)
  }
  leaderChanged(partition: Partition): void {
    const { fetchers, logger, clock } = this.#options
    const { leader } = partition.assignment
    fetchers.follow(partition, leader === this.nodeId || leader < 0 ? undefined : leader)
    const coordinator = this.#coordinatorOf(partition)
    if (coordinator === undefined) return
    const { topic, index, leaderEpoch } = partition
    if (!partition.isLeader) return coordinator.resign(index)
    coordinator.lead(index, new StateLog(partition, clock), leaderEpoch).catch((error: unknown) => {
      logger.error('the state of a coordinator could not be loaded', { topic, partition: index, error: String(error) })
      coordinator.resign(index)
    })
  }
  #coordinatorOf({ topic }: Partition): Coordinator | undefined {
    return this.#options.coordinators.get(topic)
  }

  // As the outside of Partition

  now(): number {
    return this.#options.clock.now()
  }
  monotonic(): number {
    return this.#options.clock.monotonic()
  }
  get replicaLagMsMax(): number {
    return this.#options.config().number('replica.lag.time.max.ms')
  }
  appended(topic: string, batch: { readonly records: number; readonly bytes: number }): void {
    this.#options.metrics.topics.appended(topic, batch)
  }
  replicated(bytes: number): void {
    this.#options.metrics.topics.replicated(bytes)
  }
  committed(partition: Partition): void {
    this.#coordinatorOf(partition)?.committed(partition.index, partition.highWatermark)
  }
  proposeIsr(partition: Partition, isr: readonly number[]): void {
    if (this.#proposals.has(partition)) return
    this.#proposals.add(partition)
    const { metadata, nodeId, logger, metrics } = this.#options
    const { leaderEpoch, partitionEpoch, isr: before } = partition.assignment
    const { topicId, topic, index } = partition
    const brokerEpoch = metadata.image.brokers.get(nodeId)?.epoch ?? -1
    metadata
      .alterPartition({ brokerId: nodeId, brokerEpoch, topicId, partition: index, leaderEpoch, partitionEpoch, isr })
      .then(({ error }) => {
        // Whoever refuses knows better: the next image brings what it knows.
        metrics.replicas.isrChanged(before, isr, error)
        logger.info('in-sync replicas', { topic, partition: index, isr: isr.join(','), error })
      })
      .catch((error: unknown) => logger.error('in-sync replicas could not be changed', { topic, error: String(error) }))
      .finally(() => this.#proposals.delete(partition))
  }

  /** A write failed: the log went back to what it had, or takes nothing any more. */
  logFault(partition: Partition): void {
    if (partition.log.fault === undefined) partition.lostTail()
    else partition.fail('KAFKA_STORAGE_ERROR')
    const coordinator = this.#coordinatorOf(partition)
    coordinator?.lost(partition.index, partition.log.endOffset)
    if (partition.log.fault !== undefined) coordinator?.resign(partition.index)
  }
}
