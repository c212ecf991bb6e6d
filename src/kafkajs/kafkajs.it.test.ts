// The drop-in as applications use kafkajs, on a broker of our own, or on any cluster named in MILLRACE_TEST_BOOTSTRAP.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { startBroker, type TestBroker } from '../testing/index.ts'
import {
  AssignerProtocol,
  CompressionTypes,
  Kafka,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
  logLevel,
  type Admin,
  type Consumer,
  type ConsumerConfig,
  type ConsumerRunConfig,
  type EachMessagePayload,
  type PartitionAssigner,
  type Producer,
} from './index.ts'

const given = process.env['MILLRACE_TEST_BOOTSTRAP']
const retry = { initialRetryTime: 10, retries: 8 }
let broker: TestBroker | undefined
let kafka: Kafka
let admin: Admin
let producer: Producer
let names = 0

before(async () => {
  broker =
    given === undefined ? await startBroker({ properties: { 'group.min.session.timeout.ms': '500' } }) : undefined
  const brokers = (given ?? broker!.bootstrap).split(',')
  kafka = new Kafka({ brokers, clientId: 'kafkajs-test', logLevel: logLevel.NOTHING, retry })
  admin = kafka.admin()
  producer = kafka.producer({ metadataMaxAge: 50 })
  await Promise.all([admin.connect(), producer.connect()])
})
after(async () => {
  await Promise.all([admin.disconnect(), producer.disconnect()])
  await broker?.stop()
})

async function newTopic(numPartitions = 1): Promise<string> {
  const topic = `kafkajs-${process.pid}-${names++}`
  assert.equal(await admin.createTopics({ topics: [{ topic, numPartitions }] }), true)
  return topic
}
const texts = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => ({ value: `${from + i}` }))
/** Joined, and reading from the beginning. */
async function running(topic: string, run: ConsumerRunConfig, config: Partial<ConsumerConfig> = {}): Promise<Consumer> {
  const consumer = kafka.consumer({
    groupId: `group-of-${topic}`,
    maxWaitTimeInMs: 50,
    heartbeatInterval: 50,
    ...config,
  })
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run(run)
  return consumer
}
/** What handlers are given, until it is `count`. */
function collector<T>(count: number, of: (payload: EachMessagePayload) => T) {
  const { promise, resolve } = Promise.withResolvers<T[]>()
  const seen: T[] = []
  return {
    all: promise,
    eachMessage: async (payload: EachMessagePayload) => {
      if (seen.push(of(payload)) === count) resolve(seen)
    },
  }
}
const committed = async (topic: string) =>
  (await admin.fetchOffsets({ groupId: `group-of-${topic}`, topics: [topic] }))[0]!.partitions.map(
    ({ offset }) => offset,
  )

for (const [name, compression] of Object.entries(CompressionTypes))
  test(`kafkajs: what is sent is read, ${name}`, async () => {
    const topic = await newTopic()
    const message = { key: 'k', value: 'v', headers: { list: ['a', 'b'], one: Buffer.from('c') }, timestamp: '1234' }
    const [sent] = await producer.send({ topic, compression, messages: [message, { value: null }] })
    assert.deepEqual([sent?.topicName, sent?.partition, sent?.baseOffset, sent?.errorCode], [topic, 0, '0', 0])
    const { all, eachMessage } = collector(2, ({ message }) => message)
    const consumer = await running(topic, { eachMessage })
    const [first, second] = await all
    assert.deepEqual(
      [first?.key?.toString(), first?.value?.toString(), first?.timestamp, first?.offset],
      ['k', 'v', '1234', '0'],
    )
    assert.deepEqual(first?.headers, { list: [Buffer.from('a'), Buffer.from('b')], one: Buffer.from('c') })
    assert.deepEqual([second?.key, second?.value, second?.offset], [null, null, '1'])
    await consumer.disconnect()
    assert.deepEqual(await committed(topic), ['2'])
  })

test('kafkajs: a handler that fails gets the same message again, and what came before it is stored', async () => {
  const topic = await newTopic()
  await producer.send({ topic, messages: texts(0, 3) })
  const seen: string[] = []
  const { promise: done, resolve } = Promise.withResolvers<void>()
  const consumer = await running(topic, {
    eachMessage: async ({ message }) => {
      seen.push(message.offset)
      if (seen.length === 2) {
        assert.deepEqual(await committed(topic), ['-1'])
        throw new Error('not this time')
      }
      if (message.offset === '1') assert.deepEqual(await committed(topic), ['1'])
      if (message.offset === '2') resolve()
    },
  })
  await done
  await consumer.disconnect()
  assert.deepEqual(seen, ['0', '1', '1', '2'])
})
test('kafkajs: what a batch handler has not resolved comes again', async () => {
  const topic = await newTopic()
  await producer.send({ topic, messages: texts(0, 4) })
  const batches: string[][] = []
  const { promise: done, resolve } = Promise.withResolvers<void>()
  const consumer = await running(topic, {
    eachBatchAutoResolve: false,
    eachBatch: async payload => {
      const { batch } = payload
      batches.push(batch.messages.map(({ offset }) => offset))
      payload.resolveOffset(batches.length === 1 ? '1' : batch.lastOffset())
      if (batches.length === 2) resolve()
      assert.equal(payload.uncommittedOffsets().topics[0]?.partitions[0]?.offset, batches.length === 1 ? '2' : '4')
    },
  })
  await done
  await consumer.disconnect()
  assert.deepEqual(batches, [
    ['0', '1', '2', '3'],
    ['2', '3'],
  ])
})
test('kafkajs: a handler that cannot succeed crashes the consumer, which says whether it runs again', async () => {
  const topic = await newTopic()
  await producer.send({ topic, messages: texts(0, 1) })
  for (const [error, kind, restart] of [
    [new Error('fails always'), KafkaJSNumberOfRetriesExceeded, true],
    [new TypeError('a bug'), KafkaJSNonRetriableError, false],
  ] as const) {
    const crash = Promise.withResolvers<{ error: Error; restart: boolean }>()
    const consumer = kafka.consumer({
      groupId: `crash-${names++}`,
      retry: { ...retry, retries: 1 },
      maxWaitTimeInMs: 50,
    })
    consumer.on(consumer.events.CRASH, ({ payload }) => crash.resolve(payload))
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: async () => {
        throw error
      },
    })
    const payload = await crash.promise
    assert(payload.error instanceof kind)
    assert.equal(payload.error.cause, error)
    assert.equal(payload.restart, restart)
    await consumer.disconnect()
  }
})
test('kafkajs: a consumer is sought and paused before it has joined, and while it runs', async () => {
  const topic = await newTopic(2)
  for (const partition of [0, 1])
    await producer.send({ topic, messages: texts(0, 3).map(message => ({ ...message, partition })) })
  const seen: string[] = []
  const { promise: done, resolve } = Promise.withResolvers<void>()
  const consumer = kafka.consumer({ groupId: `group-of-${topic}`, maxWaitTimeInMs: 50 })
  await consumer.subscribe({ topic, fromBeginning: true })
  void consumer.run({
    eachMessage: async ({ partition, message }) => {
      seen.push(`${partition}:${message.offset}`)
      if (seen.length === 1) {
        assert.deepEqual(consumer.paused(), [{ topic, partitions: [1] }])
        consumer.resume([{ topic, partitions: [1] }])
        consumer.seek({ topic, partition: 1, offset: '1' })
      }
      if (seen.length === 3) resolve()
    },
  })
  consumer.seek({ topic, partition: 0, offset: '2' })
  consumer.pause([{ topic, partitions: [1] }])
  await done
  await consumer.disconnect()
  assert.deepEqual(seen, ['0:2', '1:1', '1:2'])
})
test('kafkajs: partitions that are added are divided among the members, and none is read twice', async () => {
  const topic = await newTopic(1)
  const { all, eachMessage } = collector(9, ({ partition, message }) => `${partition}:${message.value}`)
  const members = await Promise.all([0, 1].map(() => running(topic, { eachMessage }, { metadataMaxAge: 100 })))
  await producer.send({ topic, messages: texts(0, 3) })
  assert.equal(await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }), true)
  await producer.send({ topic, messages: texts(3, 9).map((message, i) => ({ ...message, partition: i % 3 })) })
  const seen = await all
  await Promise.all(members.map(member => member.disconnect()))
  assert.equal(new Set(seen).size, 9)
})
test('kafkajs: an assigner of the application sees the user data of all members', async () => {
  const topic = await newTopic(2)
  const told: string[] = []
  const assigner =
    (name: string): PartitionAssigner =>
    ({ cluster }) => ({
      name: 'by-name',
      version: 1,
      protocol: ({ topics }) => ({
        name: 'by-name',
        metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.from(name) }),
      }),
      async assign({ members, topics }) {
        const named = members.map(({ memberId, memberMetadata }) => ({
          memberId,
          name: String(AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData),
        }))
        told.push(
          named
            .map(({ name }) => name)
            .toSorted()
            .join(),
        )
        const partitions = cluster.findTopicPartitionMetadata(topics[0]!).map(({ partitionId }) => partitionId)
        const [first, ...others] = named.toSorted((a, b) => (a.name < b.name ? -1 : 1))
        return [
          { memberId: first!.memberId, assignment: { [topics[0]!]: partitions } },
          ...others.map(({ memberId }) => ({ memberId, assignment: {} })),
        ].map(({ memberId, assignment }) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version: 1,
            assignment,
            userData: Buffer.from('x'),
          }),
        }))
      },
    })
  const joined = Promise.withResolvers<void>()
  const members: Consumer[] = []
  for (const name of ['b', 'a']) {
    const member = kafka.consumer({
      groupId: `group-of-${topic}`,
      partitionAssigners: [assigner(name)],
      heartbeatInterval: 50,
      maxWaitTimeInMs: 50,
    })
    member.on(member.events.GROUP_JOIN, ({ payload }) => {
      if (name === 'a' && payload.memberAssignment[topic]?.length === 2) joined.resolve()
    })
    await member.subscribe({ topic, fromBeginning: true })
    await member.run({ eachMessage: async () => {} })
    members.push(member)
  }
  await joined.promise
  assert(told.includes('a,b'))
  await Promise.all(members.map(member => member.disconnect()))
})

test('kafkajs: a transaction counts when it is committed, with its offsets, and not when it is aborted', async () => {
  const topic = await newTopic()
  const transactional = kafka.producer({ transactionalId: `of-${topic}`, idempotent: true })
  await transactional.connect()
  for (const end of ['abort', 'commit'] as const) {
    const transaction = await transactional.transaction()
    await assert.rejects(transactional.transaction(), /already an ongoing transaction/)
    await transaction.send({ topic, messages: [{ value: end }] })
    const partitions = [{ partition: 0, offset: end === 'commit' ? '7' : '5' }]
    await transaction.sendOffsets({ consumerGroupId: `copies-${topic}`, topics: [{ topic, partitions }] })
    await transaction[end]()
    assert.equal(transaction.isActive(), false)
    await assert.rejects(transaction.send({ topic, messages: [{ value: 'late' }] }), /once ended/)
  }
  await transactional.disconnect()
  const { all, eachMessage } = collector(1, ({ message }) => String(message.value))
  const consumer = await running(topic, { eachMessage })
  assert.deepEqual(await all, ['commit'])
  await consumer.disconnect()
  const [stored] = await admin.fetchOffsets({ groupId: `copies-${topic}`, topics: [topic] })
  assert.equal(stored?.partitions[0]?.offset, '7')
})

test('kafkajs: errors are of the kinds and names of kafkajs', async () => {
  const topic = await newTopic()
  await assert.rejects(kafka.producer().send({ topic, messages: [] }), {
    name: 'KafkaJSError',
    message: 'The producer is disconnected',
  })
  await assert.rejects(producer.send({ topic: '', messages: [] }), {
    name: 'KafkaJSNonRetriableError',
    message: 'Invalid topic',
  })
  await assert.rejects(producer.send({ topic: 'not/valid', messages: [{ value: '' }] }), error => {
    assert(error instanceof KafkaJSNonRetriableError)
    assert(error.cause === undefined || error.cause instanceof Error)
    return true
  })
  await assert.rejects(admin.createPartitions({ topicPartitions: [{ topic, count: 1 }] }), error => {
    assert(error instanceof KafkaJSProtocolError)
    assert.deepEqual([error.type, error.code, error.retriable], ['INVALID_PARTITIONS', 37, false])
    return true
  })
  assert.equal(await admin.createTopics({ topics: [{ topic }] }), false)
  const nobody = new Kafka({
    brokers: ['127.0.0.1:1'],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 1, retries: 1 },
  })
  await assert.rejects(nobody.producer().connect(), error => {
    assert(error instanceof KafkaJSNumberOfRetriesExceeded)
    assert.equal((error.cause as Error).name, 'KafkaJSConnectionError')
    return true
  })
})
test('kafkajs: listeners hear of requests, and only then is anything made of them', async () => {
  const topic = await newTopic()
  const own = kafka.producer()
  const requests: string[] = []
  const remove = own.on(own.events.REQUEST, ({ payload }) => requests.push(`${payload.apiName} ${payload.clientId}`))
  await own.connect()
  await own.send({ topic, messages: texts(0, 1) })
  assert(requests.includes('Produce kafkajs-test'), requests.join())
  remove()
  const heard = requests.length
  await own.send({ topic, messages: texts(1, 2) })
  assert.equal(requests.length, heard)
  await own.disconnect()
  assert.throws(
    () => own.on('producer.nothing' as never, () => {}),
    /Event name should be one of producer\.events\.CONNECT/,
  )
})
