import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import { crc32c } from '../../base/index.ts'
import type { ClientConnection } from '../../connection/index.ts'
import { errorName, initProducerId, produce } from '../../protocol/index.ts'
import { batchOf, fetchFrom, produceTo, startTime, TestCluster, topic, valuesOf } from '../testing.ts'

suite('3.3 Produce', () => {
  let cluster: TestCluster
  let connection: ClientConnection
  let topicId: string
  before(async () => {
    cluster = await TestCluster.start({ brokers: 2 })
    await cluster.createTopic('guarded', { replicas: [[1, 2]], configs: { 'min.insync.replicas': '2' } })
    await cluster.stopNode(2)
    connection = await cluster.connect()
    topicId = await cluster.createTopic(topic)
    await cluster.createTopic('alone', { configs: { 'min.insync.replicas': '2' } })
    await cluster.createTopic('compacted', { configs: { 'cleanup.policy': 'compact' } })
    await cluster.createTopic('stamped', { configs: { 'message.timestamp.type': 'LogAppendTime' } })
    await cluster.createTopic('small', { configs: { 'max.message.bytes': '200' } })
    await cluster.createTopic('gzipped', { configs: { 'compression.type': 'gzip' } })
    await cluster.createTopic('segmented', { configs: { 'internal.segment.bytes': '1000' } })
  })
  after(() => cluster.stop())

  const changed = (batch: Buffer, change: (batch: Buffer) => void): Buffer => {
    change(batch)
    batch.writeUInt32BE(crc32c(batch, 21), 17)
    return batch
  }
  const two = () => Buffer.concat([batchOf(['a']), batchOf(['b'])])

  // oxfmt-ignore
  const refused: [what: string, records: () => Buffer | null, options: Parameters<typeof produceTo>[2], error: string][] = [
    ['no batch',                       () => Buffer.alloc(0),                                    {},                        'INVALID_RECORD'],
    ['null records',                   () => null,                                               {},                        'INVALID_RECORD'],
    ['two batches for one partition',  two,                                                      {},                        'INVALID_RECORD'],
    ['magic 1',                        () => changed(batchOf(['a']), b => b.writeInt8(1, 16)),   {},                        'INVALID_RECORD'],
    ['zstd below version 7',           () => batchOf(['a'], { codec: 'zstd' }),                  { version: 6 },            'UNSUPPORTED_COMPRESSION_TYPE'],
    ['a wrong CRC',                    () => { const b = batchOf(['abc']); b[b.length - 2]! ^= 1; return b }, {},           'CORRUPT_MESSAGE'],
    ['a wrong count',                  () => changed(batchOf(['a']), b => b.writeInt32BE(2, 57)), {},                       'INVALID_RECORD'],
    ['a control batch',                () => batchOf(['a'], { control: true }),                  {},                        'INVALID_RECORD'],
    ['no record in a batch',           () => changed(batchOf(['a']), b => { b.writeInt32BE(0, 57); b.writeInt32BE(-1, 23) }), {}, 'INVALID_RECORD'],
    ['a producer id, no sequence',     () => batchOf(['a'], { producerId: 9, producerEpoch: 0, baseSequence: -1 }), {},     'INVALID_RECORD'],
    ['a keyless record, compacted',    () => batchOf(['a']),                                     { topic: 'compacted' },    'INVALID_RECORD'],
    ['above max.message.bytes',        () => batchOf(['a'.repeat(200)]),                         { topic: 'small' },        'MESSAGE_TOO_LARGE'],
    ['above segment.bytes',            () => batchOf(['a'.repeat(1000)]),                        { topic: 'segmented' },    'RECORD_LIST_TOO_LARGE'],
    ['two hours in the future',        () => batchOf([{ timestamp: startTime + 7_200_000 }]),    {},                        'INVALID_TIMESTAMP'],
    ['LogAppendTime set by a client',  () => batchOf(['a'], { timestampType: 'LogAppendTime' }), {},                        'INVALID_TIMESTAMP'],
    ['acks of 2',                      () => batchOf(['a']),                                     { acks: 2 },               'INVALID_REQUIRED_ACKS'],
    ['too few replicas in sync',       () => batchOf(['a']),                                     { topic: 'guarded' },      'NOT_ENOUGH_REPLICAS'],
    ['an internal topic',              () => batchOf([{ key: 'k' }]),                            { topic: '__consumer_offsets' }, 'INVALID_TOPIC_EXCEPTION'],
    ['the other internal topic',       () => batchOf([{ key: 'k' }]),                            { topic: '__transaction_state' }, 'INVALID_TOPIC_EXCEPTION'],
['a batch of a transaction without its id', () => batchOf(['a'], { transactional: true, producerId: 9, producerEpoch: 0, baseSequence: 0 }), {}, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'],
    ['a topic that is not there',      () => batchOf(['a']),                                     { topic: 'nothing' },      'UNKNOWN_TOPIC_OR_PARTITION'],
    ['a partition that is not there',  () => batchOf(['a']),                                     { partition: 7 },          'UNKNOWN_TOPIC_OR_PARTITION'],
  ]
  test('3.3 Produce: a topic of one replica takes acks=all, whatever its min.insync.replicas', async () => {
    const answer = await produceTo(connection, batchOf(['a']), { topic: 'alone' })
    assert.equal(answer.error, 'NONE')
  })
  for (const [what, records, options, error] of refused)
    test(`3.3 Produce: ${what} is answered with ${error}`, async () => {
      if (options?.topic?.startsWith('__')) await cluster.createTopic(options.topic)
      assert.equal((await produceTo(connection, records(), options)).error, error)
    })

  test('3.3 Produce: records that made a batch be refused are named (v8+)', async () => {
    const { recordErrors, errorMessage } = await produceTo(connection, batchOf([{ key: 'k' }, 'no key']), {
      topic: 'compacted',
    })
    assert.deepEqual(
      recordErrors.map(({ batchIndex }) => batchIndex),
      [1],
    )
    assert.match(errorMessage!, /key/)
  })
  test('3.3 Produce: the leader epoch that a producer sends is not validated, the base offset and epoch are the brokers', async () => {
    await cluster.createTopic('patched')
    const options = { topic: 'patched' }
    await produceTo(connection, batchOf(['a'], { leaderEpoch: 77 }), options)
    const { baseOffset } = await produceTo(connection, batchOf(['b'], { leaderEpoch: -1 }), options)
    assert.equal(baseOffset, 1)
    const { records } = await fetchFrom(connection, 1, options)
    assert.equal((records as Buffer).readInt32BE(12), 0, 'leader epoch')
    assert.equal((records as Buffer).readUInt32BE(17), crc32c(records as Buffer, 21), 'the CRC still holds')
  })
  test('3.3 Produce: LogAppendTime is answered and set in the batch, CreateTime answers -1', async () => {
    assert.equal((await produceTo(connection, batchOf(['a']))).logAppendTimeMs, -1)
    const { logAppendTimeMs } = await produceTo(connection, batchOf([{ timestamp: 5 }]), { topic: 'stamped' })
    assert.equal(logAppendTimeMs, startTime)
    const { records } = await fetchFrom(connection, 0, { topic: 'stamped' })
    assert.equal((records as Buffer).readInt16BE(21) & 8, 8)
    assert.equal((records as Buffer).readBigInt64BE(35), BigInt(startTime))
    assert.equal((records as Buffer).readUInt32BE(17), crc32c(records as Buffer, 21), 'the CRC is a new one')
  })
  test('3.3 Produce: any time in the past is taken, unless the topic says otherwise', async () => {
    await cluster.createTopic('recent', { configs: { 'message.timestamp.before.max.ms': '1000' } })
    const old = () => batchOf([{ timestamp: 1, value: 'a' }])
    assert.equal((await produceTo(connection, old())).error, 'NONE')
    assert.equal((await produceTo(connection, old(), { topic: 'recent' })).error, 'INVALID_TIMESTAMP')
  })
  test('3.3 Produce: records that are numbered wrongly within their batch are numbered anew', async () => {
    await cluster.createTopic('numbered')
    // The second of two records of 8 bytes: its offset delta, 1 as a zigzag varint, stands behind size, attributes, time.
    const batch = batchOf(['a', 'b'])
    const delta = batch.length - 8 + 3
    assert.equal(batch[delta], 2)
    const wrong = changed(batch, bytes => bytes.writeUInt8(0, delta))
    await produceTo(connection, wrong, { topic: 'numbered' })
    const { records } = await fetchFrom(connection, 0, { topic: 'numbered' })
    assert.deepEqual([valuesOf(records), valuesOf(records, 1)], [['a', 'b'], ['b']])
  })
  test('3.3 Produce: compression.type=producer keeps the bytes, another type recompresses', async () => {
    await cluster.createTopic('kept')
    const batch = batchOf(['abc', 'abc'], { codec: 'snappy' })
    await produceTo(connection, Buffer.from(batch), { topic: 'kept' })
    const kept = (await fetchFrom(connection, 0, { topic: 'kept' })).records as Buffer
    assert.deepEqual(kept.subarray(21), batch.subarray(21))
    await produceTo(connection, batch, { topic: 'gzipped' })
    const { records } = await fetchFrom(connection, 0, { topic: 'gzipped' })
    assert.equal((records as Buffer).readInt16BE(21) & 7, 1)
    assert.deepEqual(valuesOf(records), ['abc', 'abc'])
  })
  test('3.3 Produce: large batches that are recompressed keep their order and their place, and sound ones are not kept by others', async () => {
    const configs = { 'compression.type': 'zstd', 'max.message.bytes': '100000' }
    await cluster.createTopic('zstd', { configs })
    const texts = Array.from({ length: 6 }, (_, i) => `${i} `.repeat(i % 2 === 0 ? 20_000 : 2))
    const producer = { producerId: 77, producerEpoch: 0 }
    const sent = texts.map((text, i) => batchOf([text], { ...producer, baseSequence: i }))
    const answers = await Promise.all(sent.map(batch => produceTo(connection, batch, { topic: 'zstd' })))
    assert.deepEqual(
      answers.map(({ error, baseOffset }) => [error, baseOffset]),
      texts.map((_, i) => ['NONE', i]),
    )
    // The last is taken for what it is, though it is compressed anew before.
    const again = await produceTo(connection, sent[4]!, { topic: 'zstd' })
    assert.deepEqual([again.error, again.baseOffset], ['NONE', 4])
    const refusals = [
      [batchOf(['x'.repeat(100_001)]), 'MESSAGE_TOO_LARGE'],
      [changed(batchOf(['x'.repeat(30_000)], { codec: 'snappy' }), b => b.fill(255, 61, 80)), 'INVALID_RECORD'],
      [batchOf(['x'.repeat(20_000)], { ...producer, baseSequence: 9 }), 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    ] as const
    for (const [batch, error] of refusals)
      assert.equal((await produceTo(connection, batch, { topic: 'zstd' })).error, error)
    const { records } = await fetchFrom(connection, 0, { topic: 'zstd' })
    assert.equal((records as Buffer).readInt16BE(21) & 7, 4)
    assert.deepEqual(valuesOf(records), texts)
  })
  test('3.3 Produce: a topic id serves version 13, an unknown one is UNKNOWN_TOPIC_ID', async () => {
    const ask = async (topicId: string) => {
      const { responses } = await connection.request(produce, {
        acks: 1,
        timeoutMs: 0,
        topicData: [{ topicId, partitionData: [{ index: 0, records: batchOf(['a']) }] }],
      })
      return errorName(responses[0]!.partitionResponses[0]!.errorCode)
    }
    assert.equal(await ask(topicId), 'NONE')
    assert.equal(await ask('f'.repeat(32)), 'UNKNOWN_TOPIC_ID')
  })

  test('3.3 Produce: acks=0 gets no answer, and the next request is served', async () => {
    await cluster.createTopic('unanswered')
    const topicData = [{ name: 'unanswered', partitionData: [{ index: 0, records: batchOf(['a']) }] }]
    const client = await cluster.connect()
    await client.request(produce, { acks: 0, timeoutMs: 0, topicData }, { versionMax: 9, expectNoResponse: true })
    assert.equal((await produceTo(client, batchOf(['b']), { topic: 'unanswered' })).baseOffset, 1)
  })
  test('3.3 Produce: acks=0 that fails closes the connection', async () => {
    const topicData = [{ name: 'nothing', partitionData: [{ index: 0, records: batchOf(['a']) }] }]
    const client = await cluster.connect()
    await client.request(produce, { acks: 0, timeoutMs: 0, topicData }, { versionMax: 9, expectNoResponse: true })
    assert.ok(await client.closed)
  })

  suite('idempotence', () => {
    const send = (producerId: number, baseSequence: number, values: string[] = ['x'], producerEpoch = 0) =>
      produceTo(connection, batchOf(values, { producerId, producerEpoch, baseSequence }))

    test('3.3 Produce: a duplicate of any of the last five batches succeeds with its original offset', async () => {
      const offsets: number[] = []
      for (let sequence = 0; sequence < 6; sequence++) offsets.push((await send(100, sequence)).baseOffset)
      for (let sequence = 1; sequence < 6; sequence++) {
        const { error, baseOffset } = await send(100, sequence)
        assert.deepEqual({ error, baseOffset }, { error: 'NONE', baseOffset: offsets[sequence] })
      }
      assert.equal((await send(100, 0)).error, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    })
    test('3.3 Produce: a gap is OUT_OF_ORDER_SEQUENCE_NUMBER, an old epoch INVALID_PRODUCER_EPOCH', async () => {
      await send(101, 0, ['x'], 3)
      assert.equal((await send(101, 2, ['x'], 3)).error, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
      assert.equal((await send(101, 1, ['x'], 2)).error, 'INVALID_PRODUCER_EPOCH')
      assert.equal((await send(101, 1, ['x'], 4)).error, 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'a new epoch begins at 0')
      assert.equal((await send(101, 0, ['x'], 4)).error, 'NONE')
    })
    test('3.3 Produce: an unknown producer may start at any sequence', async () => {
      assert.equal((await send(102, 17)).error, 'NONE')
    })
    test('3.3 Produce: sequences go on at 0 after 2^31-1', async () => {
      await send(103, 0x7fffffff - 1, ['a', 'b'])
      assert.equal((await send(103, 0)).error, 'NONE')
    })
    test('3.3 InitProducerId: ids are above 0 and never given out twice', async () => {
      const ids = new Set<number>()
      for (let i = 0; i < 5; i++) {
        const answer = await connection.request(initProducerId, { transactionalId: null, transactionTimeoutMs: 0 })
        assert.deepEqual([answer.errorCode, answer.producerEpoch], [0, 0])
        assert.ok(answer.producerId > 0)
        ids.add(answer.producerId)
      }
      assert.equal(ids.size, 5)
    })
  })
})
