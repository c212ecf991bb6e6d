// Where new partitions' replicas go: Kafka's striped placement (StripedReplicaPlacer). Racks are gone through in turn, and
// in each rack its brokers; each partition starts one rack and one broker further than the one before, and the start is
// random. Brokers that answer lead; those that do not may follow.

import type { Random } from '../base/index.ts'
import { type Refusal, refusal } from './decision.ts'
import type { BrokerImage } from './image.ts'

export interface Placement {
  readonly partitions: number
  readonly replicationFactor: number
}

/** What of a broker counts. */
export type PlacedBroker = Pick<BrokerImage, 'id' | 'rack' | 'fenced'>

/** The replicas of each partition, the preferred leader first. */
export function placeReplicas(
  { partitions, replicationFactor }: Placement,
  brokers: Iterable<PlacedBroker>,
  random: Random,
): number[][] | Refusal {
  const stripes = new Stripes([...brokers], random)
  const fault =
    replicationFactor <= 0
      ? `Invalid replication factor ${replicationFactor}: the replication factor must be positive.`
      : stripes.aliveCount === 0
        ? 'All brokers are currently fenced.'
        : replicationFactor > stripes.count
          ? `The target replication factor of ${replicationFactor} cannot be reached because only ` +
            `${stripes.count} broker(s) are registered.`
          : undefined
  if (fault !== undefined) return refusal('INVALID_REPLICATION_FACTOR', fault)
  return Array.from({ length: partitions }, () => stripes.place(replicationFactor))
}

/** Brokers that are gone through in a circle, which starts one further in each round. */
class Circle {
  readonly ids: number[] = []
  #index = 0
  #offset = 0
  #round = 0
  start(random: Random): void {
    this.ids.sort((one, other) => one - other)
    this.#offset = this.ids.length > 0 ? random.below(this.ids.length) : 0
  }
  next(round: number): number | undefined {
    if (this.ids.length === 0) return undefined
    if (this.#round !== round) {
      this.#round = round
      this.#index = 0
      this.#offset = (this.#offset + 1) % this.ids.length
    }
    return this.#index >= this.ids.length ? undefined : this.ids[(this.#index++ + this.#offset) % this.ids.length]
  }
}
interface Rack {
  readonly name: string
  readonly alive: Circle
  readonly fenced: Circle
}

class Stripes {
  readonly count: number
  readonly aliveCount: number
  readonly #random: Random
  readonly #racks: Rack[]
  #round = 0
  #offset: number

  constructor(brokers: readonly PlacedBroker[], random: Random) {
    this.count = brokers.length
    this.aliveCount = brokers.filter(({ fenced }) => !fenced).length
    this.#random = random
    const racks = new Map<string, Rack>()
    for (const { id, rack: name, fenced } of brokers) {
      let rack = racks.get(name ?? '')
      if (rack === undefined)
        racks.set(name ?? '', (rack = { name: name ?? '', alive: new Circle(), fenced: new Circle() }))
      rack[fenced ? 'fenced' : 'alive'].ids.push(id)
    }
    this.#racks = [...racks.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
    for (const { alive, fenced } of this.#racks) for (const circle of [alive, fenced]) circle.start(random)
    this.#offset = this.#racks.length > 0 ? random.below(this.#racks.length) : 0
  }

  place(replicationFactor: number): number[] {
    // After as many partitions as there are brokers the pattern would repeat: shuffle it.
    if (this.#round === this.aliveCount && this.aliveCount > 1) {
      this.#shuffle()
      this.#round = 0
    }
    this.#offset %= this.#racks.length
    const replicas: number[] = []
    let leaderRack = this.#offset
    for (; replicas.length === 0; leaderRack = this.#after(leaderRack)) {
      const leader = this.#racks[leaderRack]!.alive.next(this.#round)
      if (leader === undefined) continue
      replicas.push(leader)
      break
    }
    // The leader's rack is passed over once, so that the next replica lies in another where there is one.
    let passOver: number | undefined = leaderRack
    for (let rack = this.#offset; replicas.length < replicationFactor; rack = this.#after(rack)) {
      if (rack === passOver) {
        passOver = undefined
        continue
      }
      const { alive, fenced } = this.#racks[rack]!
      const follower = alive.next(this.#round) ?? fenced.next(this.#round)
      if (follower !== undefined) replicas.push(follower)
    }
    this.#round++
    this.#offset++
    return replicas
  }
  #after(rack: number): number {
    return (rack + 1) % this.#racks.length
  }
  #shuffle(): void {
    shuffle(this.#racks, this.#random)
    for (const { alive, fenced } of this.#racks) for (const { ids } of [alive, fenced]) shuffle(ids, this.#random)
  }
}
/** Fisher and Yates. */
function shuffle<T>(list: T[], random: Random): void {
  for (let last = list.length - 1; last > 0; last--) {
    const other = random.below(last + 1)
    ;[list[last], list[other]] = [list[other]!, list[last]!]
  }
}
