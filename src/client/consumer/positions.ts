// Where to begin: looks up the committed offset of a partition, or, without one, the start or end of its log.

import { offsetsAt, type OffsetSpec } from '../admin/records.ts'
import type { Cluster } from '../cluster.ts'
import { KafkaError } from '../errors.ts'
import { keyOf } from '../membership/partitions.ts'
import type { Assignment, PartitionState } from './assignment.ts'
import type { FetcherEvents } from './fetcher.ts'
import type { GroupOffsets } from './group-offsets.ts'
import { resetPlace } from './offset-reset.ts'
import type { ConsumerSettings } from './options.ts'

interface Lookup {
  readonly state: PartitionState
  readonly turn: number
}

export class Positions {
  readonly #cluster: Cluster
  readonly #settings: ConsumerSettings
  readonly #assignment: Assignment
  readonly #offsets: GroupOffsets | undefined
  readonly #events: FetcherEvents
  #isLooking = false

  constructor(
    cluster: Cluster,
    settings: ConsumerSettings,
    assignment: Assignment,
    offsets: GroupOffsets | undefined,
    events: FetcherEvents,
  ) {
    this.#cluster = cluster
    this.#settings = settings
    this.#assignment = assignment
    this.#offsets = offsets
    this.#events = events
  }

  /** Sees to it that every partition gets a position. One look-up at a time, for all that lack one. */
  ensure(): void {
    if (this.#isLooking) return
    const now = this.#cluster.options.clock.monotonic()
    const lookups = [...this.#assignment]
      .filter(({ beginning, retryAt }) => beginning !== undefined && retryAt <= now)
      .map(state => ({ state, turn: state.turn }))
    if (lookups.length === 0) return
    this.#isLooking = true
    this.#look(lookups)
      .catch((error: unknown) => {
        for (const { state } of lookups) state.retryAt = now + this.#cluster.options.backoffMsMax
        this.#events.failed(error)
      })
      .finally(() => {
        this.#isLooking = false
        this.#events.arrived()
      })
  }

  async #look(lookups: readonly Lookup[]): Promise<void> {
    // Sought or given up meanwhile: the answer is not asked for any more.
    const still = ({ state, turn }: Lookup) => state.turn === turn && this.#assignment.has(state)
    const committed = lookups.filter(({ state }) => state.beginning === 'committed').map(({ state }) => state)
    const stored = new Map(((await this.#offsets?.fetch(committed)) ?? []).map(offset => [keyOf(offset), offset]))
    const rest: Lookup[] = []
    for (const lookup of lookups.filter(still)) {
      const { state } = lookup
      const found = state.beginning === 'committed' ? stored.get(keyOf(state)) : undefined
      if (found === undefined) rest.push(lookup)
      else {
        state.beginAt(found.offset, found.leaderEpoch)
        state.committed = found.offset
      }
    }
    const now = this.#cluster.options.clock.now()
    const places = Map.groupBy(rest, ({ state }) => this.#placeOf(state, now))
    await Promise.all([...places].map(([place, list]) => this.#lookAt(place, list, still)))
  }
  async #lookAt(place: OffsetSpec, list: readonly Lookup[], still: (lookup: Lookup) => boolean): Promise<void> {
    const states = list.map(({ state }) => state)
    const found = await offsetsAt(this.#cluster, states, place, this.#settings.isolation)
    const offsets = new Map(found.map(({ offset, ...partition }) => [keyOf(partition), offset]))
    const tooOld: Lookup[] = []
    for (const lookup of list.filter(still)) {
      const offset = offsets.get(keyOf(lookup.state))
      if (offset === undefined) continue
      if (offset >= 0) lookup.state.beginAt(offset)
      else tooOld.push(lookup)
    }
    // No record is as late as the time that was asked for.
    if (tooOld.length > 0) await this.#lookAt('latest', tooOld, still)
  }
  #placeOf({ beginning, topic, partition }: PartitionState, now: number): OffsetSpec {
    if (beginning === 'earliest' || beginning === 'latest') return beginning
    const { offsetReset } = this.#settings
    if (offsetReset === 'none') throw new KafkaError('NO_OFFSET', { context: `${topic}-${partition}` })
    return resetPlace(offsetReset, now)
  }
}
