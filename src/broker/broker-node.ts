// One broker: its log directory, its replicas, its coordinators of groups and transactions, its listeners. Brokers of one
// process share the metadata and nothing else.
//
//   start  recover the logs ─▶ listen ─▶ register ─▶ follow the image ─▶ serve
//   stop   fence (leaders move, whoever waits is answered) ─▶ close connections ─▶ close the logs

import {
  type Clock,
  type Fetch,
  type Files,
  type Logger,
  type MBeans,
  type Random,
  type Socket,
  type Sockets,
  type StartThread,
  systemFetch,
  threadBusyMs,
  type Timer,
} from '../base/index.ts'
import { ClientConnection, SocketServer, type RequestObserver } from '../connection/index.ts'
import { GroupCoordinator, TransactionCoordinator } from '../coordinator/index.ts'
import { logConfigOf, type BrokerConfig, type ClusterImage, type Metadata } from '../metadata/index.ts'
import { LogDirectory, type Durability, type RecoveryProgress } from '../storage/index.ts'
import { AnswerMemory } from './answer-memory.ts'
import { Authorizer } from './authorization/authorizer.ts'
import { cleanerSettingsOf } from './cleaner-settings.ts'
import { endpoints, type BrokerContext } from './context.ts'
import { Deadlines } from './deadlines.ts'
import { FetchSessions } from './fetch-sessions.ts'
import { groupSettingsOf } from './group-settings.ts'
import { handlers } from './handlers/index.ts'
import { openListener, type ListenerAddress, type OpenListener } from './listeners.ts'
import { BrokerMetrics } from './metrics/broker-metrics.ts'
import { Partitions } from './partitions.ts'
import { Peers } from './peers.ts'
import { ProducerIds } from './producer-ids.ts'
import { ConnectionRates } from './quotas/connection-rates.ts'
import { Throttling } from './quotas/throttling.ts'
import { ReplicaFetchers } from './replica-fetchers.ts'
import { Replicas, type Coordinator } from './replicas.ts'
import { brokerLoginOf, interBrokerListener } from './security/broker-login.ts'
import { BrokerSecurity } from './security/broker-security.ts'
import { serviceOf, type Intercept } from './service.ts'
import { TopicCreation } from './topic-creation.ts'
import { TransactionJoining } from './transaction-joining.ts'
import { TransactionMarkers } from './transaction-markers.ts'
import { transactionConfigOf, transactionsTopic } from './transaction-settings.ts'

export interface BrokerNodeOptions {
  readonly nodeId: number
  /** As the broker was started; the metadata may say otherwise since. */
  readonly config: BrokerConfig
  readonly metadata: Metadata
  /** Where its logs lie. */
  readonly path: string
  readonly durability: Durability
  readonly listeners: readonly ListenerAddress[]
  readonly files: Files
  /** Where its certificates lie, where that is not with its logs: those of a broker in memory are on disk all the same. */
  readonly certificateFiles?: Files | undefined
  readonly sockets: Sockets
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: MBeans
  /** False: requests are not timed and topics not counted, which shows what that costs. */
  readonly isMeasured?: boolean | undefined
  /** How identity providers are asked for their keys. */
  readonly fetch?: Fetch | undefined
  readonly intercept?: Intercept | undefined
  /** Sees every request of clients pass. */
  readonly observer?: RequestObserver | undefined
  /** Given with the files of a disk: work that takes long is done beside the loop. */
  readonly startThread?: StartThread | undefined
  /** Every second while logs are recovered that were not closed. */
  readonly onRecovery?: ((progress: RecoveryProgress) => void) | undefined
  /** Connections wait until `serve` is called: something comes first. */
  readonly servesLater?: boolean
}

export async function startBrokerNode(options: BrokerNodeOptions): Promise<BrokerNode> {
  const { nodeId, config, metadata, path, durability, files, clock, random, logger } = options
  const logDirectory = await LogDirectory.open({
    path,
    durability,
    files,
    clock,
    random,
    logger,
    metrics: options.metrics,
    nodeId,
    clusterId: metadata.image.clusterId,
    defaults: logConfigOf(new Map(), config),
    producerIdExpirationMs: config.number('producer.id.expiration.ms'),
    intervals: {
      highWatermarkCheckpointMs: config.number('replica.high.watermark.checkpoint.interval.ms'),
      recoveryPointCheckpointMs: config.number('log.flush.offset.checkpoint.interval.ms'),
      retentionCheckMs: config.number('log.retention.check.interval.ms'),
      producerExpiryCheckMs: config.number('producer.id.expiration.check.interval.ms'),
      compactionCheckMs: config.number('log.cleaner.backoff.ms'),
    },
    cleaner: cleanerSettingsOf(config.dynamic(metadata.image, nodeId)),
    startThread: options.startThread,
    recoveryThreads: config.number('num.recovery.threads.per.data.dir'),
    onRecovery: options.onRecovery,
  })
  const node = new BrokerNode(options, logDirectory)
  try {
    await node.start()
    if (!options.servesLater) node.serve()
    return node
  } catch (error) {
    await node.stop()
    throw error
  }
}

export class BrokerNode {
  readonly nodeId: number
  readonly context: BrokerContext
  readonly #options: BrokerNodeOptions
  readonly #logDirectory: LogDirectory
  readonly #server: SocketServer
  readonly #partitions: Partitions
  readonly #replicas: Replicas
  readonly #fetchers: ReplicaFetchers
  readonly #groups: GroupCoordinator
  readonly #transactions: TransactionCoordinator
  readonly #peers: Peers
  readonly #deadlines: Deadlines
  readonly #security: BrokerSecurity
  readonly #listeners: OpenListener[] = []
  #unsubscribe: (() => void) | undefined
  readonly #unobserve: () => void
  #isRegistered = false
  #lagCheck: Timer | undefined
  #config: BrokerConfig
  /** As it was started, with the addresses that it listens on. */
  #started: BrokerConfig
  #configuredBy: ClusterImage['brokerConfigs'] | undefined
  /** Connections that came before the broker was ready to serve them. */
  #early: { readonly socket: Socket; readonly listener: string }[] | undefined = []

  constructor(options: BrokerNodeOptions, logDirectory: LogDirectory) {
    const { nodeId, metadata, clock, random, logger } = options
    const metrics = new BrokerMetrics(options.metrics, options)
    const config = () => this.#config
    this.nodeId = nodeId
    this.#options = options
    this.#logDirectory = logDirectory
    this.#started = options.config
    this.#config = options.config.dynamic(metadata.image, nodeId)
    this.#security = new BrokerSecurity({
      ...options,
      files: options.certificateFiles ?? options.files,
      fetch: options.fetch ?? systemFetch,
      config: this.#config,
    })
    this.#deadlines = new Deadlines(clock)
    this.#groups = new GroupCoordinator({
      clock,
      random,
      logger,
      ...groupSettingsOf({ metadata, config }),
    })
    const producerIds = new ProducerIds(metadata, nodeId)
    this.#transactions = new TransactionCoordinator({
      clock,
      logger,
      config: transactionConfigOf(this.#config, { metadata }),
      partitionCount: () =>
        metadata.image.topics.get(transactionsTopic)?.partitions.length ??
        this.#config.number('transaction.state.log.num.partitions'),
      producerId: () => producerIds.next(),
      writeMarkers: markers => transactionMarkers.write(markers),
    })
    this.#peers = new Peers(other => this.#connect(other, `broker-${nodeId}`))
    this.#fetchers = new ReplicaFetchers(leaderId => this.#fetcherOptions(leaderId))
    this.#replicas = new Replicas({
      nodeId,
      logDirectory,
      metadata,
      clock,
      logger,
      config,
      coordinators: new Map<string, Coordinator>([
        ['__consumer_offsets', this.#groups],
        [transactionsTopic, this.#transactions],
      ]),
      fetchers: this.#fetchers,
      metrics,
    })
    this.#partitions = new Partitions(this.#replicas)
    const shared = { nodeId, metadata, clock, logger, config, peers: this.#peers }
    const transactionMarkers = new TransactionMarkers({ ...shared, partitions: this.#partitions, groups: this.#groups })
    this.context = {
      nodeId,
      clock,
      random,
      logger,
      metrics,
      metadata,
      logDirectory,
      handlers,
      get config() {
        return config()
      },
      partitions: this.#partitions,
      groups: this.#groups,
      transactions: this.#transactions,
      transactionJoining: new TransactionJoining({ ...shared, transactions: this.#transactions }),
      transactionMarkers,
      deadlines: this.#deadlines,
      producerIds,
      fetchSessions: new FetchSessions({
        clock,
        random,
        slotsMax: this.#config.number('max.incremental.fetch.session.cache.slots'),
      }),
      connectionRates: new ConnectionRates({ metadata, clock, config }),
      throttling: new Throttling({ metadata, clock, config: this.#config, busyMs: threadBusyMs }),
      authorizer: new Authorizer({ metadata, config: this.#config, logger }),
      topicCreation: new TopicCreation({ metadata, config }),
      answerMemory: new AnswerMemory(),
      security: this.#security,
    }
    this.#server = new SocketServer(serviceOf(this.context, options))
    for (const { name } of options.listeners) this.#server.expect(name)
    this.#unobserve = metrics.observe(this.context)
  }

  /** What each listener tells its clients. */
  get addresses(): readonly { readonly name: string; readonly host: string; readonly port: number }[] {
    return this.#listeners.map(({ name, advertised }) => ({ name, ...advertised }))
  }

  async start(): Promise<void> {
    const { metadata, listeners, sockets, logger } = this.#options
    for (const address of listeners) {
      const accept = (socket: Socket) => this.#accept(socket, address.name)
      const security = this.#security.of(address.name)
      this.#listeners.push(await openListener(address, { sockets, logger, accept, ...security }))
    }
    this.#security.watch(this.#listeners)
    this.#started = this.#options.config.including(this.#listened())
    this.#logDirectory.onProgress = log => this.#partitionOf(log)?.progressed()
    this.#logDirectory.onFault = log => {
      const partition = this.#partitionOf(log)
      if (partition) this.#replicas.logFault(partition)
    }
    this.#follow()
    this.#unsubscribe = metadata.subscribe(() => this.#follow())
    await this.#register()
    this.#watchInSyncReplicas()
  }
  /** Takes up the connections that have come, and from here on those that come. */
  serve(): void {
    const early = this.#early ?? []
    this.#early = undefined
    for (const { socket, listener } of early) this.#server.accept(socket, listener)
  }
  /** What the command line, or the choice of a free port, has decided in place of a file. */
  #listened(): ReadonlyMap<string, string> {
    const told = this.addresses.map(
      ({ name, host, port }) => `${name}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    )
    return this.#options.config.given.has('listeners')
      ? new Map()
      : new Map([
          ['listeners', told.join(',')],
          ['advertised.listeners', told.join(',')],
        ])
  }
  async #register(): Promise<void> {
    const { metadata, nodeId } = this.#options
    await metadata.registerBroker({
      id: nodeId,
      rack: this.#config.string('broker.rack'),
      endpoints: this.#listeners.map(({ name, securityProtocol, advertised: { host, port } }) => ({
        listener: name,
        host,
        port,
        securityProtocol,
      })),
    })
    this.#isRegistered = true
  }
  /** Somebody took it for gone (UnregisterBroker). */
  #registerAgain(): void {
    this.#isRegistered = false
    this.#register().catch((error: unknown) =>
      this.#options.logger.error('this broker could not be registered again', { error: String(error) }),
    )
  }
  #accept(socket: Socket, listener: string): void {
    if (this.#early === undefined) this.#server.accept(socket, listener)
    else this.#early.push({ socket, listener })
  }
  #partitionOf({ topicId, partition }: { readonly topicId: string; readonly partition: number }) {
    const found = this.#partitions.byId(topicId).find(partition)
    return typeof found === 'string' ? undefined : found
  }
  #follow(): void {
    const { image } = this.#options.metadata
    if (image.brokerConfigs !== this.#configuredBy) {
      const isChange = this.#configuredBy !== undefined
      this.#configuredBy = image.brokerConfigs
      this.#config = this.#started.dynamic(image, this.nodeId)
      if (isChange) this.#security.configure(this.#config)
      this.#logDirectory.setCleaner(cleanerSettingsOf(this.#config))
    }
    if (this.#isRegistered && !image.brokers.has(this.nodeId)) this.#registerAgain()
    const gone = this.#partitions.follow(image)
    if (gone.length === 0) return
    this.#groups.topicsDeleted(gone)
    for (const { name } of gone) this.context.metrics.topics.deleted(name)
  }
  #watchInSyncReplicas(): void {
    this.#lagCheck = this.#options.clock.after(this.#config.number('replica.lag.time.max.ms') / 2, () => {
      for (const partition of this.#partitions.all()) partition.shrinkIsr()
      this.#watchInSyncReplicas()
    })
  }
  #fetcherOptions(leaderId: number) {
    const { clock, logger, nodeId } = this.#options
    const config = this.#config
    return {
      nodeId,
      leaderId,
      clock,
      logger,
      waitMsMax: config.number('replica.fetch.wait.max.ms'),
      partitionBytesMax: config.number('replica.fetch.max.bytes'),
      bytesMax: config.number('replica.fetch.response.max.bytes'),
      backoffMs: config.number('replica.fetch.backoff.ms'),
      connect: () => this.#connect(leaderId, `broker-${nodeId}-fetcher`),
    }
  }
  /** To another broker of the cluster. */
  async #connect(other: number, clientId: string): Promise<ClientConnection> {
    const { sockets, clock, random, metadata, listeners, files, certificateFiles = files } = this.#options
    const listener = interBrokerListener(this.#config, listeners)
    const broker = endpoints(metadata.image, listener.name).find(({ nodeId }) => nodeId === other)
    if (broker === undefined) throw new Error(`broker ${other} is not there`)
    const login = brokerLoginOf(this.#config, listener, { random, files: certificateFiles })
    return ClientConnection.connect({ sockets, clock, host: broker.host, port: broker.port, clientId, ...login })
  }

  async stop(): Promise<void> {
    await Promise.all(this.#listeners.map(listener => listener.close()))
    this.#isRegistered = false
    // Leadership goes first: parked requests are answered, and clients look for the next leader.
    await this.#options.metadata.fenceBrokers([this.nodeId])
    this.#unsubscribe?.()
    this.#unobserve()
    this.#lagCheck?.cancel()
    this.#security.close()
    await this.#fetchers.close()
    this.#groups.close()
    this.#transactions.close()
    await this.#peers.close()
    await this.#server.close()
    for (const { socket } of this.#early ?? []) socket.destroy()
    this.#deadlines.close()
    await this.#logDirectory.close()
  }
}
