// A simulated consumer of the classic protocol: joins, assigns when it leads, syncs, sends heartbeats, commits, and tries
// again whatever happens, until it is stopped. Eager, it gives up all before it joins again; cooperative (KIP-429), only
// what it is told to, and joins once more.

import {
  errorName,
  readAssignment,
  readSubscription,
  writeAssignment,
  writeSubscription,
  type ErrorName,
} from '../../protocol/index.ts'
import type { JoinGroupResponse } from '../api/membership.ts'
import type { SimulatedMember, Witness } from './witness.ts'
import { commitOf, groupId, topic, type World } from './world.ts'

const sessionTimeoutMs = 10_000,
  rebalanceTimeoutMs = 15_000

export class ClassicMember implements SimulatedMember {
  readonly #world: World
  readonly #witness: Witness
  readonly #name: string
  readonly instance: string | null
  memberId = ''
  #generation = -1
  /** How many partitions there were when it assigned them; undefined where another leads. */
  #partitionCountAssigned: number | undefined
  readonly owned = new Set<number>()
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
  get #protocol(): string {
    return this.#world.isCooperative ? 'cooperative-sticky' : 'range'
  }

  async #live(): Promise<void> {
    const { clock, random } = this.#world
    while (this.isAlive) {
      if (await this.#rejoin()) {
        while (this.isAlive && (await this.#isAtHome())) await clock.sleep(1_000 + random.next() * 1_000)
        if (!this.#world.isCooperative) this.owned.clear()
      } else await clock.sleep(100)
    }
    this.owned.clear()
  }
  /** Whether it has its assignment, and nothing to give up. */
  async #rejoin(): Promise<boolean> {
    const joined = await this.#join()
    if (joined === undefined) return false
    const assignment = await this.#sync(this.#assign(joined))
    if (assignment === undefined) return false
    // In a group of the consumer protocol nobody leads, and what a member has grows while its epoch stays.
    const { memberId } = this,
      generation = this.#generation
    if (joined.leader !== '') this.#witness.told.push({ memberId, generation, assignment: assignment.toString('hex') })
    return this.#take(readAssignment(assignment).assignedPartitions.flatMap(({ partitions }) => partitions))
  }
  async #join(): Promise<JoinGroupResponse | undefined> {
    const { memberId } = this
    const ownedPartitions = this.owned.size === 0 ? [] : [{ topic, partitions: [...this.owned] }]
    const metadata = writeSubscription({ topics: [topic], ownedPartitions, generationId: this.#generation })
    const request = {
      groupId,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId,
      groupInstanceId: this.instance,
      protocolType: 'consumer',
      protocols: [{ name: this.#protocol, metadata }],
      reason: null,
    }
    // It says what the member has: that overtakes nothing, as a client closes the connection of what takes too long.
    const joined = await this.#world.ask('join', groups => groups.joinGroup(request, this.#context), {
      mayBeLate: memberId === '',
    })
    if (joined === undefined || !this.isAlive) return undefined
    const error = errorName(joined.errorCode)
    if (error === 'MEMBER_ID_REQUIRED') this.memberId = joined.memberId
    if (!this.#goesOn(error)) return undefined
    this.memberId = joined.memberId
    this.#generation = joined.generationId!
    return joined
  }
  /** By member id. What another has is given to nobody before it has joined without it. */
  #assign({ members }: JoinGroupResponse): ReadonlyMap<string, readonly number[]> {
    const count = this.#world.topics.byName(topic)!.partitionCount
    this.#partitionCountAssigned = members.length === 0 ? undefined : count
    const shares = new Map(members.map(member => [member.memberId, [] as number[]]))
    const owners = this.#world.isCooperative ? ownersOf(members) : undefined
    for (let partition = 0; partition < count && members.length > 0; partition++) {
      const { memberId } = members[partition % members.length]!,
        owner = owners?.get(partition) ?? memberId
      if (owner === memberId) shares.get(memberId)!.push(partition)
    }
    return shares
  }
  async #sync(shares: ReadonlyMap<string, readonly number[]>): Promise<Buffer | undefined> {
    const assignments = [...shares].map(([id, partitions]) => ({
      memberId: id,
      assignment: writeAssignment({ assignedPartitions: [{ topic, partitions: [...partitions] }] }),
    }))
    const request = {
      ...this.#identity(),
      groupId,
      generationId: this.#generation,
      protocolType: 'consumer',
      protocolName: this.#protocol,
      assignments,
    }
    // A generation is written down with its assignment. A coordinator that restarts before gives its number again (Kafka's
    // does), and only the end of the connection keeps a sync of the one from the other.
    const synced = await this.#world.ask('sync', groups => groups.syncGroup(request), { mayBeLate: false })
    if (synced === undefined || !this.isAlive || !this.#goesOn(errorName(synced.errorCode))) return undefined
    return Buffer.from(synced.assignment)
  }
  #take(assigned: readonly number[]): boolean {
    const taken = assigned.filter(partition => !this.owned.has(partition)),
      revoked = [...this.owned].filter(partition => !assigned.includes(partition))
    if (!this.#world.isCooperative) this.owned.clear()
    this.#witness.takes(this, taken)
    for (const partition of taken) this.owned.add(partition)
    for (const partition of revoked) this.owned.delete(partition)
    return revoked.length === 0 || !this.#world.isCooperative
  }

  /** A heartbeat, and now and then a commit, which does not do for one in a group of the consumer protocol; false: it is to join again. */
  async #isAtHome(): Promise<boolean> {
    const count = this.#world.topics.byName(topic)!.partitionCount
    if ((this.#partitionCountAssigned ?? count) !== count) return false
    if (this.#world.random.chance(0.5) && !(await this.#commit())) return false
    const request = { ...this.#identity(), groupId, generationId: this.#generation }
    const beaten = await this.#world.ask('heartbeat', groups => groups.heartbeat(request))
    return beaten === undefined || this.#stays(errorName(beaten.errorCode))
  }
  async #commit(): Promise<boolean> {
    if (this.owned.size === 0) return true
    const sent = { memberId: this.memberId, epoch: this.#generation, isAcknowledged: false }
    const partition = this.#world.random.pick([...this.owned]),
      request = commitOf(sent, this.instance, partition, this.#witness.sends(sent))
    const committed = await this.#world.ask('commit', groups => groups.offsetCommit(request, this.#context))
    if (committed === undefined) return true
    const error = errorName(committed.topics[0]!.partitions[0]!.errorCode)
    sent.isAcknowledged = error === 'NONE'
    return error === 'REBALANCE_IN_PROGRESS' || this.#stays(error)
  }
  /** As it is now: a request that is late says what was so when it was sent. */
  #identity() {
    return { memberId: this.memberId, groupInstanceId: this.instance }
  }
  #goesOn(error: ErrorName): boolean {
    if (error === 'UNKNOWN_MEMBER_ID' || error === 'FENCED_INSTANCE_ID') this.memberId = ''
    if (lost.has(error)) {
      this.owned.clear()
      this.#generation = -1
    }
    return error === 'NONE'
  }
  /** The coordinator may be elsewhere for a moment: the member does not give up what it has. */
  #stays(error: ErrorName): boolean {
    return this.#goesOn(error) || (this.owned.size > 0 && retried.has(error))
  }

  stop({ leaves }: { readonly leaves: boolean }): void {
    this.isAlive = false
    this.owned.clear()
    if (!leaves || this.memberId === '') return
    const request = { groupId, memberId: '', members: [{ ...this.#identity(), reason: null }] }
    void this.#world.ask('leave', groups => groups.leaveGroup(request, { ...this.#context, apiVersion: 5 }))
  }
}
function ownersOf(members: JoinGroupResponse['members']): Map<number, string> {
  const owners = new Map<number, { readonly memberId: string; readonly generation: number }>()
  for (const { memberId, metadata } of members) {
    const { ownedPartitions, generationId: generation } = readSubscription(metadata)
    for (const partition of ownedPartitions.flatMap(({ partitions }) => partitions))
      if ((owners.get(partition)?.generation ?? -2) < generation) owners.set(partition, { memberId, generation })
  }
  return new Map([...owners].map(([partition, { memberId }]) => [partition, memberId]))
}
/** After these it has nothing any more. */
const lost: ReadonlySet<ErrorName> = new Set(['UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID', 'ILLEGAL_GENERATION'])
const retried: ReadonlySet<ErrorName> = new Set([
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
])
