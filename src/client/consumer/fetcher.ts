// Fetches ahead of the reader: one request under way to each broker, for all partitions that it leads, asking for what
// follows what was fetched before. A broker that would have to leave out a partition, because two answers of it wait to be
// read, is not asked until the reader has caught up: the request would be parked for those that have no records.

import { errorName, fetch, type DecodedResponseOf, type ErrorName } from '../../protocol/index.ts'
import type { Cluster } from '../cluster.ts'
import { isStale, KafkaError, mayRetry } from '../errors.ts'
import { backoff } from '../retry.ts'
import { TopicRefresh } from '../topic-refresh.ts'
import type { Assignment, PartitionState } from './assignment.ts'
import { Fetched } from './fetched.ts'
import type { ConsumerSettings } from './options.ts'

const noTopicId = '0'.repeat(32)
/** One of us knows a newer leader than the other (KIP-320). */
const newLeaderErrors = new Set<ErrorName>(['FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH', 'OFFSET_NOT_AVAILABLE'])

interface Asked {
  readonly state: PartitionState
  readonly from: number
  readonly turn: number
}
type PartitionAnswer = DecodedResponseOf<typeof fetch>['responses'][number]['partitions'][number]

export interface FetcherEvents {
  /** Something has come, or can be done now. */
  arrived(): void
  /** What the reader must be told. */
  failed(error: unknown): void
}

export class Fetcher {
  readonly #cluster: Cluster
  readonly #settings: ConsumerSettings
  readonly #assignment: Assignment
  readonly #events: FetcherEvents
  readonly #underWay = new Set<number>()
  readonly #failures = new Map<number, { count: number; retryAt: number }>()
  readonly #refresh: TopicRefresh

  constructor(cluster: Cluster, settings: ConsumerSettings, assignment: Assignment, events: FetcherEvents) {
    this.#cluster = cluster
    this.#settings = settings
    this.#assignment = assignment
    this.#events = events
    this.#refresh = new TopicRefresh(cluster, () => events.arrived())
  }

  /** Asks whoever may be asked; gives when to look again, where something has to wait for its time. */
  send(): number {
    const now = this.#cluster.options.clock.monotonic()
    const byLeader = new Map<number, PartitionState[] | 'must wait'>()
    let again = Infinity
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
      if (this.#underWay.has(leader)) continue
      const retryAt = this.#failures.get(leader)?.retryAt ?? 0
      if (retryAt > now) {
        again = Math.min(again, retryAt)
        continue
      }
      const others = byLeader.get(leader)
      if (!state.hasRoom) byLeader.set(leader, 'must wait')
      else if (others === undefined) byLeader.set(leader, [state])
      else if (others !== 'must wait') others.push(state)
    }
    for (const [nodeId, states] of byLeader) if (states !== 'must wait') void this.#fetch(nodeId, states)
    return again
  }

  async #fetch(nodeId: number, states: readonly PartitionState[]): Promise<void> {
    const { maxWaitMs, minBytes, maxBytes, maxPartitionBytes, isolation, rack } = this.#settings
    const { clock, logger, requestTimeoutMs } = this.#cluster.options
    const sentAt = clock.monotonic()
    this.#underWay.add(nodeId)
    this.#settings.observer.fetching?.(nodeId)
    const asked = states.map(state => ({ state, from: state.fetchFrom!, turn: state.turn }))
    const topics = [...Map.groupBy(asked, ({ state }) => state.topic)].map(([topic, list]) => {
      const info = this.#cluster.view.topics.get(topic)
      return {
        topic,
        topicId: info?.id ?? noTopicId,
        partitions: list.map(({ state, from }) => ({
          partition: state.partition,
          currentLeaderEpoch: info?.partitions[state.partition]?.leaderEpoch ?? -1,
          fetchOffset: from,
          partitionMaxBytes: maxPartitionBytes,
        })),
      }
    })
    try {
      const answer = await this.#cluster.ask(
        nodeId,
        'fetch',
        fetch,
        {
          maxWaitMs,
          minBytes,
          maxBytes,
          isolationLevel: isolation === 'read_committed' ? 1 : 0,
          topics,
          rackId: rack ?? '',
        },
        {
          timeoutMs: maxWaitMs + requestTimeoutMs,
          ...(topics.some(({ topicId }) => topicId === noTopicId) ? { versionMax: 12 } : {}),
        },
      )
      const error = errorName(answer.errorCode)
      if (error !== 'NONE') throw new KafkaError(error, { context: `fetch from broker ${nodeId}` })
      this.#failures.delete(nodeId)
      this.#settings.observer.fetched?.(nodeId, clock.monotonic() - sentAt)
      this.#takeAnswer(answer, topics, asked)
    } catch (error) {
      if (!mayRetry(error)) this.#events.failed(error)
      const count = (this.#failures.get(nodeId)?.count ?? 0) + 1
      if (count === 1) logger.warn('fetch failed, and is tried again', { broker: nodeId, error: String(error) })
      const retryAt = clock.monotonic() + backoff(count - 1, this.#cluster.options)
      this.#failures.set(nodeId, { count, retryAt })
      if (isStale(error)) for (const { topic } of topics) this.#refresh.of(topic)
    }
    this.#underWay.delete(nodeId)
    this.#events.arrived()
  }
  #takeAnswer(
    answer: DecodedResponseOf<typeof fetch>,
    topics: readonly { readonly topic: string; readonly topicId: string }[],
    asked: readonly Asked[],
  ): void {
    const names = new Map(topics.map(({ topic, topicId }) => [topicId, topic]))
    const byPartition = new Map(asked.map(one => [`${one.state.topic}-${one.state.partition}`, one]))
    for (const { topic, topicId, partitions } of answer.responses) {
      for (const told of partitions) {
        const one = byPartition.get(`${topic || names.get(topicId)}-${told.partitionIndex}`)
        // Sought, given up or assigned anew meanwhile: what has come is not what is wanted now.
        if (one === undefined || one.turn !== one.state.turn || !this.#assignment.has(one.state)) continue
        this.#takePartition(one, told)
      }
    }
  }
  #takePartition(asked: Asked, told: PartitionAnswer): void {
    const { state } = asked
    const error = errorName(told.errorCode)
    if (error !== 'NONE') return this.#refused(asked, error)
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
  #refused({ state, from }: Asked, error: ErrorName): void {
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
