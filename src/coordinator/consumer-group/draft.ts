// A group of the consumer protocol while a decision is made: as it will be once what was written so far is applied.

import type { Step } from '../step.ts'
import { ConsumerGroup } from './consumer-group.ts'
import { assignmentRecord, metadataRecord, type ConsumerMember } from './member.ts'
import { memberTombstones, targetRecord, type ConsumerGroupRecord } from './records.ts'

export class Draft {
  readonly step: Step
  #group: ConsumerGroup
  #isOwn = false

  constructor(step: Step, group: ConsumerGroup) {
    this.step = step
    this.#group = group
  }
  get group(): ConsumerGroup {
    return this.#group
  }
  write(record: ConsumerGroupRecord): void {
    // The state itself is changed when the record is in the log.
    if (!this.#isOwn) this.#group = new ConsumerGroup(this.#group.id, this.#group)
    this.#isOwn = true
    this.step.write(record)
    this.#group.apply(record)
  }
  removeMember(memberId: string): void {
    for (const record of memberTombstones(this.#group.id, memberId)) this.write(record)
  }
  /** KIP-345: the member has what the one before had, and is to have. */
  replaceMember(old: ConsumerMember, member: ConsumerMember): void {
    const groupId = this.#group.id,
      target = this.#group.targetOf(old.memberId)
    this.removeMember(old.memberId)
    this.write(metadataRecord(groupId, member))
    this.write(targetRecord(groupId, member.memberId, target))
    this.write(assignmentRecord(groupId, member))
  }
}
