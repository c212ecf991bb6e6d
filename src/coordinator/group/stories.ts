// How the tests of groups are written: requests in a line, and stories of what each is answered. Only tests use it.

import assert from 'node:assert/strict'

import { writeSubscription } from '../../protocol/index.ts'
import { groupConfigDefaults, type GroupConfig } from '../config.ts'
import { groupMachine } from '../groups.ts'
import type { Timer, To } from '../machine.ts'
import { noTopicId, type LogRecord } from '../records.ts'
import type { Commit, GroupEvent, GroupRequest, Join, JoinAnswer, Sync } from '../requests.ts'
import { TestTopics } from '../testing.ts'

type Change<R> = Partial<Omit<R, 'is' | 'key' | 'to'>>
type Request = GroupRequest | GroupEvent

export const key = 'g'
const member = { memberId: '', groupInstanceId: null }
/** What a consumer says of itself that reads these topics. */
export const reads = (...topics: string[]): Buffer => writeSubscription({ topics })
export const range = [{ name: 'range', metadata: reads('t') }]

export const join = (to: To, memberId: string, change: Change<Join> = {}): Join => ({
  is: 'join',
  key,
  to,
  memberId,
  groupInstanceId: null,
  freshId: 'x',
  clientId: 'c',
  clientHost: '/127.0.0.1',
  sessionTimeoutMs: 45_000,
  rebalanceTimeoutMs: 60_000,
  protocolType: 'consumer',
  protocols: range,
  reason: null,
  comesAgain: true,
  canSkipAssignment: true,
  ...change,
})
/** A first join of a client that comes again with the id that it is given: `c-<freshId>`. */
export const asks = (to: To, freshId: string, change: Change<Join> = {}): Join => join(to, '', { freshId, ...change })
/** A join of a static member that does not know its id. */
export const joinStatic = (to: To, groupInstanceId: string, freshId: string, change: Change<Join> = {}): Join =>
  join(to, '', { groupInstanceId, freshId, ...change })
export const sync = (
  to: To,
  memberId: string,
  generation: number,
  assignments: Readonly<Record<string, string>> = {},
  change: Change<Sync> = {},
): Sync => ({
  is: 'sync',
  key,
  to,
  memberId,
  generation,
  groupInstanceId: null,
  protocolType: 'consumer',
  protocol: 'range',
  assignments: new Map(Object.entries(assignments).map(([id, assignment]) => [id, Buffer.from(assignment)])),
  ...change,
})
export const beat = (
  to: To,
  memberId: string,
  generation: number,
  groupInstanceId: string | null = null,
): GroupRequest => ({ is: 'heartbeat', key, to, memberId, generation, groupInstanceId })
export const leave = (to: To, ...members: { memberId?: string; groupInstanceId?: string }[]): GroupRequest => ({
  is: 'leave',
  key,
  to,
  members: members.map(change => ({ ...member, reason: null, ...change })),
})
export const commit = (
  to: To,
  memberId: string,
  generation: number,
  offset: number,
  change: Change<Commit> & { readonly metadata?: string; readonly topic?: string } = {},
): Commit => ({
  is: 'commit',
  key,
  to,
  memberId,
  generation,
  groupInstanceId: null,
  retentionMs: -1,
  noGroupError: 'GROUP_ID_NOT_FOUND',
  topics: [
    {
      name: change.topic ?? 't',
      topicId: noTopicId,
      partitions: [{ partition: 0, offset, leaderEpoch: -1, metadata: change.metadata ?? '' }],
    },
  ],
  ...change,
})
export const fetch = (to: To, topics: readonly string[] | null = ['t']): GroupRequest => ({
  is: 'fetch',
  key,
  to,
  topics: topics && topics.map(name => ({ name, topicId: noTopicId, partitions: [0] })),
})
export const deleteOffsets = (to: To, topic: string): GroupRequest => ({
  is: 'deleteOffsets',
  key,
  to,
  topics: [{ name: topic, partitions: [0] }],
})
export const describe = (to: To): GroupRequest => ({ is: 'describe', key, to })
export const deleteGroup = (to: To): GroupRequest => ({ is: 'delete', key, to })
export const expires = (memberId: string): GroupEvent => ({ is: 'sessionExpired', key, memberId })
export const joinDeadline: GroupEvent = { is: 'joinDeadline', key }
export const syncDeadline = (generation: number): GroupEvent => ({ is: 'syncDeadline', key, generation })

/** A request, what is answered by it, the state of the group after it, and how many records it writes. */
export type Scene = readonly [request: Request, answers: readonly string[], state: string, records: number]

/** The machine, with the log that it has written. Nothing is lost, and all is committed at once. */
export class Stage {
  readonly machine
  readonly view
  readonly log: LogRecord[] = []
  readonly topics = new TestTopics({ t: 6 })
  now = 1_000_000
  constructor(config: Partial<GroupConfig> = {}) {
    this.machine = groupMachine({
      config: { ...groupConfigDefaults, initialRebalanceDelayMs: 0, ...config },
      topics: this.topics,
    })
    this.view = { ...this.machine.create(), uncommitted: () => false }
  }
  take(request: Request) {
    const decision = this.machine.decide(this.view, request, this.now)
    for (const record of decision.records) this.machine.apply(this.view.durable, record)
    this.log.push(...decision.records)
    return decision
  }
  answers(request: Request): string[] {
    return this.take(request).answers.map(({ to, response }) => `${to}: ${show(response)}`)
  }
  /** The timers that a request starts and cancels, those of the machine's events by name. */
  timers(request: Request): string[] {
    return this.take(request)
      .effects.filter((effect): effect is Timer<Request> => effect.is !== 'told')
      .map(timer => (timer.is === 'timer' ? `${timer.name} in ${timer.afterMs}` : `${timer.name} ends`))
  }
  get group() {
    return this.view.volatile.classic.get(key)
  }
  get state(): string {
    return this.view.durable.consumerGroups.get(key)?.state ?? this.group?.state ?? 'none'
  }
  /** A machine that has just replayed the log. */
  restarted(config: Partial<GroupConfig> = {}): Stage {
    const stage = new Stage(config)
    stage.now = this.now
    for (const record of this.log) {
      stage.machine.apply(stage.view.durable, record)
      stage.log.push(record)
    }
    for (const groupId of stage.machine.keys(stage.view.durable)) stage.machine.revive(stage.view, groupId, this.now)
    return stage
  }
}
/** Plays a story, a scene after the other. */
export function play(scenes: readonly Scene[], stage: Stage = new Stage()): Stage {
  for (const [i, [request, answers, state, records]] of scenes.entries()) {
    const before = stage.log.length
    assert.deepEqual(
      [stage.answers(request), stage.state, stage.log.length - before],
      [answers, state, records],
      `scene ${i + 1}: ${request.is}`,
    )
  }
  return stage
}

/** One answer in a line: `NONE generation 1 leader a of a b`. */
function show(response: object): string {
  const answer = response as Partial<JoinAnswer> & {
    readonly error: string
    readonly assignment?: Buffer
    readonly state?: string
    readonly topics?: readonly { readonly name: string; readonly partitions: readonly object[] }[]
  }
  const { error, generation = -1, members, topics } = answer
  return [
    error,
    error === 'MEMBER_ID_REQUIRED' && answer.memberId,
    generation >= 0 && `${answer.memberId} in generation ${generation} led by ${answer.leader}`,
    answer.state,
    members && members.length > 0 && `of ${members.map(showMember).join(' ')}`,
    answer.skipAssignment && 'assignment skipped',
    answer.assignment && answer.assignment.length > 0 && `has ${answer.assignment.toString()}`,
    ...(topics ?? []).flatMap(({ name, partitions }) =>
      partitions.map(partition => `${name} ${showPartition(partition)}`),
    ),
  ]
    .filter(Boolean)
    .join(' ')
}
function showMember(member: { readonly memberId: string; readonly groupInstanceId: string | null }): string {
  const { error } = member as { error?: string }
  const name = member.memberId || member.groupInstanceId
  return error === undefined || error === 'NONE' ? `${name}` : `${name}: ${error}`
}
function showPartition(partition: object): string {
  const { error, committed } = partition as {
    error?: string
    committed?: { offset: number; metadata: string }
  }
  if (error !== undefined) return error
  return committed === undefined ? 'at -1' : `at ${committed.offset}${committed.metadata && ` (${committed.metadata})`}`
}
