// Finds out whether a log was cut below where we read (KIP-320). A leader that has changed may not have all that the one before
// it had: it is asked where the epoch of the last record that we read ended, before anything more is fetched from it.

import { errorName, offsetForLeaderEpoch, type DecodedResponseOf } from '../../protocol/index.ts'
import type { Cluster } from '../cluster.ts'
import { isStale, KafkaError, mayRetry } from '../errors.ts'
import type { TopicRefresh } from '../topic-refresh.ts'
import type { Assignment, PartitionState } from './assignment.ts'
import type { FetcherEvents } from './fetcher.ts'
import type { ConsumerSettings } from './options.ts'

/** Records that were read are gone from the log. Reading goes on after a `seek`: to `safeOffset`, for one. */
export class LogTruncationError extends KafkaError {
  readonly topic: string
  readonly partition: number
  /** Where reading was. */
  readonly offset: number
  /** Up to here the log is what it was; undefined where the cluster does not know. */
  readonly safeOffset: number | undefined

  constructor({ topic, partition }: PartitionState, offset: number, safeOffset: number | undefined) {
    const known =
      safeOffset === undefined ? 'it is not known where it is still the same' : `the same below ${safeOffset}`
    super('LOG_TRUNCATED', {
      context: `${topic}-${partition}`,
      message: `The log was cut below offset ${offset}, which was read up to: ${known}. offsetReset is 'none', so seek where to go on.`,
    })
    this.topic = topic
    this.partition = partition
    this.offset = offset
    this.safeOffset = safeOffset
  }
}

type Told = DecodedResponseOf<typeof offsetForLeaderEpoch>['topics'][number]['partitions'][number]
interface Asked {
  readonly state: PartitionState
  readonly turn: number
  readonly offset: number
  /** Of the record before that offset. */
  readonly epoch: number
  readonly currentLeaderEpoch: number
}

export class Truncation {
  readonly #cluster: Cluster
  readonly #settings: ConsumerSettings
  readonly #assignment: Assignment
  readonly #events: FetcherEvents
  readonly #refresh: TopicRefresh
  readonly #underWay = new Set<PartitionState>()

  constructor(
    cluster: Cluster,
    settings: ConsumerSettings,
    assignment: Assignment,
    { events, refresh }: { readonly events: FetcherEvents; readonly refresh: TopicRefresh },
  ) {
    this.#cluster = cluster
    this.#settings = settings
    this.#assignment = assignment
    this.#events = events
    this.#refresh = refresh
  }

  /** Whether the leader, in its epoch, may be fetched from. If not, it is among those that `check` is to ask about. */
  isValid(state: PartitionState, leaderEpoch: number): boolean {
    if (leaderEpoch <= state.validatedEpoch) return true
    // A broker that knows no epochs, or a position that was not read up to, leaves nothing to compare.
    if (leaderEpoch >= 0 && state.fetchedEpoch >= 0) return false
    state.validatedEpoch = leaderEpoch
    return true
  }
  /** Asks a leader about these partitions, in the background. */
  check(nodeId: number, states: readonly PartitionState[]): void {
    const asked = states
      .filter(state => !this.#underWay.has(state))
      .map(state => ({
        state,
        turn: state.turn,
        offset: state.fetchFrom!,
        epoch: state.fetchedEpoch,
        currentLeaderEpoch: this.#cluster.view.topics.get(state.topic)?.partitions[state.partition]?.leaderEpoch ?? -1,
      }))
    if (asked.length === 0) return
    for (const { state } of asked) this.#underWay.add(state)
    void this.#ask(nodeId, asked)
      .catch((error: unknown) => {
        for (const { state } of asked) this.#failed(state, error)
      })
      .finally(() => {
        for (const { state } of asked) this.#underWay.delete(state)
        this.#events.arrived()
      })
  }
  async #ask(nodeId: number, asked: readonly Asked[]): Promise<void> {
    const topics = [...Map.groupBy(asked, ({ state }) => state.topic)].map(([topic, list]) => ({
      topic,
      partitions: list.map(({ state, epoch, currentLeaderEpoch }) => ({
        partition: state.partition,
        currentLeaderEpoch,
        leaderEpoch: epoch,
      })),
    }))
    const answer = await this.#cluster.ask(nodeId, 'main', offsetForLeaderEpoch, { replicaId: -1, topics })
    const told = new Map(
      answer.topics.flatMap(({ topic, partitions }) => partitions.map(one => [`${topic}-${one.partition}`, one])),
    )
    for (const one of asked) {
      const { state, turn } = one
      if (state.turn === turn && this.#assignment.has(state))
        this.#take(one, told.get(`${state.topic}-${state.partition}`))
    }
  }
  #take({ state, offset, currentLeaderEpoch }: Asked, told: Told | undefined): void {
    const error = told === undefined ? 'UNKNOWN_SERVER_ERROR' : errorName(told.errorCode)
    if (error !== 'NONE')
      return this.#failed(state, new KafkaError(error, { context: `validate ${state.topic}-${state.partition}` }))
    const { endOffset, leaderEpoch } = told!
    const isKnown = endOffset >= 0 && leaderEpoch >= 0
    if (isKnown && endOffset >= offset) state.validatedEpoch = currentLeaderEpoch
    else this.#truncated(state, offset, isKnown ? told : undefined)
  }
  #truncated(state: PartitionState, offset: number, end: { endOffset: number; leaderEpoch: number } | undefined): void {
    const { logger, clock, backoffMsMax } = this.#cluster.options
    const { topic, partition } = state
    // What was fetched of the lost end and not given out is not missed.
    const read = state.position!
    if (end !== undefined && read <= end.endOffset) return state.fetchAgain()
    if (this.#settings.offsetReset === 'none') {
      state.retryAt = clock.monotonic() + backoffMsMax
      return this.#events.failed(new LogTruncationError(state, read, end?.endOffset))
    }
    logger.warn('the log was truncated below the position', { topic, partition, offset, endOffset: end?.endOffset })
    if (end === undefined) state.beginAt('reset')
    else state.beginAt(end.endOffset, end.leaderEpoch)
  }
  #failed(state: PartitionState, error: unknown): void {
    const { clock, backoffMs } = this.#cluster.options
    state.retryAt = clock.monotonic() + backoffMs
    if (isStale(error)) this.#refresh.of(state.topic)
    else if (!mayRetry(error)) this.#events.failed(error)
  }
}
