import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { ManualClock, memoryFiles, SeededRandom, silentLogger } from '../base/index.ts'
import { controlBatch } from '../protocol/index.ts'
import { defaultLogConfig, LogDirectory } from '../storage/index.ts'
import { DelayedProduce, type PartitionResponse } from './acknowledgements.ts'
import { Partition, type PartitionOutside } from './partition.ts'
import { batchOf, startTime, topic } from './testing.ts'

suite('partition', () => {
  const outside: PartitionOutside = {
    nodeId: 1,
    now: () => startTime,
    monotonic: () => 0,
    replicaLagMsMax: 30_000,
    proposeIsr() {},
    appended() {},
    replicated() {},
    committed() {},
  }
  /** This broker leads it, in sync alone. */
  async function ledPartition(durability: 'flush' | 'fsync', replicas: readonly number[]) {
    const directory = await LogDirectory.open({
      path: '/data',
      files: memoryFiles(),
      clock: new ManualClock(),
      random: new SeededRandom(1),
      logger: silentLogger,
      defaults: defaultLogConfig,
      durability,
    })
    const log = directory.createLog({ topic, partition: 0, topicId: '1'.repeat(32), config: defaultLogConfig })
    const partition = new Partition(log, outside)
    directory.onProgress = () => partition.progressed()
    partition.assign({ leader: 1, leaderEpoch: 0, partitionEpoch: 0, replicas, isr: [1] })
    return { directory, partition }
  }

  for (const [who, replicas] of [
    ['who has the only replica', [1]],
    ['whose follower is out of sync', [1, 2]],
  ] as const)
    test(`3.3 Produce: acks=1 of a leader ${who} is answered when consumers see the records`, async () => {
      const { directory, partition } = await ledPartition('fsync', replicas)

      const outcome = partition.append(batchOf(['a', 'b']), { origin: 'client', acks: 1, now: startTime })
      assert.equal(outcome.error, 'NONE')
      const produce = new DelayedProduce()
      partition.acknowledge(1, 2, produce, { index: 0, errorCode: 0 } as PartitionResponse)
      assert.ok(!produce.isDecided)
      const seen = await new Promise<number>(resolve => {
        produce.park(Infinity, undefined as never, () => resolve(partition.fetchEnd('highWatermark')))
      })
      assert.equal(seen, 2)
      await directory.close()
    })

  // oxfmt-ignore
  const markers: readonly (readonly [what: string, transactionVersion: number, epoch: number, holds: boolean])[] = [
    ['the marker of its own transaction',                  1, 4, false],
    ['the marker of the transaction before',               1, 3, true],
    ['the marker of the transaction before, of version 2', 2, 4, true],
    ['the marker of its own, of version 2',                2, 5, false],
  ]
  for (const [what, transactionVersion, producerEpoch, holds] of markers)
    test(`what is found out about a transaction ${holds ? 'outlives' : 'is void after'} ${what} (KIP-890)`, async () => {
      const { directory, partition } = await ledPartition('flush', [1])
      const verification = partition.startVerification({ producerId: 7, endEpoch: transactionVersion === 2 ? 5 : 4 })
      const other = partition.startVerification({ producerId: 8, endEpoch: 0 })
      const marker = controlBatch({
        type: 'commit',
        producerId: 7,
        producerEpoch,
        coordinatorEpoch: 0,
        timestamp: startTime,
      })
      // As markers come to __consumer_offsets: nothing is said of the version there.
      const options = { origin: 'coordinator', acks: -1, now: startTime } as const
      assert.equal(partition.append(marker, options).error, 'NONE')
      assert.deepEqual([verification.holds, other.holds], [holds, true])
      await directory.close()
    })
})
