// How the tests of groups of the consumer protocol are written: heartbeats in a line, and what each is answered. Only tests
// use it.

import assert from 'node:assert/strict'

import { key, Stage } from '../group/stories.ts'
import type { Timer, To } from '../machine.ts'
import type { ConsumerHeartbeat, ConsumerHeartbeatAnswer, GroupEvent, GroupRequest } from '../requests.ts'
import { idOf } from '../testing.ts'
import { assignmentOf, topicPartitionsOf, type Assignment } from './assignment.ts'

type Change = Partial<Omit<ConsumerHeartbeat, 'is' | 'key' | 'to' | 'owned'>> & { readonly owns?: string | null }

/** A heartbeat that says nothing but that the member lives; `owns` is like 't012 u0'. */
export function beat(to: To, memberId: string, memberEpoch: number, { owns = null, ...change }: Change = {}) {
  const request: ConsumerHeartbeat = {
    is: 'consumerHeartbeat',
    key,
    to,
    memberId,
    freshId: 'fresh',
    memberEpoch,
    instanceId: null,
    rackId: null,
    clientId: 'c',
    clientHost: '/127.0.0.1',
    rebalanceTimeoutMs: -1,
    subscribedTopicNames: null,
    subscribedTopicRegex: null,
    serverAssignor: null,
    owned: owns === null ? null : read(owns),
    ...change,
  }
  return request
}
export function joins(to: To, memberId: string, change: Change = {}): ConsumerHeartbeat {
  const said = { rebalanceTimeoutMs: 60_000, subscribedTopicNames: ['t'], owns: '' }
  return beat(to, memberId, 0, { ...said, ...change })
}
export const leaves = (to: To, memberId: string): ConsumerHeartbeat => beat(to, memberId, -1)
export const revocationEnds = (memberId: string, memberEpoch: number): GroupEvent => ({
  is: 'revocationDeadline',
  key,
  memberId,
  memberEpoch,
})

function read(text: string): Assignment {
  const topics = text.split(' ').filter(Boolean)
  return assignmentOf(
    topics.map(([topic, ...partitions]) => ({ topicId: idOf(topic!), partitions: partitions.map(Number) })),
  )
}
/** `a@2 t012`, with `-` for what is told to be nothing. */
function show({ topics }: Stage, response: object): string {
  const { error, memberId, memberEpoch, assignment } = response as ConsumerHeartbeatAnswer
  if (error !== 'NONE') return error
  if (assignment === null || assignment === undefined) return `${memberId}@${memberEpoch}`
  const told = topicPartitionsOf(assignment).map(
    ({ topicId, partitions }) => topics.nameOf(topicId) + partitions.join(''),
  )
  return `${memberId}@${memberEpoch} ${told.sort().join(' ') || '-'}`
}

/** What happens, what is answered by it, and the group after it. */
export type Scene = readonly [
  event: GroupRequest | GroupEvent | ((stage: Stage) => void),
  answer: string,
  state: string,
  epoch: number,
]
export function play(scenes: readonly Scene[], stage: Stage = new Stage()): Stage {
  for (const [i, [event, answer, state, epoch]] of scenes.entries()) {
    let answers: string[] = []
    if (typeof event === 'function') event(stage)
    else answers = stage.take(event).answers.map(({ response }) => show(stage, response))
    const group = stage.view.durable.consumerGroups.get(key)
    assert.deepEqual([answers.join('; '), stage.state, group?.epoch ?? -1], [answer, state, epoch], `scene ${i + 1}`)
  }
  return stage
}
/** The timers that an event starts and ends. */
export function timersOf(stage: Stage, event: GroupRequest | GroupEvent): string[] {
  return stage
    .take(event)
    .effects.filter((effect): effect is Timer<GroupRequest | GroupEvent> => effect.is !== 'told')
    .map(timer => (timer.is === 'timer' ? `${timer.name} in ${timer.afterMs}` : `${timer.name} ends`))
}
