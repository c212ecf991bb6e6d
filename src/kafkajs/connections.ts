// The way to the cluster as a Kafka object is set up: each producer, consumer and admin opens clusters of its own by it.

import { systemClock, systemRandom, tcpSockets, type Clock, type Random, type Sockets } from '../base/index.ts'
import { Cluster, clusterOptions, type ClusterOptions } from '../client/index.ts'
import { KafkaJSNonRetriableError } from './errors.ts'
import type { NetworkInstrumentation } from './instrumentation.ts'
import { clientLogger } from './logger.ts'
import { observedSockets, type NetworkObserver, type SeenRequest } from './observed-sockets.ts'
import { patienceMs, retrying, type RetrySettings } from './retry.ts'
import { saslOf, tlsOf } from './security.ts'
import { factorySockets } from './socket-factory.ts'
import type { KafkaConfig, Logger } from './types/config.ts'

export interface OpenOptions {
  readonly retry: RetrySettings
  readonly metadataMaxAge?: number | undefined
  readonly instrumentation: NetworkInstrumentation
}
const timeoutMsMax = 2 ** 31 - 1

export class Connections {
  readonly clock: Clock = systemClock
  readonly random: Random = systemRandom
  readonly logger: Logger
  readonly requestTimeoutMs: number
  readonly #config: KafkaConfig

  constructor(config: KafkaConfig, logger: Logger) {
    this.#config = config
    this.logger = logger
    const { requestTimeout = 30_000, enforceRequestTimeout = true } = config
    this.requestTimeoutMs = enforceRequestTimeout ? requestTimeout : timeoutMsMax
  }

  /** What a cluster is opened with. Asks the application for the brokers, where that is a function. */
  async options({ retry, metadataMaxAge, instrumentation }: OpenOptions): Promise<ClusterOptions> {
    const { clientId = 'kafkajs', connectionTimeout = 1_000, ssl, socketFactory } = this.#config
    const tls = socketFactory === undefined ? tlsOf(ssl) : undefined
    const sasl = saslOf(this.#config.sasl, this.logger)
    return clusterOptions({
      bootstrap: await this.#brokers(),
      clientId,
      sockets: this.#sockets(clientId, instrumentation),
      clock: this.clock,
      random: this.random,
      logger: clientLogger(this.logger.namespace('Client')),
      connectTimeoutMs: connectionTimeout,
      requestTimeoutMs: this.requestTimeoutMs,
      retryTimeoutMs: Math.min(patienceMs(retry), timeoutMsMax),
      backoffMs: retry.initialRetryTime,
      backoffMsMax: retry.maxRetryTime,
      ...(tls === undefined ? {} : { tls }),
      ...(sasl === undefined ? {} : { sasl }),
      ...(metadataMaxAge === undefined ? {} : { metadataMaxAgeMs: metadataMaxAge }),
    })
  }
  /** Opens a cluster, and sees that somebody answers there. */
  async open(options: OpenOptions): Promise<Cluster> {
    return retrying(this, options.retry, async () => {
      const cluster = new Cluster(await this.options(options))
      try {
        await cluster.refresh([])
        return cluster
      } catch (error) {
        await cluster.close()
        throw error
      }
    })
  }

  async #brokers(): Promise<string[]> {
    const { brokers } = this.#config
    const list = typeof brokers === 'function' ? await brokers() : brokers
    if (!Array.isArray(list) || list.length === 0)
      throw new KafkaJSNonRetriableError(
        'Failed to connect: expected brokers array and got nothing: "brokers" must name at least one',
      )
    if (list.some(one => typeof one !== 'string'))
      throw new KafkaJSNonRetriableError('Failed to connect: "brokers" must be a list of strings, each "host:port"')
    return list
  }
  #sockets(clientId: string, instrumentation: NetworkInstrumentation): Sockets {
    const { socketFactory, ssl } = this.#config
    const system = tcpSockets()
    const sockets = socketFactory === undefined ? system : factorySockets(socketFactory, ssl, system)
    return observedSockets(sockets, this.clock, this.requestTimeoutMs, networkObserver(clientId, instrumentation))
  }
}

function networkObserver(clientId: string, told: NetworkInstrumentation): NetworkObserver {
  const { REQUEST, REQUEST_TIMEOUT, REQUEST_QUEUE_SIZE } = told.events
  const about = ({ sentAt, ...request }: SeenRequest) => ({
    ...request,
    clientId,
    createdAt: sentAt,
    sentAt,
    pendingDuration: 0,
  })
  return {
    listens: () => told.hears(REQUEST) || told.hears(REQUEST_TIMEOUT) || told.hears(REQUEST_QUEUE_SIZE),
    answered: (request, durationMs, size) =>
      told.emit(REQUEST, () => ({ ...about(request), duration: Math.round(durationMs), size })),
    timedOut: request => told.emit(REQUEST_TIMEOUT, () => about(request)),
    waiting: (broker, queueSize) => told.emit(REQUEST_QUEUE_SIZE, () => ({ broker, clientId, queueSize })),
  }
}
