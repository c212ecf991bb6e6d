import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ManualClock, silentLogger } from '../../base/index.ts'
import type { ServerRequest } from '../../connection/index.ts'
import {
  endTxn,
  errorCode,
  fetch,
  heartbeat,
  initProducerId,
  joinGroup,
  leaveGroup,
  type AnyApi,
} from '../../protocol/index.ts'
import { EventRings } from './event-rings.ts'
import { FlightRecorder } from './flight-recorder.ts'

const clock = new ManualClock()
const answered = (recorder: FlightRecorder, asked: ServerRequest, answer: object) => recorder.answered(asked, answer)
const request = (api: AnyApi, body: object, remote = '127.0.0.1:5000') =>
  ({
    api,
    apiVersion: api.stable.to,
    body,
    header: { clientId: 'billing', correlationId: 1 },
    connection: { remote },
  }) as unknown as ServerRequest
const texts = (recorder: FlightRecorder, ...[kind, name]: Parameters<FlightRecorder['story']>) =>
  recorder.story(kind, name)?.map(({ text, count }) => (count === 1 ? text : `${text} ×${count}`))

test('a member that joins and leaves is told in sentences, with what the coordinator did between', () => {
  const recorder = new FlightRecorder({ clock })
  const join = {
    groupId: 'g',
    memberId: '',
    groupInstanceId: null,
    protocols: [{ name: 'range' }],
    sessionTimeoutMs: 45_000,
    rebalanceTimeoutMs: 60_000,
    reason: null,
  }
  answered(recorder, request(joinGroup, join), {
    errorCode: errorCode('MEMBER_ID_REQUIRED'),
    memberId: 'm-1',
    members: [],
  })
  recorder.heeding(silentLogger).info('group rebalances', { group: 'g', generation: 0, reason: 'm-1 joins' })
  answered(recorder, request(joinGroup, { ...join, memberId: 'm-1' }), {
    errorCode: 0,
    generationId: 1,
    leader: 'm-1',
    memberId: 'm-1',
    protocolName: 'range',
    members: [{}],
  })
  answered(
    recorder,
    request(leaveGroup, { groupId: 'g', members: [{ memberId: 'm-1', groupInstanceId: null, reason: 'closed' }] }),
    { errorCode: 0, members: [{ errorCode: 0 }] },
  )
  assert.deepEqual(texts(recorder, 'group', 'g'), [
    'billing (127.0.0.1:5000) asked to join as a new member, offering range (session 45 s, rebalance 60 s): is to come again as m-1',
    '— group rebalances: generation 0, reason m-1 joins',
    'billing (127.0.0.1:5000) asked to join as m-1, offering range (session 45 s, rebalance 60 s): is in generation 1 as the leader of 1, to be assigned by range, as m-1',
    'billing (127.0.0.1:5000) took m-1 out of the group, because: closed: ok',
  ])
})

test('heartbeats are counted, not repeated, until one is answered otherwise', () => {
  const recorder = new FlightRecorder({ clock })
  const beat = (memberId: string, error: 'NONE' | 'REBALANCE_IN_PROGRESS') =>
    answered(recorder, request(heartbeat, { groupId: 'g', generationId: 3, memberId }), { errorCode: errorCode(error) })
  for (let i = 0; i < 5; i++) for (const member of ['a', 'b']) beat(member, 'NONE')
  beat('a', 'REBALANCE_IN_PROGRESS')
  const sign = (member: string, answer: string) =>
    `billing (127.0.0.1:5000) gave a sign of life as ${member} of generation 3: ${answer}`
  assert.deepEqual(texts(recorder, 'group', 'g'), [
    `${sign('a', 'ok')} ×5`,
    `${sign('b', 'ok')} ×5`,
    sign('a', 'REBALANCE_IN_PROGRESS'),
  ])
})

test('a transaction that is fenced is told', () => {
  const recorder = new FlightRecorder({ clock })
  answered(
    recorder,
    request(initProducerId, { transactionalId: 't', transactionTimeoutMs: 60_000, producerId: -1, producerEpoch: -1 }),
    { errorCode: 0, producerId: 7, producerEpoch: 2 },
  )
  answered(recorder, request(endTxn, { transactionalId: 't', producerId: 7, producerEpoch: 1, committed: true }), {
    errorCode: errorCode('PRODUCER_FENCED'),
  })
  assert.deepEqual(
    texts(recorder, 'transaction', 't')?.map(text => text.replace(/^.*?\) /, '')),
    [
      'asked for a producer id (transactions of up to 60 s): is producer 7 of epoch 2',
      'committed, as producer 7 of epoch 1: PRODUCER_FENCED',
    ],
  )
})

test('a connection is told by what it asked, and an idempotent producer without transactions is of no transaction', () => {
  const recorder = new FlightRecorder({ clock })
  for (let i = 0; i < 3; i++) answered(recorder, request(fetch, {}), { errorCode: 0, responses: [] })
  answered(recorder, request(initProducerId, { transactionalId: null }), { errorCode: 0 })
  assert.deepEqual(texts(recorder, 'connection', '127.0.0.1:5000'), [
    `billing asked Fetch v${fetch.stable.to}: ok ×3`,
    `billing asked InitProducerId v${initProducerId.stable.to}: ok`,
  ])
  assert.deepEqual(recorder.subjects('transaction'), [])
})

test('memory is bounded: the oldest events, and the subjects that were silent longest, are given up', () => {
  const rings = new EventRings({ eventsMax: 3, subjectsMax: 2 })
  for (let i = 0; i < 5; i++) rings.note('a', `event ${i}`, i)
  assert.deepEqual(
    rings.eventsOf('a')?.map(({ text }) => text),
    ['event 2', 'event 3', 'event 4'],
  )
  rings.note('b', 'first', 6)
  rings.note('a', 'again', 7)
  rings.note('c', 'first', 8)
  assert.deepEqual(
    rings.subjects().map(({ name }) => name),
    ['c', 'a'],
  )
  assert.equal(rings.eventsOf('b'), undefined)
})
