import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { memoryFiles, MBeans, SeededRandom, silentLogger, systemClock } from '../base/index.ts'
import { startBrokerNode } from '../broker/index.ts'
import { memorySockets } from '../connection/index.ts'
import { brokerConfigOf, memoryMetadataLog, Metadata } from '../metadata/index.ts'
import { buildBatch, setBaseOffset } from '../protocol/index.ts'
import { PartitionCopy, type CopyRange, type LedPartition } from './partition-copy.ts'

async function withPartition(run: (partition: LedPartition) => Promise<void>): Promise<void> {
  const { config } = brokerConfigOf({})
  const random = new SeededRandom(1)
  const metadata = await Metadata.open({ log: memoryMetadataLog(), random, config })
  const node = await startBrokerNode({
    nodeId: 1,
    config,
    metadata,
    path: '/data',
    durability: 'flush',
    listeners: [{ name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', host: '127.0.0.1', port: 9092 }],
    files: memoryFiles(),
    sockets: memorySockets({ clock: systemClock }),
    clock: systemClock,
    random,
    logger: silentLogger,
    metrics: new MBeans(systemClock),
  })
  await metadata.createTopics([{ name: 't', numPartitions: 1, replicationFactor: 1 }])
  const partition = node.context.partitions.byName('t').find(0)
  assert.ok(typeof partition === 'object')
  await run(partition)
  await node.stop()
}
function batchAt(offset: number, values: readonly string[]): Buffer {
  const batch = buildBatch(values.map(value => ({ timestamp: 1, key: null, value })))
  setBaseOffset(batch, 0, offset)
  return batch
}
const copyOf = (partition: LedPartition, range: CopyRange) => new PartitionCopy(partition, range, () => 1)
const placeOf = ({ log }: LedPartition) => [log.logStartOffset, log.endOffset, log.highWatermark]

suite('PartitionCopy', () => {
  test('offsets without batches at the end of the source are taken here, too', () =>
    withPartition(async partition => {
      const copy = copyOf(partition, { start: 10, end: 100 })
      copy.take(batchAt(10, ['a', 'b']), [])
      assert.equal(copy.isWhole, false)
      copy.skipToEnd()
      assert.equal(copy.isWhole, true)
      await copy.finish()
      assert.deepEqual(placeOf(partition), [10, 100, 100])
      assert.equal(copy.records, 2)
    }))
  test('batches at or behind the end, and those that came before, are not taken', () =>
    withPartition(async partition => {
      const copy = copyOf(partition, { start: 0, end: 3 })
      copy.take(batchAt(0, ['a', 'b']), [])
      copy.take(Buffer.concat([batchAt(0, ['a', 'b']), batchAt(2, ['c']), batchAt(3, ['d'])]), [])
      await copy.finish()
      assert.deepEqual(placeOf(partition), [0, 3, 3])
      assert.equal(copy.records, 3)
    }))
  test('where the source has deleted what comes next, the copy begins again where the source does', () =>
    withPartition(async partition => {
      const copy = copyOf(partition, { start: 0, end: 60 })
      copy.take(batchAt(0, ['a', 'b']), [])
      copy.restartAt(50)
      assert.deepEqual([copy.nextOffset, copy.progress], [50, { done: 0, total: 10 }])
      copy.take(batchAt(59, ['z']), [])
      await copy.finish()
      assert.deepEqual(placeOf(partition), [50, 60, 60])
      assert.equal(copy.records, 1)
    }))
  test('where all of it is deleted, the copy is empty and ends where it was to end', () =>
    withPartition(async partition => {
      const copy = copyOf(partition, { start: 0, end: 60 })
      copy.restartAt(1000)
      assert.equal(copy.isWhole, true)
      await copy.finish()
      assert.deepEqual(placeOf(partition), [60, 60, 60])
    }))
})
