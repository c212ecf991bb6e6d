// The partitions that a consumer reads, and where it is in each.
//
//   position: what is given to the reader next.  consumed: what may be committed; it follows the position as the reader asks
//   for more.  fetchFrom: what is fetched next, ahead of the position by what lies fetched already.

import type { TopicPartition } from '../assignors/assignor.ts'
import { keyOf } from '../membership/partitions.ts'
import type { Fetched } from './fetched.ts'

/** Where to begin: an offset, or what has to be looked up first. */
export type Beginning = number | 'earliest' | 'latest' | 'committed' | 'reset'

/** Two, so that one can be read while the next comes. */
const fetchedMax = 2

export class PartitionState implements TopicPartition {
  readonly topic: string
  readonly partition: number
  /** Looked up, and turned into a position. */
  beginning: Exclude<Beginning, number> | undefined
  position: number | undefined
  consumed: number | undefined
  committed: number | undefined
  /** Of the batch before the position; −1 where none was read. */
  leaderEpoch = -1
  /** The leader of this epoch has what we read (KIP-320). */
  validatedEpoch = -1
  /** KIP-392: the replica that the leader wants us to read from, until then. */
  preferred: { readonly nodeId: number; readonly until: number } | undefined
  paused = false
  highWatermark: number | undefined
  lastStableOffset: number | undefined
  /** Not before then: something went wrong. */
  retryAt = 0
  /** Counts what makes an answer under way useless: a seek, for one. */
  turn = 0
  readonly fetched: Fetched[] = []

  constructor({ topic, partition }: TopicPartition, beginning: Beginning) {
    this.topic = topic
    this.partition = partition
    this.beginAt(beginning)
  }
  /** `leaderEpoch`: of the record before, where it is known. */
  beginAt(beginning: Beginning, leaderEpoch = -1): void {
    this.fetchAgain()
    this.leaderEpoch = leaderEpoch
    this.validatedEpoch = -1
    this.beginning = typeof beginning === 'number' ? undefined : beginning
    this.position = this.consumed = typeof beginning === 'number' ? beginning : undefined
  }
  /** What lies fetched, and what is under way, is not wanted. */
  fetchAgain(): void {
    this.turn++
    this.fetched.length = 0
  }
  /** Of the batch before what is fetched next. */
  get fetchedEpoch(): number {
    return this.fetched.at(-1)?.lastEpoch ?? this.leaderEpoch
  }
  get fetchFrom(): number | undefined {
    return this.fetched.at(-1)?.endOffset ?? this.position
  }
  get hasRoom(): boolean {
    return this.fetched.length < fetchedMax
  }
  /** Past what no reader is given, and what may therefore be committed with what came before it. */
  skipTo(position: number): void {
    if (this.consumed === this.position) this.consumed = position
    this.position = position
  }
}

export class Assignment {
  readonly #states = new Map<string, PartitionState>()

  get size(): number {
    return this.#states.size
  }
  get partitions(): readonly TopicPartition[] {
    return [...this.#states.values()].map(({ topic, partition }) => ({ topic, partition }))
  }
  [Symbol.iterator](): MapIterator<PartitionState> {
    return this.#states.values()
  }
  get(partition: TopicPartition): PartitionState | undefined {
    return this.#states.get(keyOf(partition))
  }
  has(state: PartitionState): boolean {
    return this.get(state) === state
  }
  add(partition: TopicPartition, beginning: Beginning): void {
    this.#states.set(keyOf(partition), new PartitionState(partition, beginning))
  }
  remove(partition: TopicPartition): void {
    this.#states.delete(keyOf(partition))
  }
  clear(): void {
    this.#states.clear()
  }
  /** Goes behind the others, so that it is read, or fetched, after them. */
  moveLast(state: PartitionState): void {
    const key = keyOf(state)
    if (this.#states.delete(key)) this.#states.set(key, state)
  }
}
