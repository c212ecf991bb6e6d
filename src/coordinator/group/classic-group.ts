// A classic group as it is at this moment: the volatile part of its state (KIP-62, KIP-345, KIP-394).
//
//             first join                    all have joined,              the leader's sync
//   Empty ──────────────▶ PreparingRebalance ── or the deadline ──▶ CompletingRebalance ───────▶ Stable
//     ▲                      │  ▲  ▲                                   │  │                        │
//     └── nobody is left ────┘  │  └── join, leave, missing sync ──────┘  │                        │
//                               └───────── join, leave, session expired ──┴────────────────────────┘
//
// Written to the log is what a restarted coordinator must know: the generation that its members were given, and that a
// group is empty (GroupMetadata). Who is joining, requests that wait and sessions are not. A heartbeat writes nothing.

import { readSubscribedTopics } from '../../protocol/index.ts'
import type { To } from '../machine.ts'
import type { GroupMetadata } from '../records.ts'

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable'
export interface Protocol {
  readonly name: string
  readonly metadata: Buffer
}
export interface Member {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  /** The preferred first. */
  protocols: readonly Protocol[]
  sessionTimeoutMs: number
  rebalanceTimeoutMs: number
  assignment: Buffer
  /** Has not been through a rebalance yet: it cannot send heartbeats, as it does not know its id. */
  isNew: boolean
  /** The requests that wait. */
  joining: To | undefined
  syncing: To | undefined
}
export type MemberFault = 'UNKNOWN_MEMBER_ID' | 'FENCED_INSTANCE_ID'

export const consumerProtocolType = 'consumer'
export const noAssignment: Buffer = Buffer.alloc(0)

export class ClassicGroup {
  readonly id: string
  state: GroupState = 'Empty'
  /** When it came into this state; undefined where the log does not tell. */
  stateSince: number | undefined
  generation = 0
  protocolType: string | null = null
  protocol: string | null = null
  leader: string | null = null
  readonly members = new Map<string, Member>()
  /** By group instance id: the member that has it now. */
  readonly staticMembers = new Map<string, string>()
  /** KIP-394: those who were given an id and have not come back with it. */
  readonly pendingJoin = new Set<string>()
  /** Those who have joined this generation and have not asked for their assignment. */
  readonly pendingSync = new Set<string>()
  /** The group was empty before: this rebalance waits for its delay, and not for its members. */
  isInitialRebalance = false
  /** Somebody has joined since the delay of the initial rebalance began. */
  newMemberAdded = false
  /**
   * Of members that were in a group of the consumer protocol until now: the epoch that each was in, which counts for the
   * present generation until they have joined the next.
   */
  readonly epochsBefore = new Map<string, number>()
  /** Undefined where the group is not one of consumers, or says it in a way that is not known. */
  subscribedTopics: ReadonlySet<string> | undefined

  constructor(id: string) {
    this.id = id
  }
  /** As the log left it. */
  static of(id: string, metadata: GroupMetadata): ClassicGroup {
    const group = new ClassicGroup(id)
    for (const { subscription, rebalanceTimeout, sessionTimeout, ...member } of metadata.members)
      group.add({
        ...member,
        protocols: [{ name: metadata.protocol ?? '', metadata: subscription }],
        sessionTimeoutMs: sessionTimeout,
        rebalanceTimeoutMs: rebalanceTimeout === -1 ? sessionTimeout : rebalanceTimeout,
        isNew: false,
        joining: undefined,
        syncing: undefined,
      })
    group.state = group.members.size > 0 ? 'Stable' : 'Empty'
    group.stateSince = metadata.currentStateTimestamp === -1 ? undefined : metadata.currentStateTimestamp
    group.generation = metadata.generation
    group.protocolType = metadata.protocolType === '' ? null : metadata.protocolType
    group.protocol = metadata.protocol
    group.leader = metadata.leader
    group.subscribedTopics = group.#subscriptions()
    return group
  }
  /** What the log is to know of it. */
  metadata(): GroupMetadata {
    return {
      protocolType: this.protocolType ?? '',
      generation: this.generation,
      protocol: this.protocol,
      leader: this.leader,
      currentStateTimestamp: this.stateSince ?? -1,
      members: [...this.members.values()].map(member => ({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        rebalanceTimeout: member.rebalanceTimeoutMs,
        sessionTimeout: member.sessionTimeoutMs,
        subscription: this.metadataOf(member),
        assignment: member.assignment,
      })),
    }
  }

  /** They go on as they are, and what they have is known. */
  settle(generation: number, now: number): void {
    this.generation = generation
    this.protocolType = consumerProtocolType
    this.protocol = this.vote()
    this.subscribedTopics = this.#subscriptions()
    this.enter('Stable', now)
  }
  enter(state: GroupState, now: number): void {
    this.isInitialRebalance = state === 'PreparingRebalance' && this.state === 'Empty'
    this.state = state
    this.stateSince = now
  }
  nextGeneration(now: number): void {
    this.generation++
    this.epochsBefore.clear()
    this.pendingSync.clear()
    this.protocol = this.members.size === 0 ? null : this.vote()
    this.subscribedTopics = this.#subscriptions()
    this.enter(this.members.size === 0 ? 'Empty' : 'CompletingRebalance', now)
  }

  add(member: Member): void {
    this.members.set(member.memberId, member)
    if (member.groupInstanceId !== null) this.staticMembers.set(member.groupInstanceId, member.memberId)
    this.leader ??= member.memberId
    this.pendingJoin.delete(member.memberId)
  }
  remove(memberId: string): void {
    const member = this.members.get(memberId)
    this.members.delete(memberId)
    this.pendingJoin.delete(memberId)
    this.pendingSync.delete(memberId)
    if (member !== undefined && member.groupInstanceId !== null) this.staticMembers.delete(member.groupInstanceId)
    if (this.leader === memberId) this.leader = this.members.keys().next().value ?? null
  }
  /** KIP-345: who comes with the instance id of a member takes its place, under a new id. */
  replaceStatic(old: Member, memberId: string): Member {
    const replacement = { ...old, memberId, joining: undefined, syncing: undefined }
    const wasLeader = this.leader === old.memberId
    this.remove(old.memberId)
    this.add(replacement)
    if (wasLeader) this.leader = memberId
    return replacement
  }

  /** Why the member may not act, if it may not. */
  faultOf(memberId: string, groupInstanceId: string | null): MemberFault | undefined {
    if (groupInstanceId !== null) {
      const holder = this.staticMembers.get(groupInstanceId)
      if (holder === undefined) return 'UNKNOWN_MEMBER_ID'
      if (holder !== memberId) return 'FENCED_INSTANCE_ID'
    }
    return this.members.has(memberId) ? undefined : 'UNKNOWN_MEMBER_ID'
  }
  isCurrent(memberId: string, generation: number): boolean {
    return generation === this.generation || generation === this.epochsBefore.get(memberId)
  }
  get hasAllJoined(): boolean {
    return this.pendingJoin.size === 0 && this.joiningCount === this.members.size
  }
  get joiningCount(): number {
    let count = 0
    for (const member of this.members.values()) if (member.joining !== undefined) count++
    return count
  }
  /** A rebalance waits for the most patient member. */
  get rebalanceTimeoutMs(): number {
    let longest = 0
    for (const { rebalanceTimeoutMs } of this.members.values()) longest = Math.max(longest, rebalanceTimeoutMs)
    return longest
  }
  /** What the member said of the protocol that was chosen. */
  metadataOf(member: Member): Buffer {
    return member.protocols.find(({ name }) => name === this.protocol)?.metadata ?? noAssignment
  }

  /** Whether who supports these protocols can join: one of them is known to all members. Any type of protocol will do. */
  supports(protocolType: string, protocols: readonly Pick<Protocol, 'name'>[]): boolean {
    if (this.state === 'Empty') return protocolType !== '' && protocols.length > 0
    return this.protocolType === protocolType && protocols.some(({ name }) => this.#isKnownToAll(name))
  }
  #isKnownToAll(name: string): boolean {
    for (const { protocols } of this.members.values())
      if (!protocols.some(protocol => protocol.name === name)) return false
    return true
  }
  /** Each member votes for the first of its protocols that all know. */
  vote(): string {
    const [first] = this.members.values()
    const votes = new Map<string, number>()
    for (const { name } of first!.protocols) if (this.#isKnownToAll(name)) votes.set(name, 0)
    for (const { protocols } of this.members.values()) {
      const choice = protocols.find(({ name }) => votes.has(name))
      if (choice !== undefined) votes.set(choice.name, votes.get(choice.name)! + 1)
    }
    return [...votes].reduce((best, other) => (other[1] > best[1] ? other : best), ['', -1] as const)[0]
  }

  /** Whether it is there for simple consumers only, who commit without joining. */
  get isSimple(): boolean {
    return this.protocolType === null && this.members.size === 0 && this.pendingJoin.size === 0
  }
  get usesConsumerProtocol(): boolean {
    return this.protocolType === consumerProtocolType
  }
  /** A group of consumers whose subscriptions are not known may be subscribed to anything. */
  isSubscribedTo(topic: string): boolean {
    return this.subscribedTopics?.has(topic) ?? this.usesConsumerProtocol
  }
  #subscriptions(): ReadonlySet<string> | undefined {
    if (!this.usesConsumerProtocol) return undefined
    const topics = new Set<string>()
    try {
      for (const member of this.members.values())
        for (const topic of readSubscribedTopics(this.metadataOf(member))) topics.add(topic)
    } catch {
      return undefined // what members tell each other is theirs: it need not be what Kafka's own consumers say
    }
    return topics
  }
}
