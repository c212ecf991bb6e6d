import assert from 'node:assert/strict'
import { test } from 'node:test'

import { hex } from '../testing.ts'
import { consumerOffsetsRecords, type ConsumerOffsetsRecordDraft } from './consumer-offsets.ts'
import { readRecord, writeRecord } from './coordinator-record.ts'
import { transactionStateRecords } from './transaction-state.ts'

const key = { group: 'g', topic: 't', partition: 3 }
// oxfmt-ignore
const cases: readonly [what: string, record: ConsumerOffsetsRecordDraft, key: string, value: string | null][] = [
  [ 'an offset', { type: 'offsetCommit', key, value: { offset: 7, metadata: '', commitTimestamp: 9, topicId: '0'.repeat(31) + '1' } },
    '0001 0001 67 0001 74 00000003', '0004 0000000000000007 ffffffff 01 0000000000000009 01 00 10 00000000000000000000000000000001' ],
  [ 'an offset that says when it expires', { type: 'offsetCommit', key, version: 1, value: { offset: 7, metadata: '', commitTimestamp: 9, expireTimestamp: 10 } },
    '0001 0001 67 0001 74 00000003', '0001 0000000000000007 0000 0000000000000009 000000000000000a' ],
  [ 'an offset that is gone', { type: 'offsetCommit', key, value: null },
    '0001 0001 67 0001 74 00000003', null ],
  [ 'an empty group', { type: 'groupMetadata', key: { group: 'g' }, value: { protocolType: 'consumer', generation: 2, protocol: null, leader: null, currentStateTimestamp: 9, members: [] } },
    '0002 0001 67', '0003 0008 636f6e73756d6572 00000002 ffff ffff 0000000000000009 00000000' ],
  [ 'the hash of a consumer group, exact', { type: 'consumerGroupMetadata', key: { groupId: 'g' }, value: { epoch: 5, metadataHash: -(2n ** 63n) + 1n } },
    '0003 0001 67', '0000 00000005 01 00 08 8000000000000001' ],
]
for (const [what, record, keyBytes, valueBytes] of cases) {
  test(`${what} is written as Kafka writes it, and read back`, () => {
    const written = writeRecord(consumerOffsetsRecords, record)
    assert.equal(written.key.toString('hex'), keyBytes.replaceAll(' ', ''))
    assert.equal(written.value?.toString('hex') ?? null, valueBytes?.replaceAll(' ', '') ?? null)
    const read = readRecord(consumerOffsetsRecords, written.key, written.value)
    assert.deepEqual([read?.type, read?.key], [record.type, record.key])
    if (record.value !== null) assert.partialDeepStrictEqual(read?.value, record.value)
  })
}
test('a type of record that is not known is passed over', () => {
  assert.equal(readRecord(consumerOffsetsRecords, hex('00ff 0001 67'), null), undefined)
  assert.equal(readRecord(transactionStateRecords, hex('0001 0001 67'), null), undefined)
})
test('a version of a value that is not known is refused', () => {
  assert.throws(() => readRecord(consumerOffsetsRecords, hex('0002 0001 67'), hex('0005 00')), {
    code: 'UNSUPPORTED_VERSION',
  })
})
test('bytes that end too early are refused', () => {
  assert.throws(() => readRecord(consumerOffsetsRecords, hex('00'), null), { code: 'TRUNCATED' })
  assert.throws(() => readRecord(consumerOffsetsRecords, hex('0002 0001 67'), hex('0003 0008')), { code: 'TRUNCATED' })
})
