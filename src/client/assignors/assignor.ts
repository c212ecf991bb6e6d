// How the leader of a classic group divides partitions among its members. The ones that come with us are pure functions from
// who subscribes to what; one of your own may tell its members things, and be told things by them, in bytes that it defines.

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface GroupMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly topics: readonly string[]
  /** What the member says that it owns, and in which generation: cooperative assignors keep what they can. */
  readonly owned: readonly TopicPartition[]
  readonly generation: number
  /** What its own assignor of this name gave as `subscriptionUserData`; null where it gave none. */
  readonly userData: Uint8Array | null
  /** Of KIP-881: null where it has none, or does not say. */
  readonly rack: string | null
}
/** What a member was given last, and in which generation. −1: nothing yet. */
export interface PreviousAssignment {
  readonly partitions: readonly TopicPartition[]
  readonly generation: number
}
export interface MemberAssignment {
  readonly partitions: readonly TopicPartition[]
  /** Given to the assignor of the member, by `assigned`. */
  readonly userData: Uint8Array | null
}
/** By member id. A member that is left out gets nothing. */
export type Assignments = ReadonlyMap<string, readonly TopicPartition[] | MemberAssignment>

/** The racks that a partition has replicas in, as far as their brokers say where they are. */
export type RacksOf = (partition: TopicPartition) => readonly string[]

export interface Assignor {
  /** The name that all members of a group must have in common: 'range', 'cooperative-sticky'. */
  readonly name: string
  readonly protocol: 'eager' | 'cooperative'
  /** Called with each join of this member: what it has to say to whichever member leads. */
  subscriptionUserData?(topics: readonly string[], previous: PreviousAssignment): Uint8Array | null
  /**
   * Called where this member leads. Every partition of the topics goes to exactly one member that subscribes to its topic, if
   * any does. `partitionCounts` has the topics that exist.
   */
  assign(
    members: readonly GroupMember[],
    partitionCounts: ReadonlyMap<string, number>,
    racksOf: RacksOf,
  ): Assignments | Promise<Assignments>
  /** Called with each assignment of this member, before its hooks. */
  assigned?(assignment: MemberAssignment, generation: number): void | Promise<void>
}
/** One that only divides, and needs nothing else for it. */
export interface PureAssignor extends Assignor {
  assign(
    members: readonly GroupMember[],
    partitionCounts: ReadonlyMap<string, number>,
    racksOf?: RacksOf,
  ): Map<string, TopicPartition[]>
}

/** Static members keep their place over restarts (KIP-345), so they are told apart by their instance id. */
export function inOrder(members: readonly GroupMember[]): GroupMember[] {
  const key = ({ groupInstanceId, memberId }: GroupMember) => groupInstanceId ?? memberId
  return members.toSorted((a, b) => {
    if ((a.groupInstanceId === null) !== (b.groupInstanceId === null)) return a.groupInstanceId === null ? 1 : -1
    return key(a) < key(b) ? -1 : 1
  })
}

export function topicsOf(members: readonly GroupMember[]): string[] {
  return [...new Set(members.flatMap(({ topics }) => topics))].toSorted()
}
