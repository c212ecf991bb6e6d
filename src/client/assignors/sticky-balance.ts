// The balance of the sticky assignors (KIP-54): as even as the subscriptions allow, moving as little as it must. Where racks count
// (KIP-881), what is free goes to members nearby, and what must move is rather what is far from its owner.

import { keyOf } from '../membership/partitions.ts'
import { inOrder, topicsOf, type GroupMember, type TopicPartition } from './assignor.ts'
import type { IsNear } from './racks.ts'

/** Who may keep what: the claim of the newest generation counts; two claims of the same one cancel each other (KIP-792). */
export function ownersOf(
  members: readonly GroupMember[],
  partitionCounts: ReadonlyMap<string, number>,
): Map<string, string> {
  const claims = new Map<string, { memberId: string | undefined; generation: number }>()
  for (const { memberId, owned, generation, topics } of members) {
    for (const partition of owned) {
      if (!topics.includes(partition.topic) || partition.partition >= (partitionCounts.get(partition.topic) ?? 0))
        continue
      const key = keyOf(partition)
      const other = claims.get(key)
      if (other === undefined || generation > other.generation) claims.set(key, { memberId, generation })
      else if (generation === other.generation) claims.set(key, { memberId: undefined, generation })
    }
  }
  return new Map([...claims].flatMap(([key, { memberId }]) => (memberId === undefined ? [] : [[key, memberId]])))
}

export function balanced(
  members: readonly GroupMember[],
  partitionCounts: ReadonlyMap<string, number>,
  owners: ReadonlyMap<string, string>,
  isNear?: IsNear,
): Map<string, TopicPartition[]> {
  const ordered = inOrder(members)
  const assignment = new Map<string, TopicPartition[]>(ordered.map(({ memberId }) => [memberId, []]))
  const readers = new Map<string, GroupMember[]>(
    topicsOf(members).map(topic => [topic, ordered.filter(({ topics }) => topics.includes(topic))]),
  )
  const all = [...readers.keys()].flatMap(topic =>
    Array.from({ length: partitionCounts.get(topic) ?? 0 }, (_, partition) => ({ topic, partition })),
  )
  for (const partition of all) {
    const owner = owners.get(keyOf(partition))
    if (owner !== undefined) assignment.get(owner)!.push(partition)
  }
  const load = ({ memberId }: GroupMember) => assignment.get(memberId)!.length
  const least = (topic: string) => readers.get(topic)!.reduce((a, b) => (load(b) < load(a) ? b : a))
  // Those that few can take are given away first, so that the many are left to even out what remains.
  const free = all
    .filter(partition => !owners.has(keyOf(partition)))
    .toSorted((a, b) => readers.get(a.topic)!.length - readers.get(b.topic)!.length)
  const share = Math.floor(all.length / ordered.length)
  const near = (partition: TopicPartition) =>
    readers
      .get(partition.topic)!
      .filter(member => load(member) < share && isNear?.(member, partition) === true)
      .reduce<GroupMember | undefined>((a, b) => (a === undefined || load(b) < load(a) ? b : a), undefined)
  const far = free.filter(partition => {
    const member = near(partition)
    if (member !== undefined) assignment.get(member.memberId)!.push(partition)
    return member === undefined
  })
  for (const partition of far) assignment.get(least(partition.topic).memberId)!.push(partition)

  // Each move takes a partition from one that has at least two more: the sum of squares falls, so this comes to an end.
  for (let moved = true; moved;) {
    moved = false
    for (const from of ordered.toSorted((a, b) => load(b) - load(a))) {
      const mine = assignment.get(from.memberId)!
      const mayMove = ({ topic }: TopicPartition) => load(least(topic)) + 1 < mine.length
      const distant = mine.findLastIndex(partition => isNear?.(from, partition) === false && mayMove(partition))
      const at = distant >= 0 ? distant : mine.findLastIndex(mayMove)
      if (at < 0) continue
      const [partition] = mine.splice(at, 1)
      assignment.get(least(partition!.topic).memberId)!.push(partition!)
      moved = true
    }
  }
  return assignment
}
