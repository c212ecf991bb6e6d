// What an assignor of the coordinator is (KIP-848): who is to have which partition. Pure, and sticky where it can be.

import type { Assignment } from '../consumer-group/assignment.ts'

export interface Subscriber {
  readonly memberId: string
  readonly instanceId: string | null
  /** Ids of topics that there are. */
  readonly topicIds: ReadonlySet<string>
  /** What it was to have until now. */
  readonly target: Assignment
}
export interface Subscribers {
  readonly members: readonly Subscriber[]
  readonly partitionCount: (topicId: string) => number
}
/** An assignment for each member, in the order of the members. */
export type Assignor = (subscribers: Subscribers) => readonly Assignment[]
