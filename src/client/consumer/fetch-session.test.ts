import assert from 'node:assert/strict'
import { test } from 'node:test'

import { FetchSession, type FetchPlace } from './fetch-session.ts'

/** 'a0:5 b1:7': topic, partition and offset. */
const places = (text: string, { epoch = 1, generation = '' } = {}): FetchPlace[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map(one => ({
      topic: one[0]!,
      topicId: one[0]! + generation,
      partition: Number(one[1]),
      fetchOffset: Number(one.slice(3)),
      currentLeaderEpoch: epoch,
      partitionMaxBytes: 1000,
    }))
function ask(session: FetchSession, wanted: readonly FetchPlace[], usesIds = true): string {
  const { sessionId, sessionEpoch, topics, forgottenTopicsData } = session.request(wanted, { usesIds })
  const said = topics.flatMap(({ topicId, partitions }) =>
    partitions.map(({ partition, fetchOffset }) => `${topicId}${partition}:${fetchOffset}`),
  )
  const forgotten = forgottenTopicsData.flatMap(({ topicId, partitions }) => partitions.map(one => `-${topicId}${one}`))
  return [`${sessionId}/${sessionEpoch}`, ...said, ...forgotten].join(' ')
}

test('after the first request of a session, only what has changed is said', () => {
  const session = new FetchSession()
  assert.equal(ask(session, places('a0:0 a1:0 b0:0')), '0/0 a0:0 a1:0 b0:0')
  session.answered(7)
  assert.equal(ask(session, places('a0:5 a1:0 b0:0')), '7/1 a0:5')
  session.answered(7)
  assert.equal(ask(session, places('a0:5 a1:0 b0:0')), '7/2')
  session.answered(7)
  assert.equal(ask(session, places('a0:5 c0:9')), '7/3 c0:9 -a1 -b0')
  session.answered(7)
  assert.equal(ask(session, places('a0:5 c0:9', { epoch: 2 })), '7/4 a0:5 c0:9')
})
test('a broker that keeps no session is told all each time', () => {
  const session = new FetchSession()
  for (let i = 0; i < 3; i++) {
    assert.equal(ask(session, places('a0:0')), '0/0 a0:0')
    session.answered(0)
    assert(!session.isOpen)
  }
})
test('after a failure all is said, and the session that was is ended in the same request', () => {
  const session = new FetchSession()
  ask(session, places('a0:0'))
  session.answered(7)
  session.failed()
  assert.equal(ask(session, places('a0:0')), '7/0 a0:0')
  session.answered(8)
  assert.equal(ask(session, places('a0:1')), '8/1 a0:1')
  session.lost()
  assert.equal(ask(session, places('a0:1')), '0/0 a0:1')
})
test('a topic that was made anew under its name is another one', () => {
  const session = new FetchSession()
  ask(session, places('a0:5'))
  session.answered(7)
  assert.equal(ask(session, places('a0:5', { generation: '2' })), '7/1 a20:5 -a0')
  session.answered(7)
  assert.equal(ask(session, places('a0:5', { generation: '2' })), '7/2')
})
test('names and ids are not mixed in a session', () => {
  const session = new FetchSession()
  ask(session, places('a0:5'))
  session.answered(7)
  assert.equal(ask(session, places('a0:5'), false), '7/0 a0:5')
})
test('its epochs begin again at 1 after the last', () => {
  const session = new FetchSession()
  ask(session, places('a0:0'))
  session.answered(7)
  for (let i = 0; i < 3; i++) session.answered(7)
  assert.equal(ask(session, places('a0:0')), '7/4')
  assert.deepEqual(session.end(), { sessionId: 7, sessionEpoch: -1, topics: [], forgottenTopicsData: [] })
  assert(!session.isOpen)
})
