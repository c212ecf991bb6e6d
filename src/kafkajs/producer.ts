// kafkajs's producer. Acknowledgement and compression are chosen at each send there, and for good by a producer of the
// client: so it has one of those for each choice that occurs.

import { Producer as ClientProducer, type Cluster, type ProducerOptions } from '../client/index.ts'
import type { CommittedElsewhere } from './committed-elsewhere.ts'
import { codecOf } from './compression.ts'
import type { Connections } from './connections.ts'
import { errorOf } from './error-of.ts'
import {
  KafkaJSError,
  KafkaJSMetadataNotLoaded,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
} from './errors.ts'
import { Instrumentation, producerEvents } from './instrumentation.ts'
import { checkMessages, recordOf, results } from './messages.ts'
import { learnTopics, partitionMetadata } from './metadata.ts'
import { Partitioners } from './partitioners.ts'
import { nonRetriable, patienceMs, retrySettings, type RetrySettings } from './retry.ts'
import { TransactionGate } from './transaction.ts'
import type { ProducerBatch, RecordMetadata, TopicMessages } from './types/common.ts'
import type { RetryOptions } from './types/config.ts'
import type { ProducerEvents } from './types/events.ts'
import type { Producer, ProducerConfig } from './types/producer.ts'

/** Which requests the brokers take is theirs to say. */
const requestSizeMaxBytes = 2 ** 30
const timeoutMsMax = 2 ** 31 - 1

export interface ProducerContext {
  readonly connections: Connections
  readonly retry: RetryOptions | undefined
  readonly committedElsewhere: CommittedElsewhere
}

export function createProducer(context: ProducerContext, config: ProducerConfig = {}): Producer {
  const { idempotent = false, createPartitioner = Partitioners.DefaultPartitioner } = config
  const logger = context.connections.logger.namespace('Producer')
  const given = config.retry ?? context.retry ?? (idempotent ? { retries: Number.MAX_SAFE_INTEGER } : undefined)
  if (idempotent && given?.retries !== undefined && given.retries < 1)
    throw new KafkaJSNonRetriableError('Idempotent producer must allow retries to protect against transient errors')
  if (idempotent && (given?.retries ?? 0) < Number.MAX_SAFE_INTEGER)
    logger.warn('Limiting retries for the idempotent producer may invalidate EoS guarantees')
  const instrumentation = new Instrumentation<ProducerEvents>(
    'producer',
    producerEvents,
    logger,
    context.connections.clock,
  )
  const senders = new Senders(
    context.connections,
    { ...config, idempotent, createPartitioner },
    retrySettings(context.retry, given),
    instrumentation,
  )
  const gate = new TransactionGate(senders, config.transactionalId, context.committedElsewhere)
  return {
    async connect() {
      await senders.connect()
      instrumentation.emit(producerEvents.CONNECT)
    },
    async disconnect() {
      await senders.disconnect()
      instrumentation.emit(producerEvents.DISCONNECT)
    },
    isIdempotent: () => idempotent,
    events: producerEvents,
    on: instrumentation.on,
    send: ({ topic, messages, ...options }) => senders.send({ ...options, topicMessages: [{ topic, messages }] }),
    sendBatch: batch => senders.send(batch),
    transaction: () => gate.begin(),
    logger: () => logger,
  }
}

type Status = 'connected' | 'disconnecting' | 'disconnected'

/** The producers of the client that one producer of kafkajs comes to. */
export class Senders {
  readonly #connections: Connections
  readonly #config: ProducerConfig & { readonly idempotent: boolean }
  readonly #retry: RetrySettings
  readonly #instrumentation: Instrumentation<ProducerEvents>
  readonly #partition: ReturnType<typeof Partitioners.DefaultPartitioner>
  readonly #open = new Map<string, ClientProducer>()
  #status: Status = 'disconnected'
  #cluster: Cluster | undefined

  constructor(
    connections: Connections,
    config: ProducerConfig & Required<Pick<ProducerConfig, 'idempotent' | 'createPartitioner'>>,
    retry: RetrySettings,
    instrumentation: Instrumentation<ProducerEvents>,
  ) {
    this.#connections = connections
    this.#config = config
    this.#retry = retry
    this.#instrumentation = instrumentation
    this.#partition = config.createPartitioner()
  }

  async connect(): Promise<void> {
    this.#cluster ??= await this.#connections.open(this.#opening())
    this.#status = 'connected'
  }
  async disconnect(): Promise<void> {
    this.#status = 'disconnecting'
    const open = [...this.#open.values()]
    this.#open.clear()
    await Promise.allSettled(open.map(producer => producer.close()))
    await this.#cluster?.close()
    this.#cluster = undefined
    this.#status = 'disconnected'
  }

  /** `through` is the producer of a transaction, to which all that is sent belongs. */
  async send(
    { acks = -1, compression, topicMessages = [] }: ProducerBatch,
    through?: ClientProducer,
  ): Promise<RecordMetadata[]> {
    const idempotent = this.#config.idempotent || through !== undefined
    if (idempotent && acks !== -1)
      throw new KafkaJSNonRetriableError(
        "Not requiring ack for all messages invalidates the idempotent producer's EoS guarantees",
      )
    checkMessages(topicMessages)
    const cluster = this.#connected()
    const known = await learnTopics(this.#connections, cluster, [...new Set(topicMessages.map(({ topic }) => topic))], {
      autoCreate: this.#config.allowAutoTopicCreation !== false,
      retry: this.#retry,
      wanted: name => partitionsNamed(topicMessages.filter(({ topic }) => topic === name)),
    })
    const metadata = new Map(known.map(topic => [topic.name, partitionMetadata(topic)]))
    const now = this.#connections.clock.now()
    const records = topicMessages.flatMap(({ topic, messages }) => {
      const partitions = metadata.get(topic)!
      if (partitions.length === 0) throw new KafkaJSMetadataNotLoaded('Producing to topic without metadata')
      return messages.map(message => {
        const partition = this.#partition({ topic, partitionMetadata: partitions, message })
        return recordOf(topic, partition, message, now)
      })
    })
    try {
      const producer = through ?? this.producer({ acks, compression: codecOf(compression) })
      const acknowledged = await producer.sendAll(records)
      return acks === 0 ? [] : results(records, acknowledged)
    } catch (caught) {
      // The client has tried again by itself.
      const error = errorOf(caught)
      if (!(error as { readonly retriable?: boolean }).retriable) throw nonRetriable(error)
      throw new KafkaJSNumberOfRetriesExceeded(error, {
        retryCount: this.#retry.retries,
        retryTime: this.#retry.initialRetryTime,
      })
    }
  }
  /**
   * The producer of the client for this way of sending; made with its first use. All of them are of one cluster, so that
   * none knows fewer partitions than the partitioner has chosen from.
   */
  producer({
    acks = -1,
    ...options
  }: Pick<ProducerOptions, 'compression' | 'transactionalId'> & { readonly acks?: number }): ClientProducer {
    const key = JSON.stringify([acks, options])
    let opened = this.#open.get(key)
    if (opened === undefined) this.#open.set(key, (opened = this.#make(acks, options)))
    return opened
  }
  #make(acks: number, options: Pick<ProducerOptions, 'compression' | 'transactionalId'>): ClientProducer {
    const { idempotent, maxInFlightRequests, transactionTimeout = 60_000 } = this.#config
    const deliveryTimeoutMs = Math.min(patienceMs(this.#retry) + this.#connections.requestTimeoutMs, timeoutMsMax)
    return new ClientProducer(this.#connected(), {
      ...options,
      acks: acks === -1 ? 'all' : acks === 0 ? 0 : 1,
      idempotent: idempotent || options.transactionalId !== undefined,
      lingerMs: 0,
      requestSizeMaxBytes,
      deliveryTimeoutMs,
      maxBlockMs: deliveryTimeoutMs,
      transactionTimeoutMs: transactionTimeout,
      ...(maxInFlightRequests === undefined || maxInFlightRequests === null
        ? {}
        : { inFlightMax: idempotent ? Math.min(maxInFlightRequests, 5) : maxInFlightRequests }),
    })
  }
  #opening() {
    const { metadataMaxAge } = this.#config
    return { retry: this.#retry, metadataMaxAge, instrumentation: this.#instrumentation }
  }
  #connected(): Cluster {
    if (this.#status === 'disconnecting')
      throw new KafkaJSNonRetriableError(
        "The producer is disconnecting; therefore, it can't safely accept messages anymore",
      )
    if (this.#status === 'disconnected' || this.#cluster === undefined)
      throw new KafkaJSError('The producer is disconnected')
    return this.#cluster
  }
}

/** How many partitions there must be for those that messages name. */
function partitionsNamed(topicMessages: readonly TopicMessages[]): number {
  let count = 0
  for (const { messages } of topicMessages)
    for (const { partition } of messages) if (partition !== undefined && partition >= count) count = partition + 1
  return count
}
