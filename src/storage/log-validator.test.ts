import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import {
  batchBaseOffset,
  batchCodec,
  batchHasLogAppendTime,
  batchHeaderSize,
  batchLastOffset,
  batchLeaderEpoch,
  batchMaxTimestamp,
  batchProducerId,
  buildBatch,
  checkBatch,
  controlBatch,
  RecordIndex,
  setBaseOffset,
  setCrc,
  setMaxTimestamp,
  type BatchOptions,
  type CompressionCodec,
} from '../protocol/index.ts'
import { defaultLogConfig, type LogConfig } from './log-config.ts'
import { validateBatch, type Refusal } from './log-validator.ts'

const now = 1_700_000_000_000
const hourMs = 60 * 60 * 1000

interface Given {
  readonly config?: Partial<LogConfig>
  readonly origin?: 'client' | 'coordinator'
}
function validate(batch: Buffer, { config, origin = 'client' }: Given = {}): Buffer | Refusal {
  return validateBatch(batch, {
    origin,
    config: { ...defaultLogConfig, ...config },
    baseOffset: 100,
    leaderEpoch: 7,
    now,
  })
}
function taken(batch: Buffer, given?: Given): Buffer {
  const outcome = validate(batch, given)
  assert.ok(Buffer.isBuffer(outcome), JSON.stringify(outcome))
  assert.equal(checkBatch(outcome, 0, outcome.length), undefined)
  return outcome
}
const three = (options: BatchOptions = {}, timestamp = now) =>
  buildBatch(
    ['a', 'b', 'c'].map(key => ({
      timestamp,
      key,
      value: `value of ${key}`.repeat(10),
      headers: [['h', null]] as const,
    })),
    options,
  )
/** A batch whose bytes are changed, with a CRC that fits again. */
function changed(batch: Buffer, change: (batch: Buffer) => void): Buffer {
  change(batch)
  setCrc(batch, 0)
  return batch
}

describe('a batch that is taken', () => {
  it('is given its offset and leader epoch where it lies, whatever epoch it came with', () => {
    const batch = three({ leaderEpoch: -1 }),
      outcome = taken(batch)
    assert.equal(outcome, batch)
    assert.equal(batchBaseOffset(outcome, 0), 100)
    assert.equal(batchLastOffset(outcome, 0), 102)
    assert.equal(batchLeaderEpoch(outcome, 0), 7)
    assert.ok(!batchHasLogAppendTime(outcome, 0))
  })
  it('has the time of its append where the topic says so', () => {
    const outcome = taken(three({}, now - 5 * hourMs), { config: { messageTimestampType: 'LogAppendTime' } })
    assert.ok(batchHasLogAppendTime(outcome, 0))
    assert.equal(batchMaxTimestamp(outcome, 0), now)
  })
  it('has its largest timestamp put right', () => {
    const batch = three()
    setMaxTimestamp(batch, 0, now + 10_000 * hourMs)
    assert.equal(batchMaxTimestamp(taken(batch), 0), now)
  })
  it('may have no timestamps at all', () => {
    assert.equal(batchMaxTimestamp(taken(three({}, -1)), 0), -1)
  })
  it('may hold control records where a coordinator wrote them, compressed by none', () => {
    const marker = controlBatch({
      type: 'commit',
      producerId: 1,
      producerEpoch: 0,
      coordinatorEpoch: 0,
      timestamp: now,
    })
    assert.equal(taken(marker, { origin: 'coordinator', config: { compressionType: 'zstd' } }), marker)
  })
  it('may be larger than max.message.bytes where a coordinator wrote it', () => {
    taken(three(), { origin: 'coordinator', config: { maxMessageBytes: 10 } })
  })

  // oxfmt-ignore
  const compressions: [type: LogConfig['compressionType'], source: CompressionCodec, codec: CompressionCodec][] = [
    ['producer', 'none', 'none'], ['producer', 'lz4', 'lz4'], ['uncompressed', 'gzip', 'none'], ['gzip', 'none', 'gzip'],
    ['zstd', 'zstd', 'zstd'], ['lz4', 'snappy', 'lz4'], ['snappy', 'zstd', 'snappy'],
  ]
  for (const [compressionType, source, codec] of compressions)
    it(`sent with ${source} to compression.type=${compressionType} is stored with ${codec}`, () => {
      const batch = three({ codec: source, producerId: 5, producerEpoch: 1, baseSequence: 3 })
      const outcome = taken(batch, { config: { compressionType } })
      assert.equal(batchCodec(outcome, 0), codec)
      assert.equal(outcome === batch, codec === source)
      assert.equal(batchProducerId(outcome, 0), 5)
      assert.equal(batchBaseOffset(outcome, 0), 100)
      const records = new RecordIndex().read(outcome, 0)
      assert.deepEqual(
        [0, 1, 2].map(i => String(records.key(i))),
        ['a', 'b', 'c'],
      )
      assert.deepEqual(
        records.headers(2).map(([key, value]) => [String(key), value]),
        [['h', null]],
      )
    })
})

describe('a batch that is refused', () => {
  const zero = Buffer.alloc(0)
  const compacted = { cleanupPolicy: ['compact'] as const }
  const keyless = () =>
    buildBatch([
      { timestamp: now, key: 'k', value: 'v' },
      { timestamp: now, value: 'v' },
    ])
  const noOffsets = () => changed(three(), batch => batch.writeInt32BE(7, 23))
  const noCount = () => changed(three(), batch => batch.writeInt32BE(4, 57))
  const garbage = (codec: CompressionCodec) => changed(three({ codec }), batch => batch.fill(0x5a, batchHeaderSize))
  const flipped = () => {
    const batch = three()
    batch[batch.length - 1]! ^= 1
    return batch
  }
  const offset = () => {
    const batch = three()
    setBaseOffset(batch, 0, 3)
    return batch
  }
  // oxfmt-ignore
  const cases: [what: string, batch: () => Buffer, config: Partial<LogConfig>, error: string, said: RegExp][] = [
    ['is not there',                             () => zero,                                          {},                                    'INVALID_RECORD',        /no record batch/],
    ['comes with another',                       () => Buffer.concat([three(), three()]),             {},                                    'INVALID_RECORD',        /more than one/],
    ['is cut',                                   () => three().subarray(0, 80),                       {},                                    'CORRUPT_MESSAGE',       /80 are here/],
    ['is damaged',                               flipped,                                             {},                                    'CORRUPT_MESSAGE',       /CRC/],
    ['does not begin at offset 0',               offset,                                              {},                                    'INVALID_RECORD',        /base offset of 3/],
    ['has more offsets than records',            noOffsets,                                           {},                                    'INVALID_RECORD',        /last offset delta of 7/],
    ['has fewer records than it says',           noCount,                                             {},                                    'INVALID_RECORD',        /4 records/],
    ['holds control records',                    () => three({ control: true }),                      {},                                    'INVALID_RECORD',        /control/],
    ['has a producer id and no sequence',        () => three({ producerId: 4, producerEpoch: 0 }),    {},                                    'INVALID_RECORD',        /sequence -1/],
    ['says that it has the time of its append',  () => three({ timestampType: 'LogAppendTime' }),     {},                                    'INVALID_TIMESTAMP',     /append/],
    ['is larger than max.message.bytes',         three,                                               { maxMessageBytes: 100 },              'MESSAGE_TOO_LARGE',     /100 are allowed/],
    ['becomes too large by the topic\'s codec',  () => three({ codec: 'gzip' }),                      { compressionType: 'uncompressed', maxMessageBytes: 200 }, 'MESSAGE_TOO_LARGE', /200 are allowed/],
    ['is larger than a segment',                 three,                                               { segmentBytes: 100 },                 'RECORD_LIST_TOO_LARGE', /a segment takes 100/],
    ['has a record without key, if compacted',   keyless,                                             compacted,                             'INVALID_RECORD',        /1 of 2 records: .*without a key/],
    ['is too far in the future',                 () => three({}, now + hourMs + 1),                   {},                                    'INVALID_TIMESTAMP',     /3 of 3 records/],
    ['is too far in the past',                   () => three({}, now - 2000),                         { messageTimestampBeforeMaxMs: 1999 }, 'INVALID_TIMESTAMP',     /3 of 3 records/],
    ['holds garbage instead of records',         () => garbage('none'),                               {},                                    'INVALID_RECORD',        /./],
    ['holds garbage instead of gzip',            () => garbage('gzip'),                               {},                                    'INVALID_RECORD',        /./],
    ['holds garbage instead of snappy',          () => garbage('snappy'),                             {},                                    'INVALID_RECORD',        /./],
    ['holds garbage instead of lz4',             () => garbage('lz4'),                                {},                                    'INVALID_RECORD',        /./],
    ['holds garbage instead of zstd',            () => garbage('zstd'),                               {},                                    'INVALID_RECORD',        /./],
  ]
  for (const [what, batch, config, error, said] of cases)
    it(`${what}: ${error}`, () => {
      const outcome = validate(batch(), { config })
      assert.ok(!Buffer.isBuffer(outcome), 'it was taken')
      assert.equal(outcome.error, error)
      assert.match(outcome.message, said)
    })
  it('for its records tells which of them', () => {
    const outcome = validate(keyless(), { config: compacted }) as Refusal
    assert.deepEqual(outcome.recordErrors, [
      { batchIndex: 1, message: 'a compacted topic takes no record without a key' },
    ])
  })
  it('leaves alone the time limits where the topic has the time of the append', () => {
    taken(three({}, now + 99 * hourMs), { config: { messageTimestampType: 'LogAppendTime' } })
  })
})
