import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../base/index.ts'
import {
  batchCodec,
  buildBatch,
  consumerOffsetsRecords,
  readRecord,
  writeRecord,
  type ConsumerOffsetsRecordDraft,
} from '../protocol/index.ts'
import { GroupFormat } from './group-format.ts'
import { applyRecord, encodeRecord, noRecords, noTopicId, type GroupRecord } from './records.ts'

const offset = { offset: 42, leaderEpoch: 3, metadata: 'é', commitTimestamp: 1_700_000_000_000, expireTimestamp: -1 }
const commit = (change: Partial<typeof offset & { topicId: string }> = {}): GroupRecord => ({
  is: 'offset',
  groupId: 'g',
  topic: 't',
  partition: 7,
  value: { ...offset, topicId: 'a'.repeat(32), ...change },
})
const member = {
  memberId: 'm',
  groupInstanceId: 'i',
  clientId: 'c',
  clientHost: '/127.0.0.1',
  rebalanceTimeout: 60_000,
  sessionTimeout: 45_000,
  subscription: Buffer.from('subscription'),
  assignment: Buffer.from('assignment'),
}
const group: GroupRecord = {
  is: 'group',
  groupId: 'g',
  value: {
    protocolType: 'consumer',
    generation: 5,
    protocol: 'range',
    leader: 'm',
    currentStateTimestamp: 1_700_000_000_000,
    members: [member],
  },
}
// oxfmt-ignore
const written: readonly (readonly [what: string, record: GroupRecord, key: string, value: string | null])[] = [
  ['a commit, with the id of the topic', commit(), '0001 0001 67 0001 74 00000007', `0004 000000000000002a 00000003 03 c3a9 0000018bcfe56800 01 00 10 ${'a'.repeat(32)}`],
  ['a commit by name alone', commit({ topicId: noTopicId }), '0001 0001 67 0001 74 00000007', '0004 000000000000002a 00000003 03 c3a9 0000018bcfe56800 00'],
  ['a commit that says how long it is to be kept', commit({ expireTimestamp: 1_700_000_000_001 }), '0001 0001 67 0001 74 00000007', '0001 000000000000002a 0002 c3a9 0000018bcfe56800 0000018bcfe56801'],
  ['an offset that is gone', { ...commit(), value: null } as GroupRecord, '0001 0001 67 0001 74 00000007', null],
  ['a group', group, '0002 0001 67', `0003 0008 ${hex('consumer')} 00000005 0005 ${hex('range')} 0001 6d 0000018bcfe56800 00000001 0001 6d 0001 69 0001 63 000a ${hex('/127.0.0.1')} 0000ea60 0000afc8 0000000c ${hex('subscription')} 0000000a ${hex('assignment')}`],
  ['a group that is gone', { ...group, value: null } as GroupRecord, '0002 0001 67', null],
]
function hex(text: string): string {
  return Buffer.from(text).toString('hex')
}
test('records are written byte for byte as Apache Kafka 4.2 does', () => {
  for (const [what, record, key, value] of written) {
    const encoded = encodeRecord(record)
    assert.equal(encoded.key.toString('hex'), key.replaceAll(' ', ''), what)
    assert.equal(encoded.value?.toString('hex') ?? null, value?.replaceAll(' ', '') ?? null, what)
  }
})
test('what is written is read again, and is what the declarations of the protocol say', () => {
  const format = new GroupFormat()
  for (const [what, record] of written) {
    const [read] = format.decode(format.encode([record], 1_700_000_000_000), 0)
    const expected =
      record.is === 'offset' && record.value && record.value.expireTimestamp !== -1
        ? { ...record, value: { ...record.value, leaderEpoch: -1, topicId: noTopicId } } // version 1 has neither
        : record
    assert.deepEqual(read, expected, what)
    const { key, value } = encodeRecord(record)
    assert.equal(
      readRecord(consumerOffsetsRecords, key, value)?.type,
      record.is === 'group' ? 'groupMetadata' : 'offsetCommit',
    )
  }
})

const commitValue = { offset: 42, metadata: '', commitTimestamp: 1 }
const commitKey = { group: 'g', topic: 't', partition: 0 }
const noTimeout = { ...member, rebalanceTimeout: -1 }
// oxfmt-ignore
const older: readonly (readonly [ConsumerOffsetsRecordDraft, unknown])[] = [
  [{ type: 'offsetCommit', key: commitKey, value: commitValue, version: 0 },                                     { offset: 42, leaderEpoch: -1, metadata: '', commitTimestamp: 1, expireTimestamp: -1, topicId: noTopicId }],
  [{ type: 'offsetCommit', key: commitKey, value: commitValue, version: 2 },                                     { offset: 42, leaderEpoch: -1, metadata: '', commitTimestamp: 1, expireTimestamp: -1, topicId: noTopicId }],
  [{ type: 'offsetCommit', key: commitKey, value: { ...commitValue, leaderEpoch: 9 }, version: 3 },              { offset: 42, leaderEpoch: 9, metadata: '', commitTimestamp: 1, expireTimestamp: -1, topicId: noTopicId }],
  [{ type: 'legacyOffsetCommit', key: commitKey, value: commitValue },                                           { offset: 42, leaderEpoch: -1, metadata: '', commitTimestamp: 1, expireTimestamp: -1, topicId: noTopicId }],
  [{ type: 'groupMetadata', key: { group: 'g' }, value: { protocolType: '', generation: 3, protocol: null, leader: null, members: [] }, version: 0 }, { protocolType: '', generation: 3, protocol: null, leader: null, currentStateTimestamp: -1, members: [] }],
  [{ type: 'groupMetadata', key: { group: 'g' }, value: { protocolType: 'consumer', generation: 3, protocol: 'range', leader: 'm', members: [{ ...noTimeout, groupInstanceId: null }] }, version: 0 }, { protocolType: 'consumer', generation: 3, protocol: 'range', leader: 'm', currentStateTimestamp: -1, members: [{ ...noTimeout, groupInstanceId: null }] }],
]
test('what older versions of Kafka have written is read', () => {
  for (const [draft, expected] of older) {
    const batch = buildBatch([{ timestamp: 0, ...writeRecord(consumerOffsetsRecords, draft) }])
    const [read] = new GroupFormat().decode(batch, 0)
    assert(read !== undefined && 'value' in read)
    assert.deepEqual(read.value, expected, `${draft.type} ${draft.version}`)
  }
})
test('records of types and versions that are not known are passed over', () => {
  const key = (type: number) => Buffer.from([0, type, 0, 1, 0x67, 0, 1, 0x74, 0, 0, 0, 0])
  const batch = buildBatch([
    { timestamp: 0, key: key(99), value: Buffer.from([0, 0]) },
    { timestamp: 0, key: key(1), value: Buffer.from([0, 9, 1, 2, 3]) },
    { timestamp: 0, key: key(98), value: null },
    { timestamp: 0, ...encodeRecord(commit()) },
  ])
  assert.deepEqual(new GroupFormat().decode(batch, 0), [
    { is: 'foreign', type: 99, version: 0 },
    { is: 'foreign', type: 1, version: 9 },
    { is: 'foreign', type: 98, version: -1 },
    commit(),
  ])
})
test('what is written is compressed as the topic is to be, and read whatever it is', () => {
  const records = Array.from({ length: 20 }, () => commit())
  const plain = new GroupFormat().encode(records, 0)
  for (const codec of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
    const batch = new GroupFormat(codec).encode(records, 0)
    assert.equal(batchCodec(batch, 0), codec)
    assert(batch.length < plain.length, codec)
    assert.deepEqual(new GroupFormat().decode(batch, 0), records)
  }
})
test('what is decoded stays when the bytes that it was read from are used again', () => {
  const format = new GroupFormat(),
    batch = format.encode([group, commit()], 0)
  const read = format.decode(batch, 0)
  batch.fill(0xff)
  assert.deepEqual(read, [group, commit()])
})

const seed = seedFromEnvironment()
test(`what was applied is taken back, whatever it was (seed ${seed})`, () => {
  const random = new SeededRandom(seed),
    state = noRecords(),
    history = [structuredClone(state)],
    undos: (() => void)[] = []
  for (let i = 0; i < 300; i++) {
    const groupId = `g${random.below(3)}`,
      isGone = random.chance(0.4)
    const record: GroupRecord = random.chance(0.3)
      ? { is: 'group', groupId, value: isGone ? null : { ...group.value!, members: [], generation: i } }
      : {
          is: 'offset',
          groupId,
          topic: `t${random.below(2)}`,
          partition: random.below(2),
          value: isGone ? null : { ...offset, topicId: noTopicId, offset: i },
        }
    undos.push(applyRecord(state, record))
    history.push(structuredClone(state))
  }
  for (const undo of undos.toReversed()) {
    history.pop()
    undo()
    assert.deepEqual(state, history.at(-1), `seed ${seed}`)
  }
})
