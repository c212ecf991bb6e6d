// A simulated consumer: joins, syncs, sends heartbeats, commits, and tries again whatever happens, until it is stopped.

import { errorName, type ErrorName } from '../../protocol/index.ts'
import { groupId, partitionCount, topic, type World } from './world.ts'

const sessionTimeoutMs = 10_000,
  rebalanceTimeoutMs = 15_000
const noTopicId = '0'.repeat(32)

/** A commit that was sent: by whom, and in which generation. */
export interface Sent {
  readonly memberId: string
  readonly generation: number
  isAcknowledged: boolean
}
/** What a member was told by SyncGroup. */
export interface Assigned {
  readonly memberId: string
  readonly generation: number
  readonly assignment: string
}
export interface Witness {
  /** By offset: every commit has one of its own. */
  readonly sent: Map<number, Sent>
  readonly assigned: Assigned[]
}

export class Member {
  readonly #world: World
  readonly #witness: Witness
  readonly #name: string
  readonly instance: string | null
  memberId = ''
  generation = -1
  partitions: readonly number[] = []
  isAlive = true

  constructor(world: World, witness: Witness, name: string, instance: string | null) {
    this.#world = world
    this.#witness = witness
    this.#name = name
    this.instance = instance
    void this.#live()
  }
  get #context() {
    return { apiVersion: 9, clientId: this.#name, clientHost: '/127.0.0.1' }
  }

  async #live(): Promise<void> {
    const { clock, random } = this.#world
    while (this.isAlive) {
      if (await this.#join()) {
        while (this.isAlive && (await this.#isAtHome())) await clock.sleep(1_000 + random.next() * 1_000)
        this.partitions = []
      } else await clock.sleep(100)
    }
  }
  async #join(): Promise<boolean> {
    const { memberId } = this
    const joined = await this.#world.ask('join', groups =>
      groups.joinGroup(
        {
          groupId,
          sessionTimeoutMs,
          rebalanceTimeoutMs,
          memberId,
          groupInstanceId: this.instance,
          protocolType: 'consumer',
          protocols: [{ name: 'range', metadata: Buffer.from([0, 0, 0, 0, 0, 1, 0, 1, 0x74, 0, 0, 0, 0]) }],
          reason: null,
        },
        this.#context,
      ),
    )
    if (joined === undefined || !this.isAlive) return false
    const error = errorName(joined.errorCode)
    if (error === 'MEMBER_ID_REQUIRED') this.memberId = joined.memberId
    if (!this.#goesOn(error)) return false
    this.memberId = joined.memberId
    this.generation = joined.generationId!
    return this.#sync(joined.members.map(member => member.memberId))
  }
  async #sync(members: readonly string[]): Promise<boolean> {
    const { memberId, generation } = this
    const assignments = members.map((id, i) => ({
      memberId: id,
      assignment: Buffer.from(allPartitions.filter(p => p % members.length === i).join(' ')),
    }))
    const identity = this.#identity()
    const synced = await this.#world.ask('sync', groups =>
      groups.syncGroup({
        ...identity,
        groupId,
        generationId: generation,
        protocolType: 'consumer',
        protocolName: 'range',
        assignments,
      }),
    )
    if (synced === undefined || !this.isAlive || !this.#goesOn(errorName(synced.errorCode))) return false
    const assignment = Buffer.from(synced.assignment).toString()
    this.#witness.assigned.push({ memberId, generation, assignment })
    this.partitions = assignment.split(' ').filter(Boolean).map(Number)
    return true
  }
  /** A heartbeat, or a commit; false: it is to join again. */
  async #isAtHome(): Promise<boolean> {
    if (this.#world.random.chance(0.5)) return this.#commit()
    const request = { ...this.#identity(), groupId, generationId: this.generation }
    const beaten = await this.#world.ask('heartbeat', groups => groups.heartbeat(request))
    return beaten === undefined || this.#goesOn(errorName(beaten.errorCode))
  }
  async #commit(): Promise<boolean> {
    if (this.partitions.length === 0) return true
    const { memberId, generation } = this
    const partition = this.#world.random.pick(this.partitions),
      offset = this.#witness.sent.size,
      sent: Sent = { memberId, generation, isAcknowledged: false },
      identity = this.#identity()
    this.#witness.sent.set(offset, sent)
    const committed = await this.#world.ask('commit', groups =>
      groups.offsetCommit(
        {
          ...identity,
          groupId,
          generationIdOrMemberEpoch: generation,
          retentionTimeMs: -1,
          topics: [
            {
              name: topic,
              topicId: noTopicId,
              partitions: [
                {
                  partitionIndex: partition,
                  committedOffset: offset,
                  committedLeaderEpoch: -1,
                  committedMetadata: null,
                },
              ],
            },
          ],
        },
        this.#context,
      ),
    )
    if (committed === undefined) return true
    const error = errorName(committed.topics[0]!.partitions[0]!.errorCode)
    sent.isAcknowledged = error === 'NONE'
    return error === 'REBALANCE_IN_PROGRESS' || this.#goesOn(error)
  }
  /** As it is now: a request that is late says what was so when it was sent. */
  #identity() {
    return { memberId: this.memberId, groupInstanceId: this.instance }
  }
  #goesOn(error: ErrorName): boolean {
    if (error === 'UNKNOWN_MEMBER_ID') this.memberId = ''
    // The coordinator is elsewhere for a moment: the member does not give up what it has.
    return error === 'NONE' || (this.partitions.length > 0 && retried.has(error))
  }

  /** It is gone without a word, or leaves as a good consumer does. */
  stop({ leaves }: { readonly leaves: boolean }): void {
    this.isAlive = false
    if (leaves && this.memberId !== '')
      void this.#world.ask('leave', groups =>
        groups.leaveGroup(
          { groupId, memberId: '', members: [{ ...this.#identity(), reason: null }] },
          { ...this.#context, apiVersion: 5 },
        ),
      )
  }
}
const allPartitions = Array.from({ length: partitionCount }, (_, i) => i)
const retried: ReadonlySet<ErrorName> = new Set([
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
])
