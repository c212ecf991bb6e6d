// range, Java's default: topic by topic, each member takes a consecutive piece; the first ones take one more where it
// does not divide evenly. Members that read several topics of the same size get the same partitions of each.
//
// Where racks count (KIP-881), each member first takes what is near it, of topics of the same readers and size together, and
// the pieces are made of what is left.

import { inOrder, topicsOf, type GroupMember, type PureAssignor, type TopicPartition } from './assignor.ts'
import { nearness, type IsNear } from './racks.ts'

export const rangeAssignor: PureAssignor = {
  name: 'range',
  protocol: 'eager',
  assign(members, partitionCounts, racksOf) {
    const ranges = topicsOf(members).map(topic => {
      const readers = inOrder(members.filter(({ topics }) => topics.includes(topic)))
      return new TopicRange(topic, readers, partitionCounts.get(topic) ?? 0)
    })
    const isNear = nearness(members, partitionCounts, racksOf)
    if (isNear !== undefined)
      for (const alike of Map.groupBy(ranges, range => range.shape).values()) takeNear(alike, isNear)
    const assignment = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]))
    for (const range of ranges) range.takeRest(assignment)
    return assignment
  },
}

/** Partition by partition, to the first reader that is near it in all of these topics, and has room. */
function takeNear(alike: readonly TopicRange[], isNear: IsNear): void {
  const { readers, partitionCount } = alike[0]!
  for (let partition = 0; partition < partitionCount; partition++) {
    const taker = readers.find(member =>
      alike.every(range => range.roomOf(member) > 0 && isNear(member, { topic: range.topic, partition })),
    )
    if (taker !== undefined) for (const range of alike) range.take(taker, partition)
  }
}

/** How one topic is divided: who has what, and how much more they may take. */
class TopicRange {
  readonly topic: string
  readonly readers: readonly GroupMember[]
  readonly partitionCount: number
  readonly #takers = new Map<number, GroupMember>()
  readonly #taken = new Map<GroupMember, number>()
  readonly #each: number
  /** How many readers may still take one more than the others. */
  #extra: number

  constructor(topic: string, readers: readonly GroupMember[], partitionCount: number) {
    this.topic = topic
    this.readers = readers
    this.partitionCount = partitionCount
    this.#each = Math.floor(partitionCount / readers.length)
    this.#extra = partitionCount % readers.length
  }
  /** The same of topics with the same readers and size. */
  get shape(): string {
    return JSON.stringify([this.partitionCount, this.readers.map(({ memberId }) => memberId)])
  }
  roomOf(member: GroupMember): number {
    return Math.max(0, this.#each + (this.#extra > 0 ? 1 : 0) - (this.#taken.get(member) ?? 0))
  }
  take(member: GroupMember, partition: number): void {
    const taken = (this.#taken.get(member) ?? 0) + 1
    this.#taken.set(member, taken)
    this.#takers.set(partition, member)
    if (taken > this.#each) this.#extra--
  }
  takeRest(assignment: Map<string, TopicPartition[]>): void {
    let partition = 0
    for (const member of this.readers)
      for (let room = this.roomOf(member); room > 0 && partition < this.partitionCount; partition++) {
        if (this.#takers.has(partition)) continue
        this.take(member, partition)
        room--
      }
    const { topic } = this
    for (const [taken, { memberId }] of [...this.#takers].toSorted(([a], [b]) => a - b))
      assignment.get(memberId)!.push({ topic, partition: taken })
  }
}
