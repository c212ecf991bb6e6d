// Records as Apache Kafka 4.2 wrote them, and what its kafka-dump-log says of them.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'

import { controlText } from './control-text.ts'
import { internalDecoder, internalDecoders } from './internal-decoders.ts'

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
const topicId = '010ba0ec9b584aca813ede9cf5a6ca97'

describe('records of the cluster', () => {
  const payloadOf = (hex: string | null) =>
    internalDecoders['cluster-metadata-decoder'](null, hex === null ? null : bytes(hex), 7)
  const cases: [hex: string, type: string, version: number, data: string][] = [
    [
      '010c00116d657461646174612e76657273696f6e001d00',
      'FEATURE_LEVEL_RECORD',
      0,
      '{"name":"metadata.version","featureLevel":29}',
    ],
    ['01170001001212426f6f747374726170207265636f726473', 'BEGIN_TRANSACTION_RECORD', 0, '{"name":"Bootstrap records"}'],
    ['01140000', 'NO_OP_RECORD', 0, '{}'],
    [
      '01110000000001000000000000000f010001ff',
      'BROKER_REGISTRATION_CHANGE_RECORD',
      0,
      '{"brokerId":1,"brokerEpoch":15,"fenced":-1}',
    ],
    [`0102000274${topicId}00`, 'TOPIC_RECORD', 0, '{"name":"t","topicId":"AQug7JtYSsqBPt6c9abKlw"}'],
    [
      `01030200000000${topicId}020000000102000000010101000000010000000000000000020d54ee8793cc4fbf830b2e31c971f43700`,
      'PARTITION_RECORD',
      2,
      '{"partitionId":0,"topicId":"AQug7JtYSsqBPt6c9abKlw","replicas":[1],"isr":[1],"removingReplicas":[],"addingReplicas":[],"leader":1,"leaderEpoch":0,"partitionEpoch":0,"directories":["DVTuh5PMT7-DCy4xyXH0Nw"]}',
    ],
    [
      '0105020000000010d266ab92c24a9db1c60105eb6535f1040001010104ffffffff0605020000000107050200000001',
      'PARTITION_CHANGE_RECORD',
      2,
      '{"partitionId":0,"topicId":"ENJmq5LCSp2xxgEF62U18Q","isr":[],"leader":-1,"eligibleLeaderReplicas":[1],"lastKnownElr":[1]}',
    ],
    [
      '010e00030a636c69656e742d69640000057573657206616c696365001370726f64756365725f627974655f7261746540900000000000000000',
      'CLIENT_QUOTA_RECORD',
      0,
      '{"entity":[{"entityType":"client-id","entityName":null},{"entityType":"user","entityName":"alice"}],"key":"producer_byte_rate","value":1024.0,"remove":false}',
    ],
  ]
  for (const [hex, type, version, data] of cases)
    it(`${type} is shown with its version and its fields`, () => {
      assert.deepEqual(payloadOf(hex), { payload: `{"type":"${type}","version":${version},"data":${data}}` })
    })

  const faults: [what: string, hex: string | null, message: string][] = [
    ['no value', null, 'the record has no value'],
    ['an empty value', '', 'Error while reading frame version'],
    ['a frame of the preview', '00', 'Could not deserialize metadata record with frame version 0. Note that upgrades from the preview release of KRaft in 2.8 to newer versions are not supported.'],
    ['another frame', '31', 'Could not deserialize metadata record due to unknown frame version 49(only frame version 1 is supported)'],
    ['a type beyond its range', '01ffff0f', 'Value for type was too large.'],
    ['an unknown type', '016300', 'org.apache.kafka.common.errors.UnsupportedVersionException: Unknown metadata id 99'],
    ['a record that ends early', '010c00116d', 'Failed to deserialize record with type 12'],
    ['bytes behind a record', '0114000000', 'Found 1 byte(s) of garbage after 20'],
  ] // oxfmt-ignore
  for (const [what, hex, message] of faults)
    it(`${what} is told, and passed over`, () => {
      assert.deepEqual(payloadOf(hex), { payload: `Error at 7, skipping. ${message}` })
    })
})

describe('records of tiered storage', () => {
  const orders = `076f7264657273${topicId}0000000300`,
    segment = '0d54ee8793cc4fbf830b2e31c971f437',
    id = 'RemoteLogSegmentId{topicIdPartition=AQug7JtYSsqBPt6c9abKlw:orders-3, id=DVTuh5PMT7-DCy4xyXH0Nw}'
  const offsets = '00000000000000000000000000000064',
    content =
      '0000000100000000000000050000000000000006040000000000000000000000000000000003000000000000000500000000140000000000000007' +
      '00000003e804010203000100'
  const rest =
    'segmentLeaderEpochs={0=0, 3=5, 20=7}, segmentSizeInBytes=1000, customMetadata=Optional[CustomMetadata{3 bytes}], state=COPY_SEGMENT_STARTED, txnIdxEmpty=true}'
  const cases: [hex: string, text: string][] = [
    [
      `010000${orders}${segment}00${offsets}${content}0101`,
      `RemoteLogSegmentMetadata{remoteLogSegmentId=${id}, startOffset=0, endOffset=100, brokerId=1, maxTimestampMs=5, eventTimestampMs=6, ${rest}`,
    ],
    [
      `010100${orders}${segment}00000000020000000000000009000300`,
      `RemoteLogSegmentMetadataUpdate{remoteLogSegmentId=${id}, customMetadata=Optional.empty, state=DELETE_SEGMENT_FINISHED, eventTimestampMs=9, brokerId=2}`,
    ],
    [
      `010200${orders}00000003000000000000000a0000`,
      'RemotePartitionDeleteMetadata{topicPartition=AQug7JtYSsqBPt6c9abKlw:orders-3, state=DELETE_PARTITION_MARKED, eventTimestampMs=10, brokerId=3}',
    ],
    [
      `010300${segment}${offsets}${content}0101`,
      `RemoteLogSegmentMetadataSnapshot{segmentId=DVTuh5PMT7-DCy4xyXH0Nw, startOffset=0, endOffset=100, maxTimestampMs=5, ${rest}`,
    ],
  ]
  for (const [hex, text] of cases)
    it(`${text.split('{')[0]} is shown as Java's object`, () => {
      assert.deepEqual(internalDecoders['remote-log-metadata-decoder'](null, bytes(hex), 0), { payload: text })
    })
  it('a state that there is none of is told, and passed over', () => {
    const unknown = `010200${orders}00000003000000000000000a0900`
    assert.deepEqual(internalDecoders['remote-log-metadata-decoder'](null, bytes(unknown), 3), {
      payload: 'Error at offset 3, skipping. no state has the number 9',
    })
  })
})

describe('records of share groups', () => {
  it('of their state, and of their members among those of other groups', () => {
    const ofPartition = `00027367${topicId}00000001`
    const update = '00000000000000000000000000000000000002000000000000000000000000000000040200010001000400000005'
    assert.deepEqual(internalDecoders['share-group-state-decoder'](bytes(`0001${ofPartition}`), bytes(update), 0), {
      key: '{"type":"1","data":{"groupId":"sg","topicId":"AQug7JtYSsqBPt6c9abKlw","partition":1}}',
      payload:
        '{"version":"0","data":{"snapshotEpoch":0,"leaderEpoch":0,"startOffset":0,"deliveryCompleteCount":5,"stateBatches":[{"firstOffset":0,"lastOffset":4,"deliveryState":2,"deliveryCount":1}]}}',
    })
    assert.deepEqual(internalDecoders['offsets-decoder'](bytes('000c00027367'), bytes('00000000000100'), 0), {
      key: '{"type":"12","data":{"groupId":"sg"}}',
      payload: '{"version":"0","data":{"assignmentEpoch":1}}',
    })
  })
})

describe('records of coordinators that cannot be read', () => {
  const cases: [what: string, key: string, value: string, message: string][] = [
    ['no type', '00', '', "Could not read version from key's buffer."],
    ['a key of something else', '00010002', '', "Could not read record with version 1 from key's buffer due to: "],
    ['no version', '000c00027367', '00', "Could not read version from value's buffer."],
    ['another version', '000c00027367', '0009', "Could not read record with version 9 from value's buffer due to: "],
  ]
  for (const [what, key, value, message] of cases)
    it(what, () => {
      const decoded = internalDecoders['offsets-decoder'](bytes(key), bytes(value), 4)
      assert.ok(
        'key' in decoded && decoded.key!.startsWith(`Error at offset 4, skipping. ${message}`),
        inspect(decoded),
      )
    })
})

describe('control records of KRaft', () => {
  const cases: [key: string, value: string, text: string][] = [
    ['00000002', '00000000000102000000010002000000010000', ' LeaderChange: {"version":0,"leaderId":1,"voters":[{"voterId":1}],"grantingVoters":[{"voterId":1}]}'],
    ['00000003', '0000000001a206841b0800', ' SnapshotHeader {"version":0,"lastContainedLogTimestamp":1795405650696}'],
    ['00000004', '000000', ' SnapshotFooter {"version":0}'],
    ['00000005', '0000000100', ' KRaftVersion {"version":0,"kRaftVersion":1}'],
    ['00000006', '000002000000010d54ee8793cc4fbf830b2e31c971f437020b434f4e54524f4c4c45520a3132372e302e302e3195ed0000000001000000', ' KRaftVoters {"version":0,"voters":[{"voterId":1,"voterDirectoryId":"DVTuh5PMT7-DCy4xyXH0Nw","endpoints":[{"name":"CONTROLLER","host":"127.0.0.1","port":38381}],"kRaftVersionFeature":{"minSupportedVersion":0,"maxSupportedVersion":1}}]}'],
    ['00000063', '0000', ' controlType: UNKNOWN(99)'],
  ] // oxfmt-ignore
  for (const [key, value, text] of cases)
    it(text.trim().split(/[: ]/)[0]!, () => assert.equal(controlText(bytes(key), bytes(value), 0), text))
  it('are refused where they end early', () => {
    assert.throws(() => controlText(bytes('00000006'), bytes('000002'), 5), /VotersRecord at 5/)
    assert.throws(() => controlText(bytes('00'), bytes('0000'), 5), /without a type at 5/)
  })
})

it('of several decoders the first counts, as in Kafka', () => {
  const given = new Set(['share-group-state-decoder', 'transaction-log-decoder'])
  assert.equal(
    internalDecoder(option => given.has(option)),
    internalDecoders['transaction-log-decoder'],
  )
  assert.equal(
    internalDecoder(() => false),
    undefined,
  )
})
