// Fetches ahead of the reader: one request under way to each broker, for all partitions that are read from it, asking for what
// follows what was fetched before. A broker that would have to leave out a partition, because two answers of it wait to be
// read, is not asked until the reader has caught up: the request would be parked for those that have no records. What waits
// to be read is bounded, so a reader that stands still stops the sockets, too.

import { errorName, fetch, type DecodedResponseOf, type ErrorName } from '../../protocol/index.ts'
import type { Cluster } from '../cluster.ts'
import { isStale, KafkaError, mayRetry } from '../errors.ts'
import { backoff } from '../retry.ts'
import type { ConsumerMetrics } from '../telemetry/client-metrics.ts'
import { TopicRefresh } from '../topic-refresh.ts'
import type { Assignment, PartitionState } from './assignment.ts'
import { FetchSession, type FetchPlace } from './fetch-session.ts'
import { Fetched } from './fetched.ts'
import type { ConsumerSettings } from './options.ts'
import { Truncation } from './truncation.ts'

const noTopicId = '0'.repeat(32)
/** Topics have ids from then on. */
const versionOfIds = 13
/** How long the end of a session may take: the broker finds out by itself, later. */
const endTimeoutMs = 500
/** One of us knows a newer leader than the other (KIP-320). */
const newLeaderErrors = new Set<ErrorName>(['FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH', 'OFFSET_NOT_AVAILABLE'])
/** The broker does not remember what we think it does. */
const sessionErrors = new Set<ErrorName>([
  'FETCH_SESSION_ID_NOT_FOUND',
  'INVALID_FETCH_SESSION_EPOCH',
  'FETCH_SESSION_TOPIC_ID_ERROR',
])

interface Asked {
  readonly state: PartitionState
  readonly from: number
  readonly turn: number
  readonly nodeId: number
}
type Answer = DecodedResponseOf<typeof fetch>
type PartitionAnswer = Answer['responses'][number]['partitions'][number]

export interface FetcherEvents {
  /** Something has come, or can be done now. */
  arrived(): void
  /** What the reader must be told. */
  failed(error: unknown): void
  /** Undefined where nobody asks for them. */
  readonly metrics: ConsumerMetrics | undefined
}

export class Fetcher {
  readonly #cluster: Cluster
  readonly #settings: ConsumerSettings
  readonly #assignment: Assignment
  readonly #events: FetcherEvents
  readonly #underWay = new Set<number>()
  readonly #failures = new Map<number, { count: number; retryAt: number }>()
  readonly #sessions = new Map<number, FetchSession>()
  readonly #refresh: TopicRefresh
  readonly #truncation: Truncation

  constructor(cluster: Cluster, settings: ConsumerSettings, assignment: Assignment, events: FetcherEvents) {
    this.#cluster = cluster
    this.#settings = settings
    this.#assignment = assignment
    this.#events = events
    this.#refresh = new TopicRefresh(cluster, () => events.arrived())
    this.#truncation = new Truncation(cluster, settings, assignment, { events, refresh: this.#refresh })
  }

  /** Asks whoever may be asked; gives when to look again, where something has to wait for its time. */
  send(): number {
    const now = this.#cluster.options.clock.monotonic()
    const byNode = new Map<number, PartitionState[] | 'must wait'>(),
      toValidate = new Map<number, PartitionState[]>()
    let again = Infinity
    if (this.#isFull()) return again
    for (const state of this.#assignment) {
      if (state.position === undefined || state.paused) continue
      if (state.retryAt > now) {
        again = Math.min(again, state.retryAt)
        continue
      }
      const leader = this.#cluster.leaderOf(state.topic, state.partition)
      if (leader === undefined) {
        this.#refresh.of(state.topic)
        continue
      }
      if (!this.#truncation.isValid(state, this.#leaderEpochOf(state))) {
        listed(toValidate, leader).push(state)
        continue
      }
      const nodeId = this.#preferredOf(state, now) ?? leader
      if (this.#underWay.has(nodeId)) continue
      const retryAt = this.#failures.get(nodeId)?.retryAt ?? 0
      if (retryAt > now) {
        again = Math.min(again, retryAt)
        continue
      }
      const others = byNode.get(nodeId)
      if (!state.hasRoom) byNode.set(nodeId, 'must wait')
      else if (others === undefined) byNode.set(nodeId, [state])
      else if (others !== 'must wait') others.push(state)
    }
    for (const [nodeId, states] of toValidate) this.#truncation.check(nodeId, states)
    for (const [nodeId, states] of byNode) if (states !== 'must wait') void this.#fetch(nodeId, states)
    return again
  }
  /** Paused partitions do not count: what is kept of them until they go on must not stop the others. */
  #isFull(): boolean {
    let sizeBytes = 0
    for (const { paused, fetched } of this.#assignment)
      if (!paused) for (const one of fetched) sizeBytes += one.sizeBytes
    return sizeBytes >= this.#settings.bufferSizeBytes
  }
  #leaderEpochOf({ topic, partition }: PartitionState): number {
    return this.#cluster.view.topics.get(topic)?.partitions[partition]?.leaderEpoch ?? -1
  }
  #preferredOf(state: PartitionState, now: number): number | undefined {
    const { preferred } = state
    if (preferred === undefined) return undefined
    if (preferred.until > now && this.#cluster.view.brokers.has(preferred.nodeId)) return preferred.nodeId
    state.preferred = undefined
    return undefined
  }

  async #fetch(nodeId: number, states: readonly PartitionState[]): Promise<void> {
    const { clock, logger } = this.#cluster.options
    const sentAt = clock.monotonic()
    this.#underWay.add(nodeId)
    this.#settings.observer.fetching?.(nodeId)
    const asked = states.map(state => ({ state, from: state.fetchFrom!, turn: state.turn, nodeId }))
    const session = this.#sessions.get(nodeId) ?? new FetchSession()
    this.#sessions.set(nodeId, session)
    try {
      const answer = await this.#ask(nodeId, session, asked)
      const error = errorName(answer.errorCode)
      if (sessionErrors.has(error)) {
        if (error === 'FETCH_SESSION_ID_NOT_FOUND') session.lost()
        else session.failed()
      } else {
        if (error !== 'NONE') throw new KafkaError(error, { context: `fetch from broker ${nodeId}` })
        session.answered(answer.sessionId)
        this.#failures.delete(nodeId)
        this.#settings.observer.fetched?.(nodeId, clock.monotonic() - sentAt)
        this.#count(answer, clock.monotonic() - sentAt)
        this.#takeAnswer(answer, asked)
      }
    } catch (error) {
      session.failed()
      if (!mayRetry(error)) this.#events.failed(error)
      const count = (this.#failures.get(nodeId)?.count ?? 0) + 1
      if (count === 1) logger.warn('fetch failed, and is tried again', { broker: nodeId, error: String(error) })
      const retryAt = clock.monotonic() + backoff(count - 1, this.#cluster.options)
      this.#failures.set(nodeId, { count, retryAt })
      for (const { state } of asked) if (state.preferred?.nodeId === nodeId) state.preferred = undefined
      if (isStale(error)) for (const topic of new Set(states.map(({ topic }) => topic))) this.#refresh.of(topic)
    }
    this.#underWay.delete(nodeId)
    this.#events.arrived()
  }
  #ask(nodeId: number, session: FetchSession, asked: readonly Asked[]): Promise<Answer> {
    const { maxWaitMs, minBytes, maxBytes, maxPartitionBytes, isolation, rack } = this.#settings
    const places = asked.map(({ state, from }): FetchPlace => ({
      topic: state.topic,
      topicId: this.#cluster.view.topics.get(state.topic)?.id ?? noTopicId,
      partition: state.partition,
      currentLeaderEpoch: this.#leaderEpochOf(state),
      fetchOffset: from,
      partitionMaxBytes: maxPartitionBytes,
    }))
    const allHaveIds = places.every(({ topicId }) => topicId !== noTopicId)
    return this.#cluster.ask(
      nodeId,
      'fetch',
      fetch,
      version => ({
        maxWaitMs,
        minBytes,
        maxBytes,
        isolationLevel: isolation === 'read_committed' ? 1 : 0,
        ...session.request(places, { usesIds: version >= versionOfIds }),
        rackId: rack ?? '',
      }),
      {
        timeoutMs: maxWaitMs + this.#cluster.options.requestTimeoutMs,
        ...(allHaveIds ? {} : { versionMax: versionOfIds - 1 }),
      },
    )
  }
  /** Nothing more is fetched: brokers need not remember what was. */
  async close(): Promise<void> {
    const open = [...this.#sessions].filter(([, { isOpen }]) => isOpen)
    const end = async ([nodeId, session]: [number, FetchSession]) => {
      const draft = { maxWaitMs: 0, minBytes: 0, maxBytes: 0, ...session.end() }
      // On the connection of fetches it would wait for the one under way.
      await this.#cluster.ask(nodeId, 'main', fetch, draft, { timeoutMs: endTimeoutMs })
    }
    await Promise.allSettled(open.map(end))
  }

  #count(answer: Answer, latencyMs: number): void {
    const { metrics } = this.#events
    if (metrics === undefined) return
    let bytes = 0
    for (const { partitions } of answer.responses) for (const { records } of partitions) bytes += records?.length ?? 0
    metrics.fetched(latencyMs, bytes)
  }
  #takeAnswer(answer: Answer, asked: readonly Asked[]): void {
    const byPartition = new Map(asked.map(one => [`${one.state.topic}-${one.state.partition}`, one]))
    for (const { topic, topicId, partitions } of answer.responses) {
      const name = topic || this.#cluster.view.nameOf(topicId)
      for (const told of partitions) {
        const one = byPartition.get(`${name}-${told.partitionIndex}`)
        // Sought, given up or assigned anew meanwhile: what has come is not what is wanted now.
        if (one === undefined || one.turn !== one.state.turn || !this.#assignment.has(one.state)) continue
        this.#takePartition(one, told, answer.nodeEndpoints)
      }
    }
  }
  #takePartition(asked: Asked, told: PartitionAnswer, endpoints: Answer['nodeEndpoints']): void {
    const { state } = asked
    const error = errorName(told.errorCode)
    if (error !== 'NONE') {
      if (!this.#cluster.view.learnLeader(state, told.currentLeader, endpoints)) this.#refused(asked, error)
      return
    }
    if (told.preferredReadReplica >= 0) this.#prefer(state, told.preferredReadReplica)
    state.highWatermark = told.highWatermark
    state.lastStableOffset = told.lastStableOffset
    if (told.records === null || told.records.length === 0) return
    try {
      const fetched = new Fetched({
        topic: state.topic,
        partition: state.partition,
        // Whoever reads them decides how long they stay: an answer has a buffer of its own.
        records: told.records as Buffer,
        from: asked.from,
        highWatermark: told.highWatermark,
        abortedTransactions: told.abortedTransactions ?? [],
        isolation: this.#settings.isolation,
        checkCrcs: this.#settings.checkCrcs,
      })
      if (fetched.endOffset > asked.from) state.fetched.push(fetched)
      this.#assignment.moveLast(state)
    } catch (error) {
      this.#later(state)
      this.#events.failed(error)
    }
  }
  /** KIP-392: for as long as what is known of the cluster is taken to be true. */
  #prefer(state: PartitionState, nodeId: number): void {
    const { clock, metadataMaxAgeMs } = this.#cluster.options
    if (!this.#cluster.view.brokers.has(nodeId)) this.#refresh.of(state.topic)
    state.preferred = { nodeId, until: clock.monotonic() + metadataMaxAgeMs }
  }
  #refused({ state, from, nodeId }: Asked, error: ErrorName): void {
    if (state.preferred?.nodeId === nodeId) {
      // A follower may lag behind, or not be one any more: the leader knows.
      state.preferred = undefined
      return
    }
    this.#later(state)
    if (error === 'OFFSET_OUT_OF_RANGE') {
      // What lies fetched already is read first.
      if (state.fetched.length === 0) this.#outOfRange(state, from)
      return
    }
    const refusal = new KafkaError(error, { context: `fetch from ${state.topic}-${state.partition}` })
    if (isStale(refusal) || newLeaderErrors.has(error)) this.#refresh.of(state.topic)
    // A broker that cannot say what is wrong with it may know better the next time.
    else if (!mayRetry(refusal) && error !== 'UNKNOWN_SERVER_ERROR') this.#events.failed(refusal)
  }
  #outOfRange(state: PartitionState, from: number): void {
    if (this.#settings.offsetReset !== 'none') return state.beginAt('reset')
    const { topic, partition } = state
    this.#events.failed(new KafkaError('OFFSET_OUT_OF_RANGE', { context: `offset ${from} of ${topic}-${partition}` }))
  }
  #later(state: PartitionState): void {
    const { clock, backoffMs } = this.#cluster.options
    state.retryAt = clock.monotonic() + backoffMs
  }
}
function listed<T>(map: Map<number, T[]>, key: number): T[] {
  let list = map.get(key)
  if (list === undefined) map.set(key, (list = []))
  return list
}
