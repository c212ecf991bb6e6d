// What a consumer stores of its progress: when it is told to, from time to time, and when it gives partitions up.

import type { CommittedOffset } from '../admin/groups.ts'
import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster } from '../cluster.ts'
import { KafkaError } from '../errors.ts'
import type { ConsumerMetrics } from '../telemetry/client-metrics.ts'
import type { Assignment } from './assignment.ts'
import type { GroupOffsets } from './group-offsets.ts'
import type { GroupSession } from './group-session.ts'
import { invalid, type ConsumerSettings } from './options.ts'

export class Commits {
  readonly #cluster: Cluster
  readonly #settings: ConsumerSettings
  readonly #assignment: Assignment
  readonly #offsets: GroupOffsets | undefined
  readonly #session: () => GroupSession | undefined
  readonly #metrics: ConsumerMetrics | undefined
  #underWay: Promise<void> | undefined
  #lastAt: number

  constructor(
    cluster: Cluster,
    settings: ConsumerSettings,
    assignment: Assignment,
    offsets: GroupOffsets | undefined,
    session: () => GroupSession | undefined,
    metrics: ConsumerMetrics | undefined,
  ) {
    this.#metrics = metrics
    this.#cluster = cluster
    this.#settings = settings
    this.#assignment = assignment
    this.#offsets = offsets
    this.#session = session
    this.#lastAt = cluster.options.clock.monotonic()
  }
  get stored(): GroupOffsets {
    if (this.#offsets === undefined) throw invalid('committed offsets need a groupId')
    return this.#offsets
  }

  async commit(offsets: readonly CommittedOffset[] = this.#readUpTo(this.#assignment.partitions)): Promise<void> {
    const { stored } = this
    const session = this.#session()
    // As nobody in particular the commit would be taken, and might set another member's offsets back.
    if (session !== undefined && session.identity.generation < 0)
      throw new KafkaError('UNKNOWN_MEMBER_ID', { context: `commit of group '${this.#settings.groupId}'` })
    await this.#store(stored, offsets)
    for (const offset of offsets) {
      const state = this.#assignment.get(offset)
      if (state !== undefined) state.committed = offset.offset
    }
  }
  async #store(stored: GroupOffsets, offsets: readonly CommittedOffset[]): Promise<void> {
    const { clock, backoffMs, retryTimeoutMs } = this.#cluster.options
    const deadline = clock.monotonic() + retryTimeoutMs
    for (;;) {
      const session = this.#session(),
        epoch = session?.identity.generation
      try {
        await stored.commit(offsets)
        return this.#metrics?.committed()
      } catch (error) {
        session?.refused(error)
        // KIP-848: the epoch moves on while partitions stay. What is ours all the same is stored under the next one.
        const isStale = error instanceof KafkaError && error.code === 'STALE_MEMBER_EPOCH'
        const isOurs = offsets.every(offset => this.#assignment.get(offset) !== undefined)
        if (!isStale || !isOurs || clock.monotonic() > deadline) {
          this.#metrics?.commitFailed()
          throw error
        }
        if (session?.identity.generation === epoch) await clock.sleep(backoffMs)
      }
    }
  }
  /** What could not be stored will be the next time, or is read again. */
  async commitQuietly(partitions: readonly TopicPartition[]): Promise<void> {
    await this.commit(this.#readUpTo(partitions)).catch((error: unknown) =>
      this.#cluster.options.logger.warn('automatic commit failed', {
        group: this.#settings.groupId,
        error: String(error),
      }),
    )
  }
  /** Begins a commit, if its time has come and the one before is done. */
  fromTimeToTime(now: number): void {
    if (this.#underWay !== undefined || now - this.#lastAt < this.#settings.autoCommitIntervalMs) return
    this.#lastAt = now
    this.#underWay = this.commitQuietly(this.#assignment.partitions).finally(() => {
      this.#underWay = undefined
    })
  }
  /** Resolves when none is under way. */
  async settled(): Promise<void> {
    await this.#underWay
  }

  #readUpTo(partitions: readonly TopicPartition[]): CommittedOffset[] {
    return partitions.flatMap(place => {
      const { topic, partition, consumed, committed, leaderEpoch } = this.#assignment.get(place) ?? {}
      if (topic === undefined || partition === undefined || consumed === undefined || consumed === committed) return []
      return [{ topic, partition, offset: consumed, leaderEpoch: leaderEpoch ?? -1 }]
    })
  }
}
