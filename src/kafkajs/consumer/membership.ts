// What a consumer is in its group, and what it tells its listeners of it.

import type { ConsumerObserver, JoinedGroup } from '../../client/index.ts'
import { consumerEvents, type Instrumentation } from '../instrumentation.ts'
import type { Logger } from '../types/config.ts'

const { FETCH, FETCH_START, GROUP_JOIN, HEARTBEAT, REBALANCING, RECEIVED_UNSUBSCRIBED_TOPICS } = consumerEvents

export class Membership {
  /** The group waits for this member to join again. */
  isRebalancing = false
  readonly observer: ConsumerObserver
  readonly #groupId: string
  readonly #subscribed: readonly string[]
  readonly #instrumentation: Instrumentation
  readonly #logger: Logger
  #group: JoinedGroup | undefined

  constructor(groupId: string, subscribed: readonly string[], instrumentation: Instrumentation, logger: Logger) {
    this.#groupId = groupId
    this.#subscribed = subscribed
    this.#instrumentation = instrumentation
    this.#logger = logger
    this.observer = {
      joined: group => {
        this.#group = group
      },
      heartbeat: () => instrumentation.emit(HEARTBEAT, () => this.identity),
      rebalancing: ({ memberId }) => {
        this.isRebalancing = true
        instrumentation.emit(REBALANCING, () => ({ groupId, memberId }))
      },
      fetching: nodeId => instrumentation.emit(FETCH_START, () => ({ nodeId })),
      // kafkajs has stopped to count the batches, and says 0.
      fetched: (nodeId, durationMs) =>
        instrumentation.emit(FETCH, () => ({ numberOfBatches: 0, duration: Math.round(durationMs), nodeId })),
    }
  }
  get identity(): { groupId: string; memberId: string; groupGenerationId: number } {
    const { memberId = '', generation = -1 } = this.#group ?? {}
    return { groupId: this.#groupId, memberId, groupGenerationId: generation }
  }
  /** Called once its partitions are ready to be read. */
  joined(): void {
    this.isRebalancing = false
    const { memberId, leaderId, generation, assignor, partitions, durationMs } = this.#group!
    const groupId = this.#groupId
    const byTopic = Map.groupBy(partitions, ({ topic }) => topic)
    const topicsNotSubscribed = [...byTopic.keys()].filter(topic => !this.#subscribed.includes(topic))
    if (topicsNotSubscribed.length > 0) {
      const payload = {
        groupId,
        generationId: generation,
        memberId,
        assignedTopics: [...byTopic.keys()],
        topicsSubscribed: [...this.#subscribed],
        topicsNotSubscribed,
      }
      this.#instrumentation.emit(RECEIVED_UNSUBSCRIBED_TOPICS, payload)
      this.#logger.warn('Consumer group received unsubscribed topics', payload)
    }
    const subscribed = [...byTopic].filter(([topic]) => this.#subscribed.includes(topic))
    const payload = {
      groupId,
      memberId,
      leaderId,
      isLeader: memberId === leaderId,
      memberAssignment: Object.fromEntries(
        subscribed.map(([topic, list]) => [topic, list.map(({ partition }) => partition)]),
      ),
      groupProtocol: assignor,
      duration: Math.round(durationMs),
    }
    this.#instrumentation.emit(GROUP_JOIN, payload)
    this.#logger.info('Consumer has joined the group', payload)
  }
}
