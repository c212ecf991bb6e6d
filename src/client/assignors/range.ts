// range, Java's default: topic by topic, each member takes a consecutive piece; the first ones take one more where it
// does not divide evenly. Members that read several topics of the same size get the same partitions of each.

import { inOrder, topicsOf, type PureAssignor, type TopicPartition } from './assignor.ts'

export const rangeAssignor: PureAssignor = {
  name: 'range',
  protocol: 'eager',
  assign(members, partitionCounts) {
    const assignment = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]))
    for (const topic of topicsOf(members)) {
      const readers = inOrder(members.filter(({ topics }) => topics.includes(topic)))
      const count = partitionCounts.get(topic) ?? 0
      const each = Math.floor(count / readers.length)
      const extra = count % readers.length
      let partition = 0
      readers.forEach(({ memberId }, place) => {
        for (const end = partition + each + (place < extra ? 1 : 0); partition < end; partition++)
          assignment.get(memberId)!.push({ topic, partition })
      })
    }
    return assignment
  },
}
