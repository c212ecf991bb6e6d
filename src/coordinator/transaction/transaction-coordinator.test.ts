import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { ManualClock, silentLogger } from '../../base/index.ts'
import { errorName } from '../../protocol/index.ts'
import { MemoryLog } from '../testing.ts'
import { endTxn, initProducerId } from './api.ts'
import { TransactionFormat } from './format.ts'
import { TransactionCoordinator } from './transaction-coordinator.ts'
import type { Transaction } from './transaction.ts'

suite('Where no producer id is to be had', () => {
  const transactionalId = 't',
    producerId = 7,
    producerEpoch = 32_766
  /** Of an open transaction whose producer has used up its epochs. */
  const coordinating = async (freshId: number | undefined) => {
    const clock = new ManualClock(),
      log = new MemoryLog()
    const value: Transaction = {
      producerId,
      producerEpoch,
      previousProducerId: producerId,
      nextProducerId: -1,
      lastProducerEpoch: -1,
      timeoutMs: 60_000,
      state: 'Ongoing',
      partitions: new Map([['orders', new Set([0])]]),
      updatedAt: clock.now(),
      startedAt: clock.now(),
      clientVersion: 2,
    }
    log.append(new TransactionFormat().encode([{ is: 'transaction', transactionalId, value }], clock.now()))
    const coordinator = new TransactionCoordinator({
      clock,
      logger: silentLogger,
      config: {
        timeoutMsMax: 900_000,
        transitionWaitMsMax: 0,
        expirationMs: 604_800_000,
        expirationCheckIntervalMs: 3_600_000,
        transactionVersion: 2,
      },
      partitionCount: () => 1,
      producerId: () => Promise.resolve(freshId),
      writeMarkers: () => Promise.resolve(),
    })
    log.onAppend = endOffset => {
      log.highWatermark = endOffset
      clock.soon(() => coordinator.committed(0, endOffset))
    }
    const leading = coordinator.lead(0, log, 0)
    await clock.advance(1)
    await leading
    return { coordinator, clock }
  }
  const end = { transactionalId, producerId, producerEpoch, committed: true }

  test('the end of a transaction that needs one is refused, and may be asked for again', async () => {
    const { coordinator } = await coordinating(undefined)
    assert.equal(errorName((await endTxn(coordinator, end, 5)).errorCode), 'COORDINATOR_LOAD_IN_PROGRESS')
    assert.equal(errorName((await endTxn(coordinator, end, 5)).errorCode), 'COORDINATOR_LOAD_IN_PROGRESS')
    coordinator.close()
  })
  test('a producer that needs one is refused', async () => {
    const { coordinator } = await coordinating(undefined)
    const init = { transactionalId: 'other', transactionTimeoutMs: 1_000, producerId: -1, producerEpoch: -1 }
    const answer = await initProducerId(coordinator, { ...init, enable2Pc: false, keepPreparedTxn: false }, 5)
    assert.equal(errorName(answer.errorCode), 'COORDINATOR_LOAD_IN_PROGRESS')
    coordinator.close()
  })
  test('and where one is, the end gives it', async () => {
    const { coordinator, clock } = await coordinating(50)
    const ending = endTxn(coordinator, end, 5)
    await clock.advance(1)
    const answer = await ending
    assert.deepEqual([errorName(answer.errorCode), answer.producerId, answer.producerEpoch], ['NONE', 50, 0])
    coordinator.close()
  })
})
