// The consumer on a broker of our own, or on any cluster named in MILLRACE_TEST_BOOTSTRAP.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment, systemClock } from '../../base/index.ts'
import { buildBatch } from '../../protocol/index.ts'
import { startBroker } from '../../testing/index.ts'
import { clusterUnderTest } from '../cluster-under-test.ts'
import { cooperativeStickyAssignor, type Consumer, type ConsumerOptions } from '../index.ts'
import { byNumber, filledTopic, memberOf, numbered, partitionsOf, take, until, type TopicOptions } from './testing.ts'

const seed = seedFromEnvironment()
console.log(`consumer: SEED=${seed}`)
const tested = clusterUnderTest(
  'consumer',
  () => startBroker({ properties: { 'group.min.session.timeout.ms': '500' } }),
  { backoffMs: 10, backoffMsMax: 50, metadataMaxAgeMs: 300 },
)
const { ownBroker, newName } = tested

const newTopic = (options: TopicOptions = {}) => filledTopic(tested.client, newName(), options)
const member = (groupId: string, topic: string | RegExp, options: ConsumerOptions = {}) =>
  memberOf(tested.client, { groupId, topic, heartbeatIntervalMs: 50, ...options })
function reading(
  topic: string,
  offset: 'earliest' | 'latest' | number = 'earliest',
  options: ConsumerOptions = {},
): Consumer {
  const consumer = tested.client.consumer(options)
  consumer.assign([{ topic, partition: 0, offset }])
  return consumer
}
// oxfmt-ignore
const beginnings = [
  // where                   what comes
  ['earliest',               numbered(0, 10)],
  [0,                        numbered(0, 10)],
  [5,                        numbered(5, 10)],
  [9,                        numbered(9, 10)],
] as const
for (const [offset, values] of beginnings)
  test(`reading from ${offset}`, async () => {
    await using consumer = reading(await newTopic(), offset)
    assert.deepEqual(await take(consumer, values.length), values)
    assert.equal(consumer.position({ topic: consumer.assignment[0]!.topic, partition: 0 }), 10)
    assert(consumer.atEnd())
    assert.deepEqual(await consumer.poll({ maxWaitMs: 10 }), [])
  })
test('from the end, only what comes later is read', async () => {
  const topic = await newTopic()
  await using consumer = reading(topic, 'latest')
  while (!consumer.atEnd()) await consumer.poll({ maxWaitMs: 10 })
  await using producer = tested.client.producer()
  await producer.send({ topic, value: 'new' })
  assert.deepEqual(await take(consumer, 1), ['new'])
})
test('a seek forgets what was fetched, and goes on there', async () => {
  const topic = await newTopic()
  await using consumer = reading(topic, 'earliest', { pollRecordsMax: 1 })
  await consumer.poll()
  consumer.seek({ topic, partition: 0, offset: 6 })
  assert.deepEqual(await take(consumer, 4), numbered(6, 10))
  consumer.seek({ topic, partition: 0, offset: 'earliest' })
  assert.deepEqual(await take(consumer, 10), numbered(0, 10))
  assert.throws(() => consumer.seek({ topic, partition: 3, offset: 0 }), { code: 'INVALID_ARGUMENT' })
})
test('a paused partition gives nothing until it is resumed, and then all', async () => {
  const topic = await newTopic({ partitions: 2 })
  await using consumer = tested.client.consumer()
  consumer.assign([0, 1].map(partition => ({ topic, partition, offset: 'earliest' })))
  consumer.pause([{ topic, partition: 0 }])
  assert.deepEqual(consumer.paused, [{ topic, partition: 0 }])
  assert.deepEqual(await take(consumer, 10), numbered(0, 10, 1))
  assert.deepEqual(await consumer.poll({ maxWaitMs: 50 }), [])
  consumer.resume([{ topic, partition: 0 }])
  assert.deepEqual(await take(consumer, 10), numbered(0, 10, 0))
})
test('an offset that the log does not have is reset, or is an error where that was asked for', async () => {
  const topic = await newTopic()
  await using resetting = reading(topic, 500, { offsetReset: 'earliest' })
  assert.deepEqual(await take(resetting, 10), numbered(0, 10))
  await using strict = reading(topic, 500, { offsetReset: 'none' })
  await assert.rejects(take(strict, 1), { code: 'OFFSET_OUT_OF_RANGE' })
  await using lost = tested.client.consumer({ groupId: newName(), offsetReset: 'none' })
  lost.assign([{ topic, partition: 0 }])
  await assert.rejects(take(lost, 1), { code: 'NO_OFFSET' })
})
test('a reader without an offset begins with what is not older than it wants, or at the end (KIP-1106)', async () => {
  const topic = await newTopic()
  const beginning = async (offsetReset: NonNullable<ConsumerOptions['offsetReset']>) => {
    await using consumer = tested.client.consumer({ groupId: newName(), offsetReset })
    consumer.assign([{ topic, partition: 0 }])
    while (consumer.position({ topic, partition: 0 }) === undefined) await consumer.poll({ maxWaitMs: 10 })
    consumer.pause([{ topic, partition: 0 }])
    return consumer.position({ topic, partition: 0 })
  }
  assert.equal(await beginning('by_duration:PT1H'), 10)
  await using producer = tested.client.producer()
  await producer.send({ topic, partition: 0, value: 'now' })
  await producer.send({ topic, partition: 0, value: 'then' })
  assert.equal(await beginning('by_duration:PT0S'), 12)
  await using recent = tested.client.consumer({ groupId: newName(), offsetReset: 'by_duration:PT1H' })
  recent.assign([{ topic, partition: 0 }])
  assert.deepEqual(await take(recent, 2), ['now', 'then'])
})
test('the offsets of times', async () => {
  const topic = await newTopic()
  await using consumer = reading(topic)
  const [at] = await consumer.offsets([{ topic, partition: 0 }], 1_007)
  assert.deepEqual([at!.offset, at!.timestamp], [7, 1_007])
})
test('records one by one: a loop that breaks goes on where it was, and commits what it has asked beyond', async () => {
  const topic = await newTopic()
  const groupId = newName()
  await using consumer = tested.client.consumer({ groupId, autoCommit: false })
  consumer.assign([{ topic, partition: 0, offset: 'earliest' }])
  const seen: number[] = []
  for await (const { offset } of consumer) if (seen.push(offset) === 3) break
  await consumer.commit()
  assert.deepEqual(
    (await consumer.committed([{ topic, partition: 0 }])).map(({ offset }) => offset),
    [2],
  )
  for await (const { offset } of consumer) if (seen.push(offset) === 10) break
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})
test('batch after batch: the one a loop breaks off at is read, and may be committed once the next is asked for', async () => {
  const topic = await newTopic({ count: 12 })
  const groupId = newName()
  await using consumer = tested.client.consumer({ groupId, autoCommit: false })
  consumer.assign([{ topic, partition: 0, offset: 'earliest' }])
  const stored = async () => (await consumer.committed([{ topic, partition: 0 }])).map(({ offset }) => offset)
  const seen: number[] = []
  for await (const batch of consumer.batches()) {
    if (seen.push(batch.baseOffset) === 2) break
  }
  await consumer.commit()
  assert.deepEqual([seen, await stored()], [[0, 4], [4]])
  for await (const batch of consumer.batches()) if (seen.push(batch.baseOffset) === 3) break
  assert.deepEqual(seen, [0, 4, 8])
  await consumer.commit()
  assert.deepEqual(await stored(), [8])
})
test('a seek within a loop is followed at once', async () => {
  const topic = await newTopic({ count: 8, batch: 8 })
  await using consumer = reading(topic)
  const seen: number[] = []
  for await (const { offset } of consumer) {
    seen.push(offset)
    if (seen.length === 3) consumer.seek({ topic, partition: 0, offset: 1 })
    if (seen.length === 6) break
  }
  assert.deepEqual(seen, [0, 1, 2, 1, 2, 3])
  assert.equal(consumer.lag({ topic, partition: 0 }), 4)
})
test('a list of records, and how far the reader is behind', async () => {
  const topic = await newTopic()
  await using consumer = reading(topic, 'earliest', { pollRecordsMax: 1 })
  assert.equal(consumer.lag({ topic, partition: 0 }), undefined)
  const records = await consumer.pollRecords()
  assert.deepEqual(
    records.map(({ offset, value }) => `${offset} ${value}`),
    ['0 0:0', '1 0:1', '2 0:2', '3 0:3'],
  )
  assert.equal(consumer.lag({ topic, partition: 0 }), 6)
  assert.equal(consumer.lag({ topic, partition: 5 }), undefined)
})
test('batches go from topic to topic as they are', async () => {
  const topic = await newTopic({ count: 8 })
  const copy = newName()
  await tested.client.admin.topics.create([{ name: copy, partitions: 2 }])
  await using consumer = reading(topic)
  await using producer = tested.client.producer({ maxBlockMs: 1_000 })
  await producer.send({ topic: copy, partition: 1, value: 'first' })
  while (!consumer.atEnd())
    for (const { bytes } of await consumer.poll()) {
      const before = Buffer.from(bytes)
      const { partition, offset } = await producer.sendBatch({ topic: copy, partition: 1, batch: bytes })
      assert.deepEqual([partition, offset % 4], [1, 1])
      assert.deepEqual(bytes, before, 'they are not written to')
    }
  await producer.send({ topic: copy, partition: 1, value: 'last' })
  await using reader = tested.client.consumer()
  reader.assign([{ topic: copy, partition: 1, offset: 'earliest' }])
  assert.deepEqual(await take(reader, 10), ['first', ...numbered(0, 8), 'last'])
  const send = (batch: Buffer) => () => producer.sendBatch({ topic: copy, partition: 1, batch })
  assert.throws(send(Buffer.from('no batch')), { name: 'KafkaError', code: 'CORRUPT_MESSAGE' })
  await assert.rejects(producer.sendBatch({ topic: copy, partition: 7, batch: buildBatch([{ timestamp: 0 }]) }), {
    code: 'UNKNOWN_TOPIC_OR_PARTITION',
  })
})
test('a poll that is aborted rejects with the reason, and a closed consumer ends its loops', async () => {
  const topic = await newTopic({ count: 0 })
  const consumer = reading(topic)
  const stop = new AbortController()
  const waiting = consumer.poll({ maxWaitMs: 60_000, signal: stop.signal })
  await assert.rejects(consumer.poll(), { code: 'INVALID_ARGUMENT' })
  stop.abort(new Error('enough'))
  await assert.rejects(waiting, /enough/)
  const loop = (async () => {
    for await (const _ of consumer) assert.fail('nothing is there')
  })()
  await systemClock.sleep(20)
  await consumer.close()
  await loop
  await assert.rejects(consumer.poll(), { code: 'CLOSED' })
})
test('a lost connection is opened again, and nothing is missed', ownBroker, async () => {
  const topic = await newTopic({ count: 200, batch: 1 })
  await using consumer = reading(topic, 'earliest', { maxPartitionBytes: 200 })
  const faults = [
    tested.broker.faults.add({ api: 'Fetch', drop: 'before', times: 3 }),
    tested.broker.faults.add({ api: 'Fetch', error: 'NOT_LEADER_OR_FOLLOWER', times: 3 }),
    tested.broker.faults.add({ api: 'Fetch', drop: 'after', times: 3 }),
  ]
  assert.deepEqual(await take(consumer, 200), numbered(0, 200))
  assert.deepEqual(
    faults.map(({ met }) => met),
    [3, 3, 3],
  )
})

test('members share the partitions, and take over from the one that leaves; nothing is missed or read twice', async () => {
  const topic = await newTopic({ partitions: 4, count: 50 })
  const groupId = newName()
  const a = member(groupId, topic)
  await until(() => a.seen.length === 200, 'one reads all')
  const b = member(groupId, topic)
  await until(() => partitionsOf(a).length === 2 && partitionsOf(b).length === 2, 'they share')
  assert.deepEqual([...partitionsOf(a), ...partitionsOf(b)].toSorted(byNumber), [0, 1, 2, 3])
  assert.equal(b.seen.length, 0, 'what was read is committed when it is given up')
  await using producer = tested.client.producer()
  await producer.sendAll([0, 1, 2, 3].map(partition => ({ topic, partition, value: 'more' })))
  await until(() => a.seen.length + b.seen.length === 204, 'both read on')
  assert.equal(b.seen.length, 2)
  await a.consumer.close()
  await until(() => partitionsOf(b).length === 4, 'the other takes over')
  await producer.sendAll([0, 1, 2, 3].map(partition => ({ topic, partition, value: 'last' })))
  await until(() => b.seen.length === 6, 'and reads on')
  await b.consumer.close()
  const offsets = await tested.client.admin.groups.offsets(groupId)
  assert.deepEqual(
    offsets.map(({ offset }) => offset),
    [52, 52, 52, 52],
  )
  assert.deepEqual(b.events.at(-1), 'revoked 0,1,2,3')
})
test(`with connections cut at random, a group misses nothing (seed ${seed})`, ownBroker, async () => {
  const random = new SeededRandom(seed)
  const topic = await newTopic({ partitions: 3, count: 0 })
  const groupId = newName()
  tested.broker.faults.add({ api: '*', drop: 'before', where: () => random.chance(0.02) })
  tested.broker.faults.add({ api: '*', drop: 'after', where: () => random.chance(0.02) })
  // The id of a member may be lost on its way: the group then waits for that member as long as a session lasts.
  const options = { autoCommitIntervalMs: 20, sessionTimeoutMs: 6_000 }
  const members = [member(groupId, topic, options), member(groupId, topic, options)]
  await using producer = tested.client.producer({ lingerMs: 0 })
  const expected = new Set<string>()
  for (let i = 0; i < 300; i++) {
    await producer.send({ topic, partition: i % 3, value: `value ${i}` })
    expected.add(`value ${i}`)
  }
  const seen = () => new Set(members.flatMap(({ seen }) => seen))
  await until(() => seen().size === expected.size, `all are read, SEED=${seed}`)
  tested.broker.faults.clear()
  await Promise.all(members.map(({ consumer }) => consumer.close()))
  assert.deepEqual(seen(), expected)
  const offsets = await tested.client.admin.groups.offsets(groupId)
  assert.deepEqual(
    offsets.map(({ offset }) => offset),
    [100, 100, 100],
  )
})
test('cooperative members give up only what moves', async () => {
  const topic = await newTopic({ partitions: 4, count: 1 })
  const groupId = newName()
  const options = { assignors: [cooperativeStickyAssignor] }
  const a = member(groupId, topic, options)
  await until(() => partitionsOf(a).length === 4, 'one has all')
  const b = member(groupId, topic, options)
  await until(() => partitionsOf(a).length === 2 && partitionsOf(b).length === 2, 'they share')
  assert.deepEqual(a.events.filter(event => event.startsWith('revoked')).length, 1)
  assert.equal(a.events.find(event => event.startsWith('revoked'))!.length, 'revoked 0,1'.length)
  await Promise.all([a.consumer.close(), b.consumer.close()])
})
test('a static member that comes back in time gets the partitions that it had', async () => {
  const topic = await newTopic({ partitions: 2, count: 1 })
  const groupId = newName()
  const a = member(groupId, topic, { groupInstanceId: 'a' })
  await until(() => partitionsOf(a).length === 2, 'the first has all')
  const b = member(groupId, topic, { groupInstanceId: 'b' })
  await until(() => partitionsOf(b).length === 1 && partitionsOf(a).length === 1, 'they share')
  const had = partitionsOf(a)
  const before = b.events.length
  await a.consumer.close()
  const again = member(groupId, topic, { groupInstanceId: 'a' })
  await until(() => partitionsOf(again).length === 1, 'it is back')
  assert.deepEqual(partitionsOf(again), had)
  assert.equal(b.events.length, before, 'the other has noticed nothing')
  await Promise.all([again.consumer.close(), b.consumer.close()])
})
test('a pattern finds topics that come later', async () => {
  const prefix = newName()
  const a = member(newName(), new RegExp(`^${prefix}\\.`))
  await systemClock.sleep(50)
  await tested.client.admin.topics.create([{ name: `${prefix}.orders`, partitions: 2 }])
  await until(() => a.consumer.assignment.length === 2, 'it is found')
  await a.consumer.close()
})
test('a reader that does not poll in time loses its partitions, and its commit is refused', ownBroker, async () => {
  const topic = await newTopic({ count: 3 })
  const lost: string[] = []
  await using consumer = tested.client.consumer({
    groupId: newName(),
    offsetReset: 'earliest',
    autoCommit: false,
    maxPollIntervalMs: 300,
    heartbeatIntervalMs: 30,
    onLost: partitions => void lost.push(...partitions.map(({ partition }) => String(partition))),
  })
  consumer.subscribe(topic)
  assert.equal((await take(consumer, 3)).length, 3)
  await systemClock.sleep(900)
  await assert.rejects(consumer.commit(), { name: 'KafkaError' })
  assert.equal((await take(consumer, 3)).length, 3, 'it joins again, and reads from what was committed')
  // Once, unless the machine is slower than the reader's own time.
  assert.deepEqual(new Set(lost), new Set(['0']))
})
test('commits by hand are where another reader begins', async () => {
  const topic = await newTopic()
  const groupId = newName()
  await using consumer = tested.client.consumer({ groupId, autoCommit: false })
  consumer.assign([{ topic, partition: 0, offset: 'earliest' }])
  await take(consumer, 10)
  await consumer.commit([{ topic, partition: 0, offset: 4, metadata: 'so far' }])
  assert.deepEqual(
    (await consumer.committed([{ topic, partition: 0 }])).map(({ offset, metadata }) => [offset, metadata]),
    [[4, 'so far']],
  )
  await using next = tested.client.consumer({ groupId })
  next.assign([{ topic, partition: 0 }])
  assert.deepEqual(await take(next, 6), numbered(4, 10))
})
test('what a consumer cannot do is said', async () => {
  await using alone = tested.client.consumer()
  assert.throws(() => alone.subscribe('x'), { code: 'INVALID_ARGUMENT' })
  await assert.rejects(alone.commit(), { code: 'INVALID_ARGUMENT' })
  assert.throws(() => tested.client.consumer({ autoCommit: true }), { code: 'INVALID_ARGUMENT' })
})
