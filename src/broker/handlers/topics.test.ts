import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import type { ClientConnection } from '../../connection/index.ts'
import {
  createPartitions,
  createTopics,
  deleteTopics,
  describeTopicPartitions,
  errorName,
  listPartitionReassignments,
  metadata,
  type RequestDraftOf,
} from '../../protocol/index.ts'
import { batchOf, produceTo, TestCluster } from '../testing.ts'

const noId = '0'.repeat(32)
type Creatable = RequestDraftOf<typeof createTopics>['topics'][number]

suite('3.2 topics', () => {
  let cluster: TestCluster
  let connection: ClientConnection
  before(async () => {
    cluster = await TestCluster.start({
      brokers: 3,
      properties: { 'num.partitions': '4', 'max.request.partition.size.limit': '5' },
    })
    connection = await cluster.connect()
  })
  after(() => cluster.stop())

  const creatable = (name: string, topic: Partial<Creatable> = {}): Creatable => ({
    name,
    numPartitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: [],
    ...topic,
  })
  const create = async (
    topics: readonly Creatable[],
    { validateOnly = false, version = 7 }: { validateOnly?: boolean; version?: number } = {},
  ) =>
    (await connection.request(createTopics, { topics, timeoutMs: 1000, validateOnly }, { versionMax: version })).topics
  const names = async () => (await connection.request(metadata, { topics: null })).topics.map(({ name }) => name)

  test('3.2 CreateTopics: errors are per topic, and the others of the request are created', async () => {
    const answers = await create([
      creatable('fine'),
      creatable('none', { numPartitions: 0 }),
      creatable('replicas', { replicationFactor: 4 }),
      creatable('a b'),
      creatable('configs', { configs: [{ name: 'no.such', value: '1' }] }),
      creatable('twice'),
      creatable('twice'),
    ])
    assert.deepEqual(
      answers.map(({ name, errorCode }) => [name, errorName(errorCode)]),
      [
        ['fine', 'NONE'],
        ['none', 'INVALID_PARTITIONS'],
        ['replicas', 'INVALID_REPLICATION_FACTOR'],
        ['a b', 'INVALID_TOPIC_EXCEPTION'],
        ['configs', 'INVALID_CONFIG'],
        ['twice', 'INVALID_REQUEST'],
      ],
    )
  })
  test('3.2 CreateTopics: a topic that exists is TOPIC_ALREADY_EXISTS, with the message that users know', async () => {
    await create([creatable('again')])
    const [answer] = await create([creatable('again')])
    assert.deepEqual(
      [errorName(answer!.errorCode), answer!.errorMessage],
      ['TOPIC_ALREADY_EXISTS', "Topic 'again' already exists."],
    )
  })
  test('3.2 CreateTopics: -1 takes the defaults, and the answer has counts, id and effective configs', async () => {
    const configs = [{ name: 'retention.ms', value: '5' }]
    const [answer] = await create([creatable('defaults', { numPartitions: -1, replicationFactor: -1, configs })])
    assert.deepEqual([answer!.numPartitions, answer!.replicationFactor], [4, 1])
    assert.notEqual(answer!.topicId, noId)
    assert.deepEqual(
      answer!.configs!.find(({ name }) => name === 'retention.ms'),
      { name: 'retention.ms', value: '5', readOnly: false, configSource: 1, isSensitive: false },
    )
    assert.equal(answer!.configs!.length, 33)
  })
  test('3.2 CreateTopics: every version is answered', async () => {
    for (let version = 2; version <= 7; version++) {
      const [answer] = await create([creatable(`v${version}`)], { version })
      assert.equal(errorName(answer!.errorCode), 'NONE', `version ${version}`)
    }
  })
  test('3.2 CreateTopics: validate_only answers what would happen', async () => {
    const [answer] = await create([creatable('imagined', { numPartitions: 3 })], { validateOnly: true })
    assert.deepEqual([errorName(answer!.errorCode), answer!.numPartitions], ['NONE', 3])
    assert.ok(!(await names()).includes('imagined'))
  })
  test('3.2 CreateTopics: the topic can be produced to when the answer comes', async () => {
    await create([creatable('ready')])
    const leader = cluster.metadata.image.topics.get('ready')!.partitions[0]!.leader
    const { error } = await produceTo(await cluster.connect(leader), batchOf(['a']), { topic: 'ready' })
    assert.equal(error, 'NONE')
  })

  const remove = async (draft: Partial<RequestDraftOf<typeof deleteTopics>>, version = 6) =>
    (
      await connection.request(
        deleteTopics,
        { topics: [], topicNames: [], timeoutMs: 1000, ...draft },
        { versionMax: version },
      )
    ).responses

  test('3.2 DeleteTopics: a topic is gone from Metadata on return', async () => {
    await create([creatable('doomed'), creatable('older')])
    const [answer] = await remove({ topics: [{ name: 'doomed', topicId: noId }] })
    assert.equal(errorName(answer!.errorCode), 'NONE')
    await remove({ topicNames: ['older'] }, 5)
    const left = await names()
    assert.ok(!left.includes('doomed') && !left.includes('older'))
  })
  test('3.2 DeleteTopics: by id; an unknown one is UNKNOWN_TOPIC_ID, and a topic made anew has a new id', async () => {
    const [{ topicId } = { topicId: noId }] = await create([creatable('identified')])
    const [deleted] = await remove({ topics: [{ name: null, topicId }] })
    assert.deepEqual([deleted!.name, errorName(deleted!.errorCode)], ['identified', 'NONE'])
    const [again] = await create([creatable('identified')])
    assert.notEqual(again!.topicId, topicId)
    const [unknown] = await remove({ topics: [{ name: null, topicId }] })
    assert.deepEqual([unknown!.name, errorName(unknown!.errorCode)], [null, 'UNKNOWN_TOPIC_ID'])
  })
  test('3.2 DeleteTopics: of its producers nothing is left, a topic made anew does not know them', async () => {
    await using alone = await TestCluster.start()
    const client = await alone.connect()
    const send = (baseSequence: number) =>
      produceTo(client, batchOf(['a'], { producerId: 9, producerEpoch: 4, baseSequence }), { topic: 'reborn' })
    for (let life = 0; life < 2; life++) {
      await alone.createTopic('reborn')
      assert.deepEqual([(await send(0)).baseOffset, (await send(2)).error], [0, 'OUT_OF_ORDER_SEQUENCE_NUMBER'])
      await alone.metadata.deleteTopics([{ name: 'reborn' }])
    }
  })
  test('3.2 DeleteTopics: neither name nor id, or both, is INVALID_REQUEST', async () => {
    const topics = [
      { name: null, topicId: noId },
      { name: 'x', topicId: 'a'.repeat(32) },
    ]
    assert.deepEqual(
      (await remove({ topics })).map(({ errorMessage }) => errorMessage),
      ['Neither topic name nor id were specified.', 'You may not specify both topic name and topic id.'],
    )
  })
  test('3.2 DeleteTopics: delete.topic.enable=false is TOPIC_DELETION_DISABLED', async () => {
    await using strict = await TestCluster.start({ properties: { 'delete.topic.enable': 'false' } })
    await strict.createTopic('kept')
    const request = { topics: [], topicNames: ['kept'], timeoutMs: 1000 }
    for (const [version, error] of [
      [5, 'TOPIC_DELETION_DISABLED'],
      [2, 'INVALID_REQUEST'],
    ] as const) {
      const { responses } = await (await strict.connect()).request(deleteTopics, request, { versionMax: version })
      assert.equal(errorName(responses[0]!.errorCode), error)
    }
    assert.ok(strict.metadata.image.topics.has('kept'))
  })

  test('3.2 CreatePartitions: count not above the current one is INVALID_PARTITIONS with a message, in the array', async () => {
    await cluster.createTopic('growing', { partitions: 2 })
    const increase = async (count: number) => {
      const topics = [{ name: 'growing', count, assignments: null }]
      const { results } = await connection.request(createPartitions, { topics, timeoutMs: 1000, validateOnly: false })
      return results.map(({ name, errorCode, errorMessage }) => [name, errorName(errorCode), errorMessage])
    }
    assert.deepEqual(await increase(2), [['growing', 'INVALID_PARTITIONS', 'Topic already has 2 partition(s).']])
    assert.deepEqual(await increase(1), [
      ['growing', 'INVALID_PARTITIONS', 'The topic growing currently has 2 partition(s); 1 would not be an increase.'],
    ])
    assert.deepEqual(await increase(5), [['growing', 'NONE', null]])
    assert.equal(cluster.metadata.image.topics.get('growing')!.partitions.length, 5)
  })

  test('DescribeTopicPartitions goes through topics by name, a page at a time', async () => {
    await cluster.createTopic('page-a', { partitions: 3 })
    await cluster.createTopic('page-b', { partitions: 9 })
    const pages: [string | null, number[], string][] = []
    let cursor: { topicName: string; partitionIndex: number } | null = null
    do {
      const request: RequestDraftOf<typeof describeTopicPartitions> = {
        topics: [{ name: 'page-c' }, { name: 'page-b' }, { name: 'page-a' }],
        responsePartitionLimit: 2000,
        cursor,
      }
      const page = await connection.request(describeTopicPartitions, request)
      for (const { name, partitions, errorCode } of page.topics)
        pages.push([name, partitions.map(({ partitionIndex }) => partitionIndex), errorName(errorCode)])
      cursor = page.nextCursor
    } while (cursor !== null)
    assert.deepEqual(pages, [
      ['page-a', [0, 1, 2], 'NONE'],
      ['page-b', [0, 1], 'NONE'],
      ['page-b', [2, 3, 4, 5, 6], 'NONE'],
      ['page-b', [7, 8], 'NONE'],
      ['page-c', [], 'UNKNOWN_TOPIC_OR_PARTITION'],
    ])
  })
  test('ListPartitionReassignments lists none', async () => {
    const { errorCode, topics } = await connection.request(listPartitionReassignments, { topics: null })
    assert.deepEqual([errorName(errorCode), topics], ['NONE', []])
  })
})
