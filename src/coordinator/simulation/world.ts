// A simulated world for the coordinator of groups, which runs as it does in a broker, over bytes: a log that refuses
// appends, commits late and loses its tail; a network that delays and loses; a loop that stalls; restarts.

import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'

import { ManualClock, SeededRandom, silentLogger } from '../../base/index.ts'
import { batches, batchBaseOffset, RecordIndex } from '../../protocol/index.ts'
import type { OffsetCommit } from '../api/offsets.ts'
import { groupConfigDefaults } from '../config.ts'
import { GroupCoordinator } from '../group-coordinator.ts'
import { applyRecord, decodeRecord, noRecords, noTopicId, type Durable, type GroupRecord } from '../records.ts'
import { stallMsMin } from '../runtime.ts'
import { MemoryLog, TestTopics } from '../testing.ts'

export const groupId = 'g'
export const topic = 't'
const partitionCountAtFirst = 6

export class World {
  readonly clock = new ManualClock()
  readonly random: SeededRandom
  readonly log = new MemoryLog()
  readonly topics = new TestTopics({ [topic]: partitionCountAtFirst })
  groups: GroupCoordinator
  hasFaults = true
  /** How members of the classic protocol rebalance. */
  readonly isCooperative: boolean
  /** Requests that were sent and not answered, by what they ask. */
  readonly unanswered = new Map<number, string>()
  /** Where the coordinator had another state than its log. */
  readonly wrong: string[] = []
  replaysChecked = 0
  #lastRequest = 0
  #stalledMs = 0
  readonly #committed = noRecords()
  #batchesApplied = 0
  #members: ReadonlySet<string> = new Set()
  readonly #departures = new Map<string, number>()

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
    this.isCooperative = this.random.chance(0.5)
    this.groups = this.#start()
    this.#live()
  }
  #start(): GroupCoordinator {
    const { random } = this
    const groups = new GroupCoordinator({
      clock: this.clock,
      random,
      logger: silentLogger,
      config: {
        ...groupConfigDefaults,
        initialRebalanceDelayMs: random.pick([0, 500]),
        consumer: { ...groupConfigDefaults.consumer, sessionTimeoutMs: () => 10_000, heartbeatIntervalMs: () => 1_000 },
      },
      partitionCount: () => 1,
      topics: this.topics,
    })
    this.log.onAppend = endOffset => {
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
    const { random, clock } = this
    clock.after(100, () => {
      this.log.refuses = this.hasFaults && random.chance(0.02) ? 'NOT_ENOUGH_REPLICAS' : undefined
      const fate = this.hasFaults ? random.next() : 1
      if (fate < 0.01) this.#loseTail()
      else if (fate < 0.012) this.#restart()
      else if (fate < 0.014) this.#stall(random.below(30_000))
      if (random.chance(0.02)) this.#checkReplay()
      this.#live()
    })
  }
  /** In which the broker did not stand still for longer than it takes for a pause between two requests. */
  get runningMs(): number {
    return this.clock.monotonic() - this.#stalledMs
  }
  #stall(ms: number): void {
    this.clock.stall(ms)
    if (ms >= stallMsMin) this.#stalledMs += ms
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

  /** Sends a request; undefined: nothing came back in time, and it may have arrived, may yet arrive, or not. */
  async ask<R>(
    what: string,
    send: (groups: GroupCoordinator) => Promise<R>,
    { mayBeLate = true }: { readonly mayBeLate?: boolean } = {},
  ): Promise<R | undefined> {
    const id = ++this.#lastRequest
    this.unanswered.set(id, what)
    const answer = await this.#overTheNetwork(send, mayBeLate)
    this.unanswered.delete(id)
    return answer
  }
  #overTheNetwork<R>(send: (groups: GroupCoordinator) => Promise<R>, mayBeLate: boolean): Promise<R | undefined> {
    const { random, clock } = this
    return new Promise(resolve => {
      const after = (run: () => void) => clock.after(random.next() * 50, run)
      clock.after(this.hasFaults ? 5_000 : 30_000, () => resolve(undefined))
      if (this.#loses()) return
      // Late, it is overtaken by others; and one that is sent again may come twice.
      const isLate = () => mayBeLate && this.hasFaults && random.chance(0.05)
      for (let times = mayBeLate && this.hasFaults && random.chance(0.02) ? 2 : 1; times > 0; times--)
        clock.after(random.next() * (isLate() ? 20_000 : 50), () => {
          void send(this.groups).then(answer => {
            if (!this.#loses()) after(() => resolve(answer))
          })
        })
    })
  }
  #loses(): boolean {
    return this.hasFaults && this.random.chance(0.01)
  }

  /** What the log holds that cannot be lost any more. */
  committedRecords(): GroupRecord[] {
    return recordsOf(this.log.batches.filter(batch => this.#isCommitted(batch)))
  }
  /** What a coordinator would know that has replayed what cannot be lost any more. */
  committedState(): Durable {
    for (; this.#batchesApplied < this.log.batches.length; this.#batchesApplied++) {
      const batch = this.log.batches[this.#batchesApplied]!
      if (!this.#isCommitted(batch)) break
      for (const record of recordsOf([batch])) applyRecord(this.#committed, record)
      this.#countDepartures()
    }
    return this.#committed
  }
  /** How often a member was put out of the group so far: one that comes back by the same id may not know. */
  departuresOf(memberId: string): number {
    this.committedState()
    return this.#departures.get(memberId) ?? 0
  }
  #countDepartures(): void {
    const { groups, consumerGroups } = this.#committed,
      members = new Set(consumerGroups.get(groupId)?.members.keys())
    for (const { memberId } of groups.get(groupId)?.members ?? []) members.add(memberId)
    for (const memberId of this.#members)
      if (!members.has(memberId)) this.#departures.set(memberId, (this.#departures.get(memberId) ?? 0) + 1)
    this.#members = members
  }
  #isCommitted(batch: Buffer): boolean {
    return batchBaseOffset(batch, 0) < this.log.highWatermark
  }
  /** The log applied again gives the state that the coordinator has: told when that is committed, if it ever is. */
  #checkReplay(): void {
    const replayed = noRecords()
    for (const record of recordsOf(this.log.batches)) applyRecord(replayed, record)
    const expected = new Map(
      [...(replayed.offsets.get(groupId)?.get(topic) ?? [])].map(([partition, { offset }]) => [partition, offset]),
    )
    const request = {
      groupId: '',
      topics: null,
      requireStable: false,
      groups: [{ groupId, memberId: null, memberEpoch: -1, topics: null }],
    }
    void this.groups.offsetFetch(request, { apiVersion: 9, clientId: '', clientHost: '' }).then(({ groups }) => {
      const [answer] = groups!
      if (answer!.errorCode !== 0) return
      this.replaysChecked++
      const found = (answer!.topics[0]?.partitions ?? []).map(p => [p.partitionIndex, p.committedOffset] as const)
      if (!isDeepStrictEqual(new Map(found), expected))
        this.wrong.push(`found ${[...found].join(' ')} and replayed ${[...expected].join(' ')}`)
    })
  }
}

/** One offset of one partition, from a member. */
export function commitOf(
  { memberId, epoch }: { readonly memberId: string; readonly epoch: number },
  groupInstanceId: string | null,
  partitionIndex: number,
  committedOffset: number,
): OffsetCommit {
  const partitions = [{ partitionIndex, committedOffset, committedLeaderEpoch: -1, committedMetadata: null }]
  return {
    groupId,
    memberId,
    groupInstanceId,
    generationIdOrMemberEpoch: epoch,
    retentionTimeMs: -1,
    topics: [{ name: topic, topicId: noTopicId, partitions }],
  }
}

const index = new RecordIndex()
function recordsOf(bytes: readonly Buffer[]): GroupRecord[] {
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
