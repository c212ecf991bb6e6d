// roundrobin: all partitions of all topics are dealt out one by one to the members that subscribe to them.

import { inOrder, topicsOf, type PureAssignor, type TopicPartition } from './assignor.ts'

export const roundRobinAssignor: PureAssignor = {
  name: 'roundrobin',
  protocol: 'eager',
  assign(members, partitionCounts) {
    const assignment = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]))
    const circle = inOrder(members)
    let next = 0
    for (const topic of topicsOf(members)) {
      for (let partition = 0; partition < (partitionCounts.get(topic) ?? 0); partition++) {
        while (!circle[next % circle.length]!.topics.includes(topic)) next++
        assignment.get(circle[next++ % circle.length]!.memberId)!.push({ topic, partition })
      }
    }
    return assignment
  },
}
