import assert from 'node:assert/strict'
import { test } from 'node:test'

import { deleteTopics } from './delete-topics.ts'
import { after, imageWith, withTopic } from './testing.ts'

const image = withTopic(withTopic(imageWith({ brokers: 1 }), 'a', [1]), 'b', [1])
const idOf = (name: string) => image.topics.get(name)!.id

test('topics are deleted by name and by id', () => {
  const decision = deleteTopics(image, [{ name: 'a' }, { topicId: idOf('b') }])
  assert.deepEqual(decision.outcome, [
    { name: 'a', topicId: idOf('a'), error: 'NONE' },
    { name: 'b', topicId: idOf('b'), error: 'NONE' },
  ])
  assert.equal(after(image, decision).topics.size, 0)
})

test('a topic that does not exist is unknown by name or by id', () => {
  const { records, outcome } = deleteTopics(image, [{ name: 'nope' }, { topicId: 'f'.repeat(32) }])
  assert.deepEqual(
    outcome.map(({ name, topicId, error }) => [name, topicId, error]),
    [
      ['nope', undefined, 'UNKNOWN_TOPIC_OR_PARTITION'],
      [null, 'f'.repeat(32), 'UNKNOWN_TOPIC_ID'],
    ],
  )
  assert.deepEqual(records, [])
})

test('what is named twice is not deleted, and answered once', () => {
  const { records, outcome } = deleteTopics(image, [{ name: 'a' }, { name: 'a' }])
  assert.deepEqual(outcome, [
    { name: 'a', topicId: undefined, error: 'INVALID_REQUEST', message: 'Duplicate topic name.' },
  ])
  assert.deepEqual(records, [])
})

test('a topic that is named and given by id too is deleted once', () => {
  const { records, outcome } = deleteTopics(image, [{ topicId: idOf('a') }, { name: 'a' }])
  assert.equal(records.length, 1)
  assert.deepEqual(
    outcome.map(({ error }) => error),
    ['NONE', 'INVALID_REQUEST'],
  )
})
