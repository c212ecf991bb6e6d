// How the leader of a classic group divides partitions among its members: pure functions from who subscribes to what.

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
}

export interface Assignor {
  /** The name that all members of a group must have in common: 'range', 'cooperative-sticky'. */
  readonly name: string
  readonly protocol: 'eager' | 'cooperative'
  /** Every partition of the topics goes to exactly one member that subscribes to its topic, if any does. */
  assign(members: readonly GroupMember[], partitionCounts: ReadonlyMap<string, number>): Map<string, TopicPartition[]>
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
