// One decision while it is being made: what it sees, and what it has come to so far, in the order in which it happens.

import type { ErrorName } from '../protocol/index.ts'
import type { GroupConfig } from './config.ts'
import type { ConsumerMember } from './consumer-group/member.ts'
import { noAssignment, type ClassicGroup, type Member } from './group/classic-group.ts'
import type { Answer, Decision, Refusal, Timer, To } from './machine.ts'
import type { Durable, LogRecord } from './records.ts'
import type { Answers, Awareness, GroupEvent, GroupTypes, GroupView, JoinAnswer, SyncAnswer, Told } from './requests.ts'
import type { TopicNames } from './topic-names.ts'

/** What a decision goes by besides the state. */
export interface Surroundings {
  readonly config: GroupConfig
  readonly topics: TopicNames
}
interface Identified {
  readonly id: string
}

export class Step implements Decision<GroupTypes> {
  readonly records: LogRecord[] = []
  readonly answers: Answer<GroupTypes['response'] | Refusal>[] = []
  readonly effects: (Told | Timer<GroupTypes['request']>)[] = []
  readonly durable: Durable
  /** The classic ones. */
  readonly groups: Map<string, ClassicGroup>
  readonly awareness: Map<string, Awareness>
  readonly config: GroupConfig
  readonly topics: TopicNames
  /** The time of day. */
  readonly now: number

  constructor({ durable, volatile }: GroupView, { config, topics }: Surroundings, now: number) {
    this.durable = durable
    this.groups = volatile.classic
    this.awareness = volatile.awareness
    this.config = config
    this.topics = topics
    this.now = now
  }

  answer<Is extends keyof Answers>(to: To, response: Answers[Is]): void {
    this.answers.push({ to, response })
  }
  write(record: LogRecord): void {
    this.records.push(record)
  }
  /** The group as it is now is what a restarted coordinator begins with. */
  writeGroup(group: ClassicGroup): void {
    this.write({ is: 'group', groupId: group.id, value: group.metadata() })
  }
  start(name: string, afterMs: number, event: GroupEvent): void {
    this.effects.push({ is: 'timer', key: event.key, name, afterMs, event })
  }
  startUnlessRunning(name: string, afterMs: number, event: GroupEvent): void {
    this.effects.push({ is: 'timer', key: event.key, name, afterMs, event, unlessRunning: true })
  }
  cancel({ id }: Identified, name: string): void {
    this.effects.push({ is: 'cancel', key: id, name })
  }
  /** From here on the member has so long to be heard of again. */
  startSession(group: ClassicGroup, { memberId, sessionTimeoutMs }: Member, afterMs = sessionTimeoutMs): void {
    this.start(sessionOf(memberId), afterMs, { is: 'sessionExpired', key: group.id, memberId })
  }
  endSession(group: ClassicGroup, memberId: string): void {
    this.cancel(group, sessionOf(memberId))
  }
  /** The same for a member of a group of the consumer protocol: there the broker says how long. */
  startConsumerSession({ id: key }: Identified, { memberId, classic }: ConsumerMember): void {
    const afterMs = classic?.sessionTimeoutMs ?? this.config.consumer.sessionTimeoutMs(key)
    this.start(sessionOf(memberId), afterMs, { is: 'sessionExpired', key, memberId })
  }
  tell({ id }: Identified, event: string, fields: Told['fields'] = {}): void {
    this.effects.push({ is: 'told', groupId: id, event, fields })
  }
  awarenessOf(groupId: string): Awareness {
    let awareness = this.awareness.get(groupId)
    if (awareness === undefined) this.awareness.set(groupId, (awareness = { topicsVersion: undefined }))
    return awareness
  }

  refuseJoin(to: To, error: ErrorName, memberId = ''): void {
    this.answer<'join'>(to, { ...noJoin, error, memberId })
  }
  refuseSync(to: To, error: ErrorName): void {
    this.answer<'sync'>(to, { ...noSync, error })
  }
  /** Answers a join that waits in the member, if one does. */
  releaseJoin(member: Member, answer: JoinAnswer): void {
    if (member.joining === undefined) return
    this.answer<'join'>(member.joining, answer)
    member.joining = undefined
  }
  /** Answers a sync that waits in the member, if one does; says whether. */
  releaseSync(member: Member, answer: SyncAnswer): boolean {
    if (member.syncing === undefined) return false
    this.answer<'sync'>(member.syncing, answer)
    member.syncing = undefined
    return true
  }
}

export const noJoin: JoinAnswer = {
  error: 'NONE',
  memberId: '',
  generation: -1,
  protocolType: null,
  protocol: null,
  leader: '',
  skipAssignment: false,
  members: [],
}
export const noSync: SyncAnswer = { error: 'NONE', protocolType: null, protocol: null, assignment: noAssignment }

const sessionOf = (memberId: string) => `session ${memberId}`
