import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { memoryFiles } from '../base/index.ts'
import type { ClientConnection } from '../connection/index.ts'
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  describeProducers,
  describeTransactions,
  endTxn,
  errorName,
  findCoordinator,
  initProducerId,
  listTransactions,
  offsetFetch,
  produce,
  txnOffsetCommit,
  writeTxnMarkers,
} from '../protocol/index.ts'
import { batchOf, fetchFrom, TestCluster, topic, turns, valuesOf } from './testing.ts'

const properties = { 'transaction.state.log.num.partitions': '2' }
interface Producer {
  readonly producerId: number
  readonly producerEpoch: number
}

/** A client that does by hand what transactional producers do, in a cluster of one or more brokers. */
class TransactionalClient {
  readonly cluster: TestCluster
  readonly #connections = new Map<number, ClientConnection>()
  readonly #sequences = new Map<string, number>()
  readonly transactionalId: string
  producer: Producer = { producerId: -1, producerEpoch: -1 }
  constructor(cluster: TestCluster, transactionalId = 't') {
    this.cluster = cluster
    this.transactionalId = transactionalId
  }

  async connection(nodeId: number): Promise<ClientConnection> {
    let connection = this.#connections.get(nodeId)
    if (connection === undefined || connection.isClosed)
      this.#connections.set(nodeId, (connection = await this.cluster.connect(nodeId)))
    return connection
  }
  async coordinator(keyType = 1, key = this.transactionalId): Promise<ClientConnection> {
    const any = await this.connection(this.cluster.nodes[0]!.nodeId)
    const { coordinators } = await any.request(findCoordinator, { keyType, coordinatorKeys: [key] })
    const { errorCode, nodeId } = coordinators[0]!
    assert.equal(errorName(errorCode), 'NONE')
    return this.connection(nodeId)
  }
  leaderOf(index: number): Promise<ClientConnection> {
    return this.connection(this.cluster.metadata.image.topics.get(topic)!.partitions[index]!.leader)
  }
  async init(
    options: { expected?: Producer; transactionTimeoutMs?: number; versionMax?: number } = {},
  ): Promise<string> {
    const { expected, transactionTimeoutMs = 60_000, versionMax = 5 } = options
    const { transactionalId } = this
    const draft = { transactionalId, transactionTimeoutMs, ...expected }
    const answer = await (await this.coordinator()).request(initProducerId, draft, { versionMax })
    if (answer.errorCode === 0) {
      this.producer = { producerId: answer.producerId, producerEpoch: answer.producerEpoch }
      this.#sequences.clear()
    }
    return errorName(answer.errorCode)
  }
  async add(...indexes: number[]): Promise<string> {
    return this.addAt(3, ...indexes)
  }
  async addAt(versionMax: number, ...indexes: number[]): Promise<string> {
    const draft = {
      v3AndBelowTransactionalId: this.transactionalId,
      v3AndBelowProducerId: this.producer.producerId,
      v3AndBelowProducerEpoch: this.producer.producerEpoch,
      v3AndBelowTopics: [{ name: topic, partitions: indexes }],
    }
    const answer = await (await this.coordinator()).request(addPartitionsToTxn, draft, { versionMax })
    const results = answer.resultsByTopicV3AndBelow[0]!.resultsByPartition
    return [...new Set(results.map(result => errorName(result.partitionErrorCode)))].join()
  }
  async produce(
    value: string,
    { index = 0, versionMax = 11, producer = this.producer, transactional = true, sequence = -1 } = {},
  ): Promise<string> {
    const key = `${producer.producerId} ${producer.producerEpoch} ${index}`
    const baseSequence = sequence < 0 ? (this.#sequences.get(key) ?? 0) : sequence
    const records = batchOf([value], { ...producer, baseSequence, transactional })
    const { transactionalId } = this
    const draft = {
      transactionalId,
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: topic, partitionData: [{ index, records }] }],
    }
    const answer = await (await this.leaderOf(index)).request(produce, draft, { versionMax })
    const error = errorName(answer.responses[0]!.partitionResponses[0]!.errorCode)
    if (error === 'NONE') this.#sequences.set(key, baseSequence + 1)
    return error
  }
  async end(committed: boolean, { versionMax = 4, producer = this.producer } = {}): Promise<string> {
    const { transactionalId } = this
    const draft = { transactionalId, ...producer, committed }
    const answer = await (await this.coordinator()).request(endTxn, draft, { versionMax })
    await turns()
    // KIP-890: each end comes with the next epoch.
    if (versionMax >= 5 && answer.errorCode === 0) {
      this.producer = { producerId: answer.producerId, producerEpoch: answer.producerEpoch }
      this.#sequences.clear()
    }
    return errorName(answer.errorCode)
  }
  async committed(index = 0): Promise<string[]> {
    const { records, abortedTransactions } = await fetchFrom(await this.leaderOf(index), 0, {
      partition: index,
      isolationLevel: 1,
    })
    // Markers are given out, too.
    const values = valuesOf(records).filter(value => !value.startsWith('\0'))
    return abortedTransactions!.length > 0 ? ['aborted', ...values] : values
  }
  async addOffsets(groupId = 'g'): Promise<string> {
    const { transactionalId, producer } = this
    const answer = await (await this.coordinator()).request(addOffsetsToTxn, { transactionalId, ...producer, groupId })
    return errorName(answer.errorCode)
  }
  async commitOffset(committedOffset: number, versionMax = 4): Promise<string> {
    const { transactionalId, producer } = this
    const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: null }]
    const draft = { transactionalId, groupId: 'g', ...producer, memberId: '', topics: [{ name: topic, partitions }] }
    const answer = await (await this.coordinator(0, 'g')).request(txnOffsetCommit, draft, { versionMax })
    return errorName(answer.topics[0]!.partitions[0]!.errorCode)
  }
  async offset(requireStable = true): Promise<number | string> {
    const topics = [{ name: topic, partitionIndexes: [0] }]
    const answer = await (
      await this.coordinator(0, 'g')
    ).request(offsetFetch, { groups: [{ groupId: 'g', topics }], requireStable }, { versionMax: 9 })
    const { errorCode, committedOffset } = answer.groups[0]!.topics[0]!.partitions[0]!
    return errorCode === 0 ? committedOffset : errorName(errorCode)
  }
  async describe() {
    const answer = await (
      await this.coordinator()
    ).request(describeTransactions, { transactionalIds: [this.transactionalId] })
    return answer.transactionStates[0]!
  }
}
async function started(brokers = 1, partitions = 1, files = memoryFiles()): Promise<TestCluster> {
  const cluster = await TestCluster.start({ brokers, properties, files })
  await cluster.createTopic(topic, { partitions, replicationFactor: brokers })
  return cluster
}
async function begun(cluster: TestCluster): Promise<TransactionalClient> {
  const client = new TransactionalClient(cluster)
  assert.equal(await client.init(), 'NONE')
  return client
}

suite('3.8 Transactions', () => {
  test('what commits is read, what aborts is told to readers of committed records', async () => {
    await using cluster = await started()
    const client = await begun(cluster)
    assert.equal(await client.add(0), 'NONE')
    assert.equal(await client.produce('a'), 'NONE')
    assert.equal(await client.produce('b'), 'NONE')
    assert.deepEqual(await client.committed(), [])
    assert.equal(await client.end(true), 'NONE')
    assert.deepEqual(await client.committed(), ['a', 'b'])
    assert.equal(await client.add(0), 'NONE')
    assert.equal(await client.produce('c'), 'NONE')
    assert.equal(await client.end(false), 'NONE')
    assert.deepEqual((await client.committed()).slice(0, 3), ['aborted', 'a', 'b'])
  })
  test('a batch for a partition that was not added is INVALID_TXN_STATE, from version 11 on TRANSACTION_ABORTABLE', async () => {
    await using cluster = await started(1, 2)
    const client = await begun(cluster)
    assert.equal(await client.produce('a', { versionMax: 10 }), 'INVALID_TXN_STATE')
    assert.equal(await client.produce('a', { versionMax: 11 }), 'TRANSACTION_ABORTABLE')
    await client.add(0)
    assert.equal(await client.produce('a'), 'NONE')
    assert.equal(await client.produce('a', { index: 1, versionMax: 10 }), 'INVALID_TXN_STATE')
    await client.end(true)
    assert.equal(await client.produce('late', { versionMax: 10 }), 'INVALID_TXN_STATE', 'the transaction is over')
  })
  test('a write from outside of the open transaction of its producer is INVALID_TXN_STATE', async () => {
    await using cluster = await started()
    const client = await begun(cluster)
    await client.add(0)
    await client.produce('a')
    assert.equal(await client.produce('b', { transactional: false }), 'INVALID_TXN_STATE')
  })
  test('a partition that is not there fails the request for all, each by its own error', async () => {
    await using cluster = await started()
    const client = await begun(cluster)
    assert.equal(await client.add(0, 7), 'OPERATION_NOT_ATTEMPTED,UNKNOWN_TOPIC_OR_PARTITION')
  })

  test('InitProducerId while a transaction is open aborts it, and fences who has begun it', async () => {
    await using cluster = await started()
    const old = await begun(cluster)
    await old.add(0)
    await old.produce('a')
    const next = await begun(cluster)
    assert.deepEqual(
      [next.producer.producerId, next.producer.producerEpoch],
      [old.producer.producerId, old.producer.producerEpoch + 2],
      'an epoch for the fencing, and one for the next',
    )
    assert.equal(await old.produce('b'), 'INVALID_PRODUCER_EPOCH')
    assert.equal(await old.end(true), 'PRODUCER_FENCED')
    assert.equal(await old.end(true, { versionMax: 1 }), 'INVALID_PRODUCER_EPOCH')
    assert.equal(await old.add(0), 'PRODUCER_FENCED')
    assert.equal(await old.addAt(1, 0), 'INVALID_PRODUCER_EPOCH')
    assert.equal(await old.init({ expected: old.producer }), 'PRODUCER_FENCED')
    assert.equal(await old.init({ expected: old.producer, versionMax: 3 }), 'INVALID_PRODUCER_EPOCH')
    assert.deepEqual((await next.committed())[0], 'aborted')
  })
  test('a timeout above transaction.max.timeout.ms, or none, is INVALID_TRANSACTION_TIMEOUT', async () => {
    await using cluster = await started()
    const client = new TransactionalClient(cluster)
    assert.equal(await client.init({ transactionTimeoutMs: 900_001 }), 'INVALID_TRANSACTION_TIMEOUT')
    assert.equal(await client.init({ transactionTimeoutMs: 0 }), 'INVALID_TRANSACTION_TIMEOUT')
    assert.equal(await client.init({ transactionTimeoutMs: 900_000 }), 'NONE')
    const unnamed = new TransactionalClient(cluster, '')
    assert.equal(await unnamed.init(), 'INVALID_REQUEST')
    assert.equal(await client.init({ expected: { producerId: 7, producerEpoch: -1 } }), 'INVALID_REQUEST')
  })
  test('a transaction that takes longer than its timeout is aborted, and its producer fenced', async () => {
    await using cluster = await started()
    const client = new TransactionalClient(cluster)
    await client.init({ transactionTimeoutMs: 10_000 })
    await client.add(0)
    await client.produce('a')
    await cluster.clock.advance(9_900)
    assert.equal((await client.describe()).transactionState, 'Ongoing')
    for (let i = 0; i < 5; i++) await cluster.clock.advance(100)
    assert.equal((await client.describe()).transactionState, 'CompleteAbort')
    assert.equal(await client.end(true), 'PRODUCER_FENCED')
    assert.equal((await client.committed())[0], 'aborted')
  })
  test('an end that is asked for twice is answered twice; the other direction is INVALID_TXN_STATE', async () => {
    await using cluster = await started()
    const client = await begun(cluster)
    assert.equal(await client.end(true), 'INVALID_TXN_STATE', 'nothing has begun')
    await client.add(0)
    assert.equal(await client.end(true), 'NONE')
    assert.equal(await client.end(true), 'NONE')
    assert.equal(await client.end(false), 'INVALID_TXN_STATE')
  })

  test('offsets of a transaction count once it commits, and are unstable until it ends', async () => {
    await using cluster = await started()
    const client = await begun(cluster)
    assert.equal(await client.commitOffset(1, 3), 'INVALID_TXN_STATE', 'the group was not added')
    assert.equal(await client.addOffsets(), 'NONE')
    assert.equal(await client.commitOffset(1), 'NONE')
    assert.deepEqual([await client.offset(), await client.offset(false)], ['UNSTABLE_OFFSET_COMMIT', -1])
    await client.end(true)
    assert.equal(await client.offset(), 1)
    await client.addOffsets()
    await client.commitOffset(2)
    await client.end(false)
    assert.equal(await client.offset(), 1)
  })

  test('DescribeTransactions, ListTransactions and DescribeProducers tell where a transaction is', async () => {
    await using cluster = await started(1, 2)
    const client = await begun(cluster)
    await client.add(0, 1)
    await client.produce('a')
    const { transactionState, topics, producerId, transactionTimeoutMs } = await client.describe()
    assert.deepEqual(
      [transactionState, topics, producerId, transactionTimeoutMs],
      ['Ongoing', [{ topic, partitions: [0, 1] }], client.producer.producerId, 60_000],
    )
    const unknown = new TransactionalClient(cluster, 'unknown')
    assert.equal(errorName((await unknown.describe()).errorCode), 'TRANSACTIONAL_ID_NOT_FOUND')
    const connection = await client.coordinator()
    const list = async (filter: object) => {
      const all = { stateFilters: [], producerIdFilters: [], ...filter }
      const answer = await connection.request(listTransactions, all)
      return [answer.transactionStates.map(({ transactionalId }) => transactionalId).join(), answer.unknownStateFilters]
    }
    assert.deepEqual(await list({}), ['t', []])
    assert.deepEqual(await list({ stateFilters: ['Ongoing', 'Odd'] }), ['t', ['Odd']])
    assert.deepEqual(await list({ stateFilters: ['Empty'] }), ['', []])
    assert.deepEqual(await list({ producerIdFilters: [producerId + 1] }), ['', []])
    assert.deepEqual(await list({ durationFilter: 5_000 }), ['', []])
    assert.deepEqual(await list({ transactionalIdPattern: '[s-u]' }), ['t', []])
    assert.deepEqual(await list({ transactionalIdPattern: 'x?' }), ['', []])
    const invalid = { stateFilters: [], producerIdFilters: [], transactionalIdPattern: '(' }
    const refused = await connection.request(listTransactions, invalid)
    assert.equal(errorName(refused.errorCode), 'INVALID_REGULAR_EXPRESSION')
    const described = await connection.request(describeProducers, {
      topics: [{ name: topic, partitionIndexes: [0, 7] }],
    })
    const [first, missing] = described.topics[0]!.partitions
    assert.deepEqual(
      first!.activeProducers.map(producer => [
        producer.producerId,
        producer.lastSequence,
        producer.currentTxnStartOffset,
      ]),
      [[producerId, 0, 0]],
    )
    assert.equal(errorName(missing!.errorCode), 'UNKNOWN_TOPIC_OR_PARTITION')
  })
  test('WriteTxnMarkers ends a transaction that hangs, unless a newer coordinator has been there', async () => {
    await using cluster = await started()
    const client = await begun(cluster)
    await client.add(0)
    await client.produce('a')
    const abort = async (coordinatorEpoch: number, producerEpoch = client.producer.producerEpoch) => {
      const { producerId } = client.producer
      const topics = [{ name: topic, partitionIndexes: [0] }]
      const marker = { producerId, producerEpoch, coordinatorEpoch, transactionResult: false, topics }
      const answer = await (await client.leaderOf(0)).request(writeTxnMarkers, { markers: [marker] })
      return errorName(answer.markers[0]!.topics[0]!.partitions[0]!.errorCode)
    }
    assert.equal(await abort(5, -1 + client.producer.producerEpoch), 'INVALID_PRODUCER_EPOCH')
    assert.equal(await abort(5), 'NONE')
    assert.equal((await client.committed())[0], 'aborted')
    assert.equal(await abort(4), 'TRANSACTION_COORDINATOR_FENCED')
  })

  test('KIP-890: with version 2 partitions and groups join by being written to, and every end bumps the epoch', async () => {
    await using cluster = await started(1, 2)
    const client = await begun(cluster)
    const { producerId } = client.producer
    const v2 = { versionMax: 5 }
    for (const [epoch, committed] of [
      [0, true],
      [1, false],
      [2, true],
    ] as const) {
      assert.deepEqual(client.producer, { producerId, producerEpoch: epoch })
      assert.equal(await client.produce(`${epoch}`, { versionMax: 12 }), 'NONE')
      assert.equal(await client.produce(`${epoch}`, { index: 1, versionMax: 12 }), 'NONE')
      assert.equal(await client.commitOffset(epoch, 5), 'NONE')
      assert.equal(await client.end(committed, v2), 'NONE')
    }
    for (const index of [0, 1]) assert.deepEqual((await client.committed(index)).slice(0, 1), ['aborted'])
    assert.equal(await client.offset(), 2)
    assert.equal(await client.end(true, v2), 'INVALID_TXN_STATE', 'nothing has begun')
    assert.equal(await client.end(false, v2), 'NONE', 'a producer may abort without knowing whether something has')
    assert.equal(client.producer.producerEpoch, 4)
    const before = { producerId, producerEpoch: 3 }
    assert.equal(await client.end(false, { ...v2, producer: before }), 'NONE', 'asked for twice')
    assert.equal(
      await client.produce('late', { versionMax: 12, producer: before, sequence: 0 }),
      'INVALID_PRODUCER_EPOCH',
    )
  })
  test('KIP-890: what begins a transaction in a partition that knows nothing of the producer has sequence 0', async () => {
    await using cluster = await started()
    const client = await begun(cluster)
    assert.equal(await client.produce('a', { versionMax: 12, sequence: 3 }), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.equal(await client.produce('a', { versionMax: 12 }), 'NONE')
  })

  for (const [what, restartAfter] of [
    ['open', 'produce'],
    ['prepared', 'end'],
  ] as const)
    test(`a transaction that is ${what} survives the restart of its coordinator`, async () => {
      const files = memoryFiles()
      await using cluster = await started(1, 1, files)
      const client = await begun(cluster)
      await client.add(0)
      await client.produce('a')
      if (restartAfter === 'end') void client.end(true).catch(() => undefined)
      await turns(restartAfter === 'end' ? 1 : 12)
      await cluster.stopNode(1)
      await cluster.startNode(1)
      await turns()
      for (let i = 0; i < 4; i++) await cluster.clock.advance(100)
      if (restartAfter === 'produce') assert.equal((await client.describe()).transactionState, 'Ongoing')
      assert.equal(await client.end(true), 'NONE')
      assert.deepEqual(await client.committed(), ['a'])
    })

  test('on three brokers the coordinator has markers written, and is asked about partitions, by the others', async () => {
    await using cluster = await started(3, 6)
    const client = await begun(cluster)
    const leaders = new Set(cluster.metadata.image.topics.get(topic)!.partitions.map(({ leader }) => leader))
    assert.equal(leaders.size, 3)
    assert.equal(await client.produce('x', { index: 1, versionMax: 10 }), 'INVALID_TXN_STATE')
    const indexes = [0, 1, 2, 3, 4, 5]
    const settle = async <T>(asked: Promise<T>): Promise<T> => {
      let isSettled = false
      void asked.finally(() => (isSettled = true)).catch(() => undefined)
      while (!isSettled) await cluster.clock.advance(100)
      return asked
    }
    assert.equal(await settle(client.add(...indexes)), 'NONE')
    for (const index of indexes) assert.equal(await settle(client.produce(`${index}`, { index })), 'NONE', `${index}`)
    await settle(client.addOffsets())
    assert.equal(await settle(client.commitOffset(3)), 'NONE')
    assert.equal(await settle(client.end(true)), 'NONE')
    for (let i = 0; i < 20; i++) await cluster.clock.advance(100)
    assert.equal((await settle(client.describe())).transactionState, 'CompleteCommit')
    for (const index of indexes) assert.deepEqual(await settle(client.committed(index)), [`${index}`])
    assert.equal(await settle(client.offset()), 3)
  })
})
