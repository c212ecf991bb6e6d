import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { ManualClock, silentLogger } from '../base/index.ts'
import { Shard } from './shard.ts'
import { MemoryLog } from './testing.ts'
import { TransactionFormat } from './transaction/format.ts'
import type { TransactionRecord } from './transaction/transaction.ts'
import { transactionMachine } from './transaction/transactions.ts'

suite('What a shard has read of its log is released', () => {
  const format = new TransactionFormat()
  /** Of a log with one record. */
  const loading = (decode = format.decode.bind(format)) => {
    const clock = new ManualClock(),
      log = new MemoryLog(),
      record: TransactionRecord = { is: 'transaction', transactionalId: 't', value: null }
    log.append(format.encode([record], clock.now()))
    const machine = transactionMachine({
      timeoutMsMax: 900_000,
      transitionWaitMsMax: 0,
      expirationMs: 1_000,
      expirationCheckIntervalMs: 1_000,
      transactionVersion: 2,
    })
    const shard = new Shard({
      partition: 0,
      log,
      machine,
      format: { subject: format.subject, encode: format.encode.bind(format), decode },
      clock,
      logger: silentLogger,
      outside: { perform: () => {}, answer: () => {} },
    })
    return { log, shard, clock, loaded: shard.load() }
  }
  test('when it is loaded', async () => {
    const { log, clock, loaded, shard } = loading()
    assert.ok(log.isHeld)
    await clock.advance(1)
    await loaded
    assert.deepEqual([log.isHeld, shard.runtime.isLeading], [false, true])
  })
  test('when another broker leads it meanwhile', async () => {
    const { log, clock, loaded, shard } = loading()
    shard.resign()
    await clock.advance(1)
    await loaded
    assert.deepEqual([log.isHeld, shard.runtime.isLeading], [false, false])
  })
  test('when its records cannot be read', async () => {
    const { log, loaded } = loading(() => {
      throw new Error('not a record')
    })
    await assert.rejects(loaded, /not a record/)
    assert.equal(log.isHeld, false)
  })
})
