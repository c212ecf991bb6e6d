// A simulated world for the coordinator of groups, which runs as it does in a broker, over bytes: a log that refuses
// appends, commits late and loses its tail; a network that delays and loses; a loop that stalls; restarts.

import assert from 'node:assert/strict'

import { SeededRandom, silentLogger } from '../../base/index.ts'
import { batches, batchBaseOffset, RecordIndex } from '../../protocol/index.ts'
import { groupConfigDefaults } from '../config.ts'
import { GroupCoordinator } from '../group-coordinator.ts'
import { applyRecord, decodeRecord, noRecords, type GroupRecord } from '../records.ts'
import { MemoryLog, SimulatedClock } from '../testing.ts'

export const topic = 't'
export const partitionCount = 6
const topicId = 'a'.repeat(32)

export class World {
  readonly clock = new SimulatedClock()
  readonly random: SeededRandom
  readonly log = new MemoryLog()
  groups: GroupCoordinator
  hasFaults = true
  /** Requests that were sent and not answered, by what they ask. */
  readonly unanswered = new Map<number, string>()
  #lastRequest = 0

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
    this.groups = this.#start()
    this.#live()
  }
  #start(): GroupCoordinator {
    const { random } = this
    const groups = new GroupCoordinator({
      clock: this.clock,
      random,
      logger: silentLogger,
      config: { ...groupConfigDefaults, initialRebalanceDelayMs: random.pick([0, 500]) },
      partitionCount: () => 1,
      topics: {
        byName: name => (name === topic ? { topicId, partitionCount } : undefined),
        nameOf: id => (id === topicId ? topic : undefined),
      },
    })
    this.log.onAppend = endOffset => {
      this.log.refuses = this.hasFaults && random.chance(0.1) ? 'NOT_ENOUGH_REPLICAS' : undefined
      this.clock.after(random.next() * (this.hasFaults ? 400 : 10), () => {
        if (groups === this.groups && this.log.endOffset >= endOffset) this.#commit(endOffset)
      })
    }
    void groups.lead(0, this.log)
    return groups
  }
  #commit(offset: number): void {
    if (offset <= this.log.highWatermark) return
    this.log.highWatermark = offset
    this.groups.committed(0, offset)
  }
  /** What befalls the broker, now and then. */
  #live(): void {
    this.clock.after(100, () => {
      if (!this.hasFaults) this.log.refuses = undefined
      else if (this.random.chance(0.02)) this.#loseTail()
      else if (this.random.chance(0.002)) this.#restart()
      else if (this.random.chance(0.002)) this.clock.stall(this.random.below(30_000))
      this.#live()
    })
  }
  #loseTail(): void {
    this.log.truncateTo(this.log.highWatermark)
    this.groups.lost(0, this.log.endOffset)
  }
  #restart(): void {
    this.groups.close()
    this.log.truncateTo(this.log.highWatermark)
    this.groups = this.#start()
  }

  /** Sends a request; undefined: nothing came back in time, and it may have arrived or not. */
  async ask<R>(what: string, send: (groups: GroupCoordinator) => Promise<R>): Promise<R | undefined> {
    const id = ++this.#lastRequest
    this.unanswered.set(id, what)
    const answer = await this.#overTheNetwork(send)
    this.unanswered.delete(id)
    return answer
  }
  #overTheNetwork<R>(send: (groups: GroupCoordinator) => Promise<R>): Promise<R | undefined> {
    const { random, clock } = this
    return new Promise(resolve => {
      const delayed = (run: () => void) => clock.after(random.next() * 50, run)
      if (this.#loses()) return void clock.after(5_000, () => resolve(undefined))
      delayed(() => {
        void send(this.groups).then(answer => {
          if (this.#loses()) clock.after(5_000, () => resolve(undefined))
          else delayed(() => resolve(answer))
        })
      })
    })
  }
  #loses(): boolean {
    return this.hasFaults && this.random.chance(0.01)
  }

  /** What the log holds that cannot be lost any more. */
  committedRecords(): GroupRecord[] {
    return recordsOf(this.log.batches.filter(batch => batchBaseOffset(batch, 0) < this.log.highWatermark))
  }
  /** The log applied again gives the state that the coordinator has. */
  async checkReplay(): Promise<void> {
    const replayed = noRecords()
    for (const record of recordsOf(this.log.batches)) applyRecord(replayed, record)
    const offsets = [...(replayed.offsets.get('g')?.get(topic) ?? [])].map(([partition, { offset }]) => [
      partition,
      offset,
    ])
    const { groups } = await this.groups.offsetFetch(
      {
        groupId: '',
        topics: null,
        groups: [{ groupId: 'g', memberId: null, memberEpoch: -1, topics: null }],
        requireStable: false,
      },
      { apiVersion: 9, clientId: '', clientHost: '' },
    )
    const [fetched] = groups![0]!.topics
    assert.deepEqual(
      (fetched?.partitions ?? [])
        .map(({ partitionIndex, committedOffset }) => [partitionIndex, committedOffset])
        .sort(),
      offsets.sort(),
    )
  }
}

function recordsOf(bytes: readonly Buffer[]): GroupRecord[] {
  const index = new RecordIndex()
  return bytes.flatMap(piece =>
    [...batches(piece, 0, piece.length)].flatMap(at => {
      const { count, keyStart, keyEnd, valueStart, valueEnd, bytes: b } = index.read(piece, at)
      return Array.from({ length: count }, (_, i) => {
        const record = decodeRecord(b, keyStart[i]!, keyEnd[i]!, valueStart[i]!, valueEnd[i]!)
        assert(record.is !== 'foreign')
        return record
      })
    }),
  )
}
