// kafkajs's consumer: subscribes, runs handlers, and runs again after a crash that may pass.

import { Cluster, type Cluster as ClientCluster } from '../../client/index.ts'
import { describeGroup } from '../admin/groups.ts'
import { clusterFace } from '../cluster-face.ts'
import type { CommittedElsewhere } from '../committed-elsewhere.ts'
import type { Connections } from '../connections.ts'
import { KafkaJSError, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded } from '../errors.ts'
import { consumerEvents, Instrumentation } from '../instrumentation.ts'
import { learnTopics } from '../metadata.ts'
import { earliestOffset, offsetOf } from '../offsets.ts'
import { retryDefaults, retrying, retrySettings, type RetrySettings } from '../retry.ts'
import type { TopicPartitionOffsetAndMetadata, TopicOffsets } from '../types/common.ts'
import type { RetryOptions } from '../types/config.ts'
import type {
  Assigner,
  Consumer,
  ConsumerConfig,
  ConsumerRunConfig,
  ConsumerSubscribeTopic,
  ConsumerSubscribeTopics,
} from '../types/consumer.ts'
import type { ConsumerEvents } from '../types/events.ts'
import { assignorOf, PartitionAssigners } from './assignors.ts'
import { checkSelections } from './pauses.ts'
import { Reading } from './reading.ts'

export interface ConsumerContext {
  readonly connections: Connections
  readonly retry: RetryOptions | undefined
  readonly committedElsewhere: CommittedElsewhere
}
const { CONNECT, DISCONNECT, STOP, CRASH } = consumerEvents

export function createConsumer(context: ConsumerContext, config: ConsumerConfig): Consumer {
  const face = new ConsumerFace(context, config)
  return {
    connect: () => face.connect(),
    disconnect: () => face.disconnect(),
    subscribe: subscription => face.subscribe(subscription),
    stop: () => face.stop(),
    run: (run = {}) => face.run(run),
    commitOffsets: offsets => face.commitOffsets(offsets),
    seek: place => face.seek(place),
    describeGroup: () => face.describeGroup(),
    pause(selections) {
      checkSelections(selections, 'pause')
      face.running().pause(selections)
    },
    paused: () => face.paused(),
    resume(selections) {
      checkSelections(selections, 'resume')
      face.running().resume(selections)
    },
    on: face.instrumentation.on,
    logger: () => face.logger,
    events: consumerEvents,
  }
}

class ConsumerFace {
  readonly logger
  readonly instrumentation: Instrumentation<ConsumerEvents>
  readonly #context: ConsumerContext
  readonly #config: ConsumerConfig
  readonly #retry: RetrySettings
  readonly #topics = new Map<string, { readonly fromBeginning: boolean }>()
  #cluster: ClientCluster | undefined
  #reading: Reading | undefined
  #stopping: Promise<void> | undefined
  #restart: { cancel(): void } | undefined
  #endListening = () => {}

  constructor(context: ConsumerContext, config: ConsumerConfig) {
    const { groupId, heartbeatInterval = 3_000, sessionTimeout = 30_000, retry } = config
    this.logger = context.connections.logger.namespace('Consumer')
    if (!groupId) throw new KafkaJSNonRetriableError('Consumer groupId must be a non-empty string.')
    if (heartbeatInterval >= sessionTimeout)
      throw new KafkaJSNonRetriableError(
        `Consumer heartbeatInterval (${heartbeatInterval}) must be lower than sessionTimeout (${sessionTimeout}). It is recommended to set heartbeatInterval to approximately a third of the sessionTimeout.`,
      )
    this.#context = context
    this.#config = config
    this.#retry = retrySettings(context.retry, retry ?? { retries: retryDefaults.retries })
    this.instrumentation = new Instrumentation('consumer', consumerEvents, this.logger, context.connections.clock)
  }

  async connect(): Promise<void> {
    await this.#open()
    this.instrumentation.emit(CONNECT)
  }
  async disconnect(): Promise<void> {
    await this.stop()
    await this.#cluster?.close()
    this.#cluster = undefined
    this.instrumentation.emit(DISCONNECT)
  }
  /** Calls for it while it goes on share one. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined
    })
    return this.#stopping
  }
  async #stop(): Promise<void> {
    this.#restart?.cancel()
    const reading = this.#reading
    if (reading === undefined) return
    await reading.stop()
    this.#reading = undefined
    this.#endListening()
    this.instrumentation.emit(STOP)
    this.logger.info('Stopped', { groupId: this.#config.groupId })
  }

  async subscribe(subscription: ConsumerSubscribeTopics | ConsumerSubscribeTopic): Promise<void> {
    if (this.#reading !== undefined)
      throw new KafkaJSNonRetriableError('Cannot subscribe to topic while consumer is running')
    const {
      topic,
      topics,
      fromBeginning = false,
    } = subscription as Partial<ConsumerSubscribeTopics & ConsumerSubscribeTopic>
    if (!topic && !topics) throw new KafkaJSNonRetriableError('Missing required argument "topics"')
    if (topics !== undefined && topics !== null && !Array.isArray(topics))
      throw new KafkaJSNonRetriableError('Argument "topics" must be an array')
    const wanted = topics ?? [topic!]
    for (const one of wanted)
      if (typeof one !== 'string' && !(one instanceof RegExp))
        throw new KafkaJSNonRetriableError(
          `Invalid topic ${one} (${typeof one}), the topic name has to be a String or a RegExp`,
        )
    const names = wanted.filter(one => typeof one === 'string')
    // At once, as it may be run before this is done.
    for (const name of names) this.#topics.set(name, { fromBeginning })
    for (const name of await this.#matching(wanted.filter(one => one instanceof RegExp))) {
      this.#topics.set(name, { fromBeginning })
      names.push(name)
    }
    const autoCreate = this.#config.allowAutoTopicCreation !== false
    await learnTopics(this.#context.connections, await this.#open(), names, { autoCreate, retry: this.#retry })
  }
  /** Patterns are matched once, by what exists now. */
  async #matching(patterns: readonly RegExp[]): Promise<string[]> {
    if (patterns.length === 0) return []
    const cluster = await this.#open()
    const existing = await retrying(this.#context.connections, this.#retry, () => cluster.refresh(null))
    return existing.map(({ name }) => name).filter(name => patterns.some(pattern => name.search(pattern) >= 0))
  }

  async run(run: ConsumerRunConfig): Promise<void> {
    if (this.#reading !== undefined) {
      this.logger.warn('consumer#run was called, but the consumer is already running', {
        groupId: this.#config.groupId,
      })
      return
    }
    await this.#start(run)
  }
  async #start(run: ConsumerRunConfig): Promise<void> {
    const { connections, committedElsewhere } = this.#context
    const { groupId } = this.#config
    this.logger.info('Starting', { groupId })
    const crash = Promise.withResolvers<void>()
    const reading = new Reading(
      {
        connections,
        instrumentation: this.instrumentation,
        logger: this.logger.namespace('Runner'),
        crashed: error => void this.#crashed(error, run).then(crash.resolve, crash.reject),
      },
      {
        groupId,
        topics: new Map(this.#topics),
        run,
        retry: this.#retry,
        open: async () => ({
          cluster: await connections.options(this.#opening()),
          consumer: this.#consumerOptions(await this.#open()),
        }),
      },
    )
    // At once, as it may be sought and paused before it has joined.
    this.#reading = reading
    this.#endListening = committedElsewhere.listen(groupId, topics => reading.stored(topics))
    await Promise.race([reading.joined, crash.promise])
  }
  async #crashed(error: Error, run: ConsumerRunConfig): Promise<void> {
    const { groupId, retry } = this.#config
    const { retryCount, retryTime } = error as Partial<KafkaJSNumberOfRetriesExceeded>
    this.logger.error(`Crash: ${error.name}: ${error.message}`, { groupId, retryCount, stack: error.stack })
    await this.disconnect()
    const mayPass = error instanceof KafkaJSNumberOfRetriesExceeded || isRetriable(originOf(error))
    const restart = mayPass && (await this.#mayRestart(error, retry?.restartOnFailure))
    this.instrumentation.emit(CRASH, { error, groupId, restart })
    if (!restart) return
    const pauseMs = retryTime ?? this.#retry.initialRetryTime
    this.logger.error(`Restarting the consumer in ${pauseMs}ms`, { groupId, retryCount, retryTime: pauseMs })
    this.#restart = this.#context.connections.clock.after(pauseMs, () => void this.#start(run))
  }
  async #mayRestart(error: Error, ask: RetryOptions['restartOnFailure']): Promise<boolean> {
    if (ask === undefined) return true
    try {
      return await ask(error)
    } catch (failure) {
      this.logger.error(
        'Caught error when invoking user-provided "restartOnFailure" callback. Defaulting to restarting.',
        { error: String(failure), cause: error.message, groupId: this.#config.groupId },
      )
      return true
    }
  }

  async commitOffsets(offsets: readonly TopicPartitionOffsetAndMetadata[] = []): Promise<void> {
    const topics = [...Map.groupBy(offsets.map(checked), ({ topic }) => topic)].map(
      ([topic, partitions]): TopicOffsets => ({ topic, partitions }),
    )
    await retrying(this.#context.connections, this.#retry, () => this.running().commit(topics))
  }
  seek({ topic, partition, offset }: TopicPartitionOffsetAndMetadata): void {
    const place = placeOf(topic, partition)
    const sought = offsetOf(offset)
    if (sought < earliestOffset) throw new KafkaJSNonRetriableError('Offset must not be a negative number')
    this.running().seek(place.topic, place.partition, sought)
  }
  paused(): { topic: string; partitions: number[] }[] {
    const byTopic = Map.groupBy(this.#reading?.paused ?? [], ({ topic }) => topic)
    return [...byTopic].map(([topic, list]) => ({
      topic,
      partitions: list.map(({ partition }) => partition).toSorted((a, b) => a - b),
    }))
  }
  async describeGroup() {
    const cluster = await this.#open()
    return retrying(this.#context.connections, this.#retry, () => describeGroup(cluster, this.#config.groupId))
  }
  running(): Reading {
    if (this.#reading !== undefined) return this.#reading
    throw new KafkaJSNonRetriableError('Consumer group was not initialized, consumer#run must be called first')
  }

  #consumerOptions(cluster: ClientCluster) {
    const { groupId, partitionAssigners = [PartitionAssigners.roundRobin] } = this.#config
    const face = clusterFace(cluster, this.#config.allowAutoTopicCreation !== false)
    const assigners: Assigner[] = partitionAssigners.map(create =>
      create({ cluster: face, groupId, logger: this.logger }),
    )
    const subscribed = () => [...this.#topics.keys()]
    const someFromBeginning = [...this.#topics.values()].some(({ fromBeginning }) => fromBeginning)
    const {
      sessionTimeout = 30_000,
      rebalanceTimeout = 60_000,
      heartbeatInterval = 3_000,
      maxBytesPerPartition = 1024 * 1024,
      minBytes = 1,
      maxBytes = 10 * 1024 * 1024,
      maxWaitTimeInMs = 5_000,
      readUncommitted = false,
      rackId,
    } = this.#config
    return {
      groupId,
      assignors: assigners.map(assigner => assignorOf(assigner, face, subscribed)),
      autoCommit: false,
      offsetReset: someFromBeginning ? 'earliest' : 'latest',
      isolation: readUncommitted ? 'read_uncommitted' : 'read_committed',
      sessionTimeoutMs: sessionTimeout,
      maxPollIntervalMs: rebalanceTimeout,
      heartbeatIntervalMs: heartbeatInterval,
      maxPartitionBytes: maxBytesPerPartition,
      minBytes,
      maxBytes,
      maxWaitMs: maxWaitTimeInMs,
      rack: rackId || null,
    } as const
  }
  #opening() {
    const { metadataMaxAge } = this.#config
    return { retry: this.#retry, metadataMaxAge, instrumentation: this.instrumentation }
  }
  async #open(): Promise<Cluster> {
    this.#cluster ??= await this.#context.connections.open(this.#opening())
    return this.#cluster
  }
}

function placeOf(topic: string, partition: number): { topic: string; partition: number } {
  if (!topic) throw new KafkaJSNonRetriableError(`Invalid topic ${topic}`)
  if (Number.isNaN(Number(partition ?? NaN)))
    throw new KafkaJSNonRetriableError(`Invalid partition, expected a number received ${partition}`)
  return { topic, partition: Number(partition) }
}
function checked({ topic, partition, offset, metadata = null }: TopicPartitionOffsetAndMetadata) {
  const place = placeOf(topic, partition)
  if (offsetOf(offset) < 0) throw new KafkaJSNonRetriableError('Offset must not be a negative number')
  if (metadata !== null && typeof metadata !== 'string')
    throw new KafkaJSNonRetriableError(`Invalid offset metadata, expected string or null, received ${metadata}`)
  return { ...place, offset: String(offset), metadata }
}
const originOf = (error: Error): Error => (error.cause instanceof Error ? originOf(error.cause) : error)
const isRetriable = (error: Error) => error instanceof KafkaJSError && error.retriable
