import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { buildBatch, controlBatch, setBaseOffset, type TransactionMarker } from '../protocol/index.ts'
import { follows, sequenceMinus, sequencePlus } from './producer-entry.ts'
import { decodeSnapshot, encodeSnapshot } from './producer-snapshot.ts'
import { ProducerState, type AppendOrigin } from './producer-state.ts'

const sequenceMax = 2 ** 31 - 1
const producerId = 9

interface Write {
  readonly sequence: number
  readonly count?: number
  readonly epoch?: number
  readonly transactional?: boolean
  readonly timestamp?: number
}
function batch({ sequence, count = 1, epoch = 0, transactional = false, timestamp = 1000 }: Write): Buffer {
  const records = Array.from({ length: count }, () => ({ timestamp, value: 'v' }))
  return buildBatch(records, { producerId, producerEpoch: epoch, baseSequence: sequence, transactional })
}
const marker = (type: TransactionMarker['type'], options: Partial<TransactionMarker> = {}): Buffer =>
  controlBatch({ type, producerId, producerEpoch: 0, coordinatorEpoch: 1, timestamp: 1000, ...options })

/** A log that is nothing but its offsets. */
class Log {
  readonly state = new ProducerState()
  endOffset = 0
  write(bytes: Buffer, count = 1): this {
    setBaseOffset(bytes, 0, this.endOffset)
    this.state.apply(bytes, 0)
    this.endOffset += count
    return this
  }
  writes(...all: Write[]): this {
    for (const each of all) this.write(batch(each), each.count)
    return this
  }
  judge(bytes: Buffer, origin: AppendOrigin = 'client', transactionVersion?: number): string {
    const verdict = this.state.judge(bytes, 0, origin, transactionVersion)
    if (verdict.kind === 'refused') return verdict.refusal.error
    if (verdict.kind === 'next') return 'next'
    return `duplicate at ${verdict.batch.lastOffset - verdict.batch.offsetDelta}`
  }
}

describe('a producer', () => {
  const six = [0, 2, 4, 6, 8, 10].map(sequence => ({ sequence, count: 2 }))
  // oxfmt-ignore
  const cases: [what: string, before: Write[], next: Write, verdict: string][] = [
    ['that is not known may start anywhere',                   [],                              { sequence: 17 },                     'next'],
    ['goes on with the next sequence',                         [{ sequence: 0, count: 3 }],     { sequence: 3 },                      'next'],
    ['that leaves a gap is refused',                           [{ sequence: 0, count: 3 }],     { sequence: 4 },                      'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    ['that sends its last batch again is told where it is',    six,                             { sequence: 10, count: 2 },           'duplicate at 10'],
    ['may send any of its last five batches again',            six,                             { sequence: 2, count: 2 },            'duplicate at 2'],
    ['is refused an older duplicate',                          six,                             { sequence: 0, count: 2 },            'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    ['is refused a batch that overlaps',                       six,                             { sequence: 10, count: 3 },           'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    ['wraps from 2^31 - 1 to 0',                               [{ sequence: sequenceMax }],     { sequence: 0 },                      'next'],
    ['wraps within a batch',                                   [{ sequence: sequenceMax - 1, count: 4 }], { sequence: 2 },            'next'],
    ['that wrapped within a batch is known when it repeats',   [{ sequence: sequenceMax - 1, count: 4 }], { sequence: sequenceMax - 1, count: 4 }, 'duplicate at 0'],
    ['of an old epoch is fenced',                              [{ sequence: 0, epoch: 5 }],     { sequence: 1, epoch: 4 },            'INVALID_PRODUCER_EPOCH'],
    ['of a new epoch begins at 0',                             [{ sequence: 7, epoch: 5 }],     { sequence: 0, epoch: 6 },            'next'],
    ['of a new epoch may not go on with the old sequence',     [{ sequence: 7, epoch: 5 }],     { sequence: 8, epoch: 6 },            'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    ['may not leave its open transaction',                     [{ sequence: 0, transactional: true }], { sequence: 1 },               'INVALID_TXN_STATE'],
    ['goes on in its open transaction',                        [{ sequence: 0, transactional: true }], { sequence: 1, transactional: true }, 'next'],
  ]
  for (const [what, before, next, verdict] of cases)
    it(what, () => assert.equal(new Log().writes(...before).judge(batch(next)), verdict))

  it('is not judged by followers', () => {
    assert.equal(new Log().writes({ sequence: 0, epoch: 5 }).judge(batch({ sequence: 9 }), 'replication'), 'next')
  })
  it('is forgotten when it has not written for long, unless its transaction is open', () => {
    const { state } = new Log().writes({ sequence: 0, timestamp: 1000 })
    state.expire(1000 + 99, 100)
    assert.equal(state.entries.size, 1)
    state.expire(1000 + 100, 100)
    assert.equal(state.entries.size, 0)
    const open = new Log().writes({ sequence: 0, transactional: true }).state
    open.expire(10_000, 100)
    assert.equal(open.entries.size, 1)
  })
})

describe('sequence numbers', () => {
  it('wrap', () => {
    assert.equal(sequencePlus(sequenceMax, 1), 0)
    assert.equal(sequencePlus(sequenceMax - 3, 3), sequenceMax)
    assert.equal(sequenceMinus(0, 1), sequenceMax)
    assert.equal(sequenceMinus(5, 5), 0)
    assert.ok(follows(sequenceMax, 0) && follows(4, 5) && !follows(4, 6) && !follows(-1, 1) && follows(-1, 0))
  })
})

describe('transactions', () => {
  it('hold back readers of committed records until their markers are on all replicas', () => {
    const log = new Log().writes({ sequence: 0, count: 3 }, { sequence: 3, transactional: true })
    assert.equal(log.state.firstUnstableOffset(4), 3)
    log.write(marker('commit'))
    assert.equal(log.state.firstUnstableOffset(4), 3, 'the marker at 4 is not replicated')
    assert.equal(log.state.firstUnstableOffset(5), undefined)
  })
  it('that are aborted are told, with the offset that readers were stable up to', () => {
    const log = new Log().writes({ sequence: 0, transactional: true })
    const other = buildBatch([{ timestamp: 1, value: 'v' }], {
      producerId: 10,
      producerEpoch: 0,
      baseSequence: 0,
      transactional: true,
    })
    log.write(other)
    const abort = marker('abort')
    setBaseOffset(abort, 0, 2)
    assert.deepEqual(log.state.apply(abort, 0), { producerId, firstOffset: 0, lastOffset: 2, lastStableOffset: 1 })
    const empty = marker('abort')
    setBaseOffset(empty, 0, 3)
    assert.equal(log.state.apply(empty, 0), undefined, 'a transaction that wrote nothing here leaves nothing')
  })
  it('end by a marker that raises the epoch, and the old epoch is fenced', () => {
    const log = new Log().writes({ sequence: 0, transactional: true }).write(marker('abort', { producerEpoch: 1 }))
    assert.equal(log.judge(batch({ sequence: 1, transactional: true })), 'INVALID_PRODUCER_EPOCH')
    assert.equal(log.judge(batch({ sequence: 0, epoch: 1, transactional: true })), 'next')
  })
  it('of version 2 are not ended by the marker of the one before, come late (KIP-890)', () => {
    const late = marker('commit', { producerEpoch: 1 })
    const log = new Log().writes({ sequence: 0, transactional: true }).write(marker('commit', { producerEpoch: 1 }))
    assert.equal(log.judge(late, 'coordinator', 2), 'next', 'once more does no harm')
    log.writes({ sequence: 0, epoch: 1, transactional: true })
    assert.equal(log.judge(late, 'coordinator', 2), 'INVALID_PRODUCER_EPOCH')
    assert.equal(log.judge(marker('commit', { producerEpoch: 2 }), 'coordinator', 2), 'next')
  })
  it('are not ended by an old coordinator or an old epoch', () => {
    const log = new Log().writes({ sequence: 0, epoch: 2, transactional: true })
    log.write(marker('commit', { producerEpoch: 2, coordinatorEpoch: 5 }))
    assert.equal(
      log.judge(marker('commit', { producerEpoch: 2, coordinatorEpoch: 4 }), 'coordinator'),
      'TRANSACTION_COORDINATOR_FENCED',
    )
    assert.equal(
      log.judge(marker('commit', { producerEpoch: 1, coordinatorEpoch: 5 }), 'coordinator'),
      'INVALID_PRODUCER_EPOCH',
    )
    assert.equal(log.judge(marker('commit', { producerEpoch: 2, coordinatorEpoch: 5 }), 'coordinator'), 'next')
  })
})

describe('a snapshot of producers', () => {
  const log = () =>
    new Log().writes({ sequence: 0, count: 3, timestamp: 5000 }, { sequence: 3, transactional: true, timestamp: 6000 })
  it('is what Kafka writes: version, CRC, count, 46 bytes for each', () => {
    const bytes = encodeSnapshot(log().state.entries.values())
    assert.equal(
      bytes.toString('hex'),
      '0001' +
        '5bdd197e' +
        '00000001' + // version, crc, count
        '0000000000000009' +
        '0000' +
        '00000003' + // producer id, epoch, last sequence
        '0000000000000003' +
        '00000000' +
        '0000000000001770' + // last offset, offset delta, timestamp
        'ffffffff' +
        '0000000000000003', // coordinator epoch, first offset of the open transaction
    )
  })
  it('keeps the last batch, the epoch and the open transaction', () => {
    const state = new ProducerState()
    state.reset(decodeSnapshot(encodeSnapshot(log().state.entries.values())))
    assert.equal(state.firstUnstableOffset(99), 3)
    const verdict = state.judge(batch({ sequence: 3, transactional: true }), 0, 'client')
    assert.equal(verdict.kind === 'duplicate' && verdict.batch.lastOffset, 3)
    assert.equal(state.judge(batch({ sequence: 4, transactional: true }), 0, 'client').kind, 'next')
  })
  it('that is damaged in any byte is not taken', () => {
    const bytes = encodeSnapshot(log().state.entries.values())
    for (let i = 0; i < bytes.length; i++) {
      const damaged = Buffer.from(bytes)
      damaged[i]! ^= 0x10
      assert.equal(decodeSnapshot(damaged), undefined, `byte ${i}`)
      assert.equal(decodeSnapshot(bytes.subarray(0, i)), undefined, `${i} bytes`)
    }
    assert.equal(decodeSnapshot(bytes)?.length, 1)
  })
})
