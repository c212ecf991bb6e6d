// What is seen of a group from outside: who takes what, what is committed and acknowledged, what members are told. And what
// must hold of it, at every moment and in the log.

import assert from 'node:assert/strict'

import { partitionsOf } from '../consumer-group/assignment.ts'
import type { ConsumerGroup } from '../consumer-group/consumer-group.ts'
import { applyRecord, noRecords, type GroupMetadata } from '../records.ts'
import { rebalanceTimeoutMs } from './consumer-member.ts'
import { groupId, type World } from './world.ts'

export interface SimulatedMember {
  readonly memberId: string
  /** Of a static one. */
  readonly instance: string | null
  readonly owned: ReadonlySet<number>
  readonly isAlive: boolean
  /** It is gone without a word, or leaves as a good consumer does. */
  stop(how: { readonly leaves: boolean }): void
}
/** A commit that was sent: by whom, and in which generation or epoch. */
export interface SentCommit {
  readonly memberId: string
  readonly epoch: number
  isAcknowledged: boolean
}
/** What a member of the classic protocol was told by SyncGroup. */
interface Told {
  readonly memberId: string
  readonly generation: number
  readonly assignment: string
}

export class Witness {
  readonly #world: World
  /** Those that live. */
  members: SimulatedMember[] = []
  /** By offset: every commit has one of its own. */
  readonly #sent = new Map<number, SentCommit>()
  readonly told: Told[] = []
  /** How often the member had been put out when it took the partition. */
  readonly #takenAfter = new Map<SimulatedMember, Map<number, number>>()
  /** What must not be, as it was seen. */
  readonly wrong: string[] = []

  constructor(world: World) {
    this.#world = world
  }
  /** The offset that this commit is to be of. */
  sends(commit: SentCommit): number {
    const offset = this.#sent.size
    this.#sent.set(offset, commit)
    return offset
  }
  /** KIP-848: a partition is given away when its owner has given it up, or is fenced. */
  takes(taker: SimulatedMember, partitions: readonly number[]): void {
    const world = this.#world,
      known = world.committedState().consumerGroups.get(groupId)?.members
    const has = (other: SimulatedMember, partition: number) =>
      other.owned.has(partition) &&
      known?.has(other.memberId) &&
      this.#takenAfter.get(other)?.get(partition) === world.departuresOf(other.memberId)
    for (const other of this.members)
      for (const partition of partitions)
        if (other !== taker && has(other, partition))
          this.wrong.push(`${taker.memberId} takes ${partition}, which ${other.memberId} has`)
    const takenAfter = this.#takenAfter.get(taker) ?? new Map<number, number>()
    for (const partition of partitions) takenAfter.set(partition, world.departuresOf(taker.memberId))
    this.#takenAfter.set(taker, takenAfter)
  }
  /** A member that sends its heartbeats in time stays, and the time in which the broker stands still does not count. */
  isOut({ memberId }: SimulatedMember, afterMs: number): void {
    if (afterMs < rebalanceTimeoutMs)
      this.wrong.push(`${memberId} is out ${afterMs.toFixed(0)} ms after it was heard of`)
  }

  /** The log tells the story in order: what was acknowledged is in it, and nothing of a generation that was over. */
  checkLog(): void {
    const state = noRecords(),
      missing = new Map([...this.#sent].filter(([, { isAcknowledged }]) => isAcknowledged)),
      // By generation and member, whose numbers come again when a group begins anew.
      written = new Map<string, Set<string>>()
    let epoch = 0
    for (const record of this.#world.committedRecords()) {
      applyRecord(state, record)
      const consumers = state.consumerGroups.get(groupId),
        classic = state.groups.get(groupId)
      if (record.is === 'offset') {
        const offset = record.value!.offset,
          sent = this.#sent.get(offset)!
        missing.delete(offset)
        assert.equal(epochOf(sent.memberId, consumers, classic), sent.epoch, `commit ${offset} of ${sent.memberId}`)
        continue
      }
      // A group that is deleted, as one is that was empty when it changed its protocol, begins anew.
      const next = consumers?.epoch ?? classic?.generation
      if (record.is === 'group' || record.is === 'consumerGroupMetadata') {
        assert(next === undefined || next >= epoch, 'generations and epochs grow')
        epoch = next ?? 0
      }
      if (record.is === 'group' && record.value !== null)
        for (const { memberId, assignment } of record.value.members) {
          const place = `${record.value.generation} ${memberId}`
          written.set(place, (written.get(place) ?? new Set()).add(assignment.toString('hex')))
        }
      if (record.is === 'consumerGroupCurrentMemberAssignment' && record.value !== null && consumers !== undefined)
        checkOwners(consumers)
    }
    for (const { generation, memberId, assignment } of this.told) {
      const known = written.get(`${generation} ${memberId}`)
      assert(
        known?.has(assignment) ?? true,
        `what ${memberId} of ${generation} was told, ${assignment}, is not in the log`,
      )
    }
    assert.deepEqual([...missing.keys()], [], 'what was acknowledged is lost')
  }
}
/** Undefined for a stranger. */
function epochOf(
  memberId: string,
  consumers: ConsumerGroup | undefined,
  classic: GroupMetadata | undefined,
): number | undefined {
  if (consumers !== undefined) return consumers.members.get(memberId)?.memberEpoch
  return classic?.members.some(member => member.memberId === memberId) ? classic.generation : undefined
}
/** Nobody has what another has, or has not given up yet. */
function checkOwners({ members }: ConsumerGroup): void {
  const owners = new Map<string, string>()
  for (const { memberId, assigned, pendingRevocation } of members.values())
    for (const assignment of [assigned, pendingRevocation])
      for (const [topicId, partition] of partitionsOf(assignment)) {
        const place = `${topicId} ${partition}`
        assert.equal(owners.get(place), undefined, `${partition} is of ${owners.get(place)} and ${memberId}`)
        owners.set(place, memberId)
      }
}
