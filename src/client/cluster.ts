// The way to a cluster: whom to ask, over which connection, and what is known of its topics. Every part of the client
// asks through it. A broker answers one request at a time on a connection, so what may take long (polls, produce,
// the group's coordinator) has connections of its own: a long poll must not hold up a heartbeat.

import type { Metrics } from '../base/index.ts'
import type { ClientConnection, ClientRequestOptions } from '../connection/index.ts'
import {
  errorMessage,
  errorName,
  findCoordinator,
  metadata,
  type AnyApi,
  type DecodedResponseOf,
  type RequestDraftOf,
} from '../protocol/index.ts'
import { BrokerConnections, nameOf, type ConnectionOptions, type Purpose } from './broker-connections.ts'
import { check, isStale, KafkaError, refusalOf } from './errors.ts'
import { retrying } from './retry.ts'
import type { Instrumentation } from './telemetry/instrumentation.ts'
import { ClusterView, type BrokerAddress, type TopicInfo } from './topics.ts'

export interface ClusterOptions extends ConnectionOptions {
  /** `host:port`, several in a list or with commas between: whoever answers names the rest. */
  readonly bootstrap: string | readonly string[]
  /** How long a call is tried again before its error is thrown. */
  readonly retryTimeoutMs: number
  readonly backoffMs: number
  readonly backoffMsMax: number
  readonly metadataMaxAgeMs: number
  /** Where producers and consumers count what they do; nothing is counted without it. */
  readonly metrics?: Metrics
  /** Told of spans; none are made without it. */
  readonly instrumentation?: Instrumentation
}

/** A draft, or how to make it for the version that both sides speak. */
export type DraftFor<A> = RequestDraftOf<A> | ((version: number) => RequestDraftOf<A>)

export class Cluster {
  readonly view = new ClusterView()
  readonly options: ClusterOptions
  readonly #bootstrap: readonly BrokerAddress[]
  readonly #connections: BrokerConnections
  readonly #coordinators = new Map<string, number>()
  readonly #refreshing = new Map<string, Promise<TopicInfo[]>>()
  readonly #learnedAt = new Map<string, number>()

  constructor(options: ClusterOptions) {
    this.options = options
    this.#bootstrap = addressesOf(options.bootstrap)
    this.#connections = new BrokerConnections(options)
  }

  /** Sends one request to one broker, and gives its answer, whatever error codes that carries. No retries. */
  async ask<A extends AnyApi>(
    nodeId: number,
    purpose: Purpose,
    api: A,
    draft: DraftFor<A>,
    options: ClientRequestOptions = {},
  ): Promise<DecodedResponseOf<A>> {
    const broker = this.view.brokers.get(nodeId)
    if (broker === undefined) throw new KafkaError('NO_BROKER_AVAILABLE', { context: `broker ${nodeId}` })
    return request(await this.#connections.get(broker, purpose), api, draft, options)
  }
  /** Asks any broker that can be reached. */
  async askAny<A extends AnyApi>(
    api: A,
    draft: DraftFor<A>,
    options: ClientRequestOptions = {},
  ): Promise<DecodedResponseOf<A>> {
    let cause: unknown
    // KIP-899: when none of the brokers that were learned can be reached, those that were given are asked again.
    const tried = new Set<string>()
    for (const broker of [...this.#shuffled([...this.view.brokers.values()]), ...this.#shuffled(this.#bootstrap)]) {
      if (tried.has(nameOf(broker))) continue
      tried.add(nameOf(broker))
      let connection: ClientConnection
      try {
        connection = await this.#connections.get(broker, 'main')
      } catch (error) {
        if (this.#connections.isClosed || error instanceof KafkaError) throw error
        cause = error
        continue
      }
      return request(connection, api, draft, options)
    }
    const told = cause instanceof Error ? ` ${cause.message}` : ''
    throw new KafkaError('NO_BROKER_AVAILABLE', {
      message: `None of the brokers can be reached (${this.#bootstrap.map(nameOf).join(', ')}).${told}`,
      cause,
    })
  }
  /** Asks the controller, as changes of topics and configs should be. Whoever answers is asked where none is known. */
  async askController<A extends AnyApi>(
    api: A,
    draft: DraftFor<A>,
    options: ClientRequestOptions = {},
  ): Promise<DecodedResponseOf<A>> {
    if (!this.view.brokers.has(this.view.controllerId)) await this.refresh([])
    const { controllerId } = this.view
    return this.view.brokers.has(controllerId)
      ? this.ask(controllerId, 'main', api, draft, options)
      : this.askAny(api, draft, options)
  }
  /** Tries again what may be tried again, after a new look-up where the answer asks for one. */
  retrying<T>(
    attempt: () => Promise<T>,
    options: {
      readonly timeoutMs?: number
      readonly signal?: AbortSignal
      readonly before?: (error: unknown) => void
    } = {},
  ): Promise<T> {
    return retrying(
      () => {
        if (this.#connections.isClosed) throw new KafkaError('CLOSED')
        return attempt()
      },
      { ...this.options, timeoutMs: this.options.retryTimeoutMs, ...options },
    )
  }

  /** Learns topics anew, or all of them (null), or only the brokers ([]). Calls for the same ones share a request. */
  refresh(topics: readonly string[] | null, { autoCreate = false } = {}): Promise<TopicInfo[]> {
    const key = JSON.stringify([topics, autoCreate])
    let running = this.#refreshing.get(key)
    if (running === undefined) {
      running = this.#learn(topics, autoCreate).finally(() => this.#refreshing.delete(key))
      this.#refreshing.set(key, running)
    }
    return running
  }
  async #learn(topics: readonly string[] | null, autoCreate: boolean): Promise<TopicInfo[]> {
    const answer = await this.askAny(metadata, {
      topics: topics?.map(name => ({ name })) ?? null,
      allowAutoTopicCreation: autoCreate,
    })
    if (errorName(answer.errorCode) === 'REBOOTSTRAP_REQUIRED') return await this.#forgetBrokers()
    check(answer.errorCode, { context: 'Metadata' })
    const learned = this.view.learn(answer)
    const now = this.options.clock.monotonic()
    for (const { name } of learned) this.#learnedAt.set(name, now)
    if (topics === null) {
      const names = new Set(learned.map(({ name }) => name))
      for (const name of this.view.topics.keys()) if (!names.has(name)) this.view.forget(name)
    }
    return learned
  }
  /** KIP-1102: a broker says that the client knows another cluster than this one. It begins again with those it was given. */
  async #forgetBrokers(): Promise<never> {
    this.view.brokers.clear()
    this.#coordinators.clear()
    await this.#connections.closeAll()
    throw new KafkaError('NO_BROKER_AVAILABLE', { message: errorMessage('REBOOTSTRAP_REQUIRED') })
  }
  /** What is known of a topic, learned now if it is not, or too long ago. Throws what the cluster says against it. */
  async topic(name: string, { autoCreate = false } = {}): Promise<TopicInfo> {
    const known = this.view.topics.get(name)
    const age = this.options.clock.monotonic() - (this.#learnedAt.get(name) ?? -Infinity)
    if (known?.error === 'NONE' && known.partitions.length > 0 && age < this.options.metadataMaxAgeMs) return known
    return this.retrying(async () => {
      const [topic] = await this.refresh([name], { autoCreate })
      const error = topic?.error ?? 'UNKNOWN_TOPIC_OR_PARTITION'
      if (topic === undefined || error !== 'NONE') throw new KafkaError(error, { context: `topic '${name}'` })
      return topic
    })
  }
  /** The broker that leads a partition, as far as is known. */
  leaderOf(topic: string, partition: number): number | undefined {
    const leader = this.view.topics.get(topic)?.partitions[partition]?.leader ?? -1
    return this.view.brokers.has(leader) ? leader : undefined
  }

  /** The broker that coordinates a group or a transactional id: looked up once, until `forgetCoordinator`. */
  async coordinator(key: string, kind: 'group' | 'transaction' = 'group'): Promise<number> {
    const known = this.#coordinators.get(`${kind}/${key}`)
    if (known !== undefined && this.view.brokers.has(known)) return known
    const keyType = kind === 'group' ? 0 : 1
    const answer = await this.askAny(findCoordinator, version =>
      version >= 4 ? { keyType, coordinatorKeys: [key] } : version === 0 ? { key } : { keyType, key },
    )
    const found = answer.coordinators[0] ?? answer
    check(found.errorCode, { context: `the coordinator of ${kind} '${key}'`, message: found.errorMessage })
    if (!this.view.brokers.has(found.nodeId)) {
      const { nodeId, host, port } = found
      this.view.brokers.set(nodeId, { nodeId, host, port, rack: null })
    }
    this.#coordinators.set(`${kind}/${key}`, found.nodeId)
    return found.nodeId
  }
  forgetCoordinator(key: string, kind: 'group' | 'transaction' = 'group'): void {
    this.#coordinators.delete(`${kind}/${key}`)
  }
  /** One request to a group's coordinator, looked up again when it has moved. `check` throws what the answer refuses. */
  askCoordinator<A extends AnyApi>(
    group: string,
    api: A,
    draft: DraftFor<A>,
    accept: (answer: DecodedResponseOf<A>) => void,
    options: ClientRequestOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<DecodedResponseOf<A>> {
    const { signal } = options
    return this.retrying(
      async () => {
        const answer = await this.ask(await this.coordinator(group), 'coordinator', api, draft, options)
        accept(answer)
        return answer
      },
      {
        before: error => {
          if (isStale(error)) this.forgetCoordinator(group)
        },
        ...(signal === undefined ? {} : { signal }),
      },
    )
  }

  close(): Promise<void> {
    return this.#connections.close()
  }

  #shuffled<T>(list: readonly T[]): T[] {
    return list
      .map(value => ({ value, at: this.options.random.next() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ value }) => value)
  }
}

async function request<A extends AnyApi>(
  connection: ClientConnection,
  api: A,
  draft: DraftFor<A>,
  options: ClientRequestOptions,
): Promise<DecodedResponseOf<A>> {
  const body = typeof draft === 'function' ? draft(connection.versionOf(api, options)) : draft
  try {
    return await connection.request(api, body, options)
  } catch (error) {
    throw refusalOf(error) ?? error
  }
}

function addressesOf(bootstrap: string | readonly string[]): BrokerAddress[] {
  const texts = (typeof bootstrap === 'string' ? bootstrap.split(',') : bootstrap)
    .map(text => text.trim())
    .filter(Boolean)
  if (texts.length === 0) throw new KafkaError('INVALID_ARGUMENT', { message: 'bootstrap names no broker' })
  return texts.map((text, i) => {
    const [, host, port] = /^(?:[\w.-]+:\/\/)?([^\s/]+?)(?::(\d+))?$/.exec(text) ?? []
    const number = Number(port ?? 9092)
    // One colon is of a port that is none; more are of an address of IPv6.
    if (host === undefined || /^[^:]*:[^:]*$/.test(host) || number < 1 || number > 65_535)
      throw new KafkaError('INVALID_ARGUMENT', { message: `'${text}' is no HOST:PORT` })
    return { nodeId: -1 - i, host: host.replace(/^\[(.*)\]$/, '$1'), port: number, rack: null }
  })
}
