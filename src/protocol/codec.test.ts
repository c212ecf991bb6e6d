import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { apiVersions } from './apis/api-versions.ts'
import { fetch } from './apis/fetch.ts'
import { requestHeader, requestHeaderVersion, responseHeaderVersion } from './apis/headers.ts'
import { initProducerId } from './apis/init-producer-id.ts'
import { metadata } from './apis/metadata.ts'
import { produce } from './apis/produce.ts'
import { codec, type AnyCodec } from './codec.ts'
import { compile, sourceOf } from './compile.ts'
import { int64Max } from './int64.ts'
import { interpret } from './interpret.ts'
import { Reader } from './reader.ts'
import {
  api,
  array,
  bytes,
  int32,
  int64exact,
  int8,
  message,
  string,
  struct,
  unknownTags,
  type Message,
} from './schema.ts'
import { decoded, encoded, hex } from './testing.ts'
import { Writer } from './writer.ts'

const topicId = '0123456789abcdef0123456789abcdef'
const fetchPartition = { partition: 2, currentLeaderEpoch: 5, fetchOffset: 2 ** 32 + 7, partitionMaxBytes: 65536 }
const fetchBy = { maxWaitMs: 500, minBytes: 1, maxBytes: 2 ** 20, isolationLevel: 1, rackId: 'r1' }

// The bytes were made by others' encoders: v12 and above by @platformatic/kafka 2.9, the rest by kafkajs 2.2.
// oxfmt-ignore
//   message, version             value                                                                                           bytes
const golden = [
  [apiVersions.request, 4,        { clientSoftwareName: 'millrace', clientSoftwareVersion: '1.0' },                               '096d696c6c7261636504312e3000'],
  [initProducerId.request, 5,     { transactionalId: 'tx', transactionTimeoutMs: 60000, producerId: 9007, producerEpoch: 3 },     '0374780000ea60000000000000232f000300'],
  [metadata.request, 6,           { topics: [{ name: 'orders' }], allowAutoTopicCreation: false },                                '0000000100066f726465727300'],
  [metadata.request, 12,          { topics: [{ name: 'orders' }, { name: 'käse' }] },                                             '0300000000000000000000000000000000076f72646572730000000000000000000000000000000000066bc3a4736500010000'],
  [fetch.request, 11,             { ...fetchBy, topics: [{ topic: 'orders', partitions: [fetchPartition] }] },                    'ffffffff000001f400000001001000000100000000ffffffff0000000100066f726465727300000001000000020000000500000001'
                                                                                                                                  + '00000007ffffffffffffffff000100000000000000027231'],
  [fetch.request, 17,             { ...fetchBy, topics: [{ topicId, partitions: [{ ...fetchPartition, lastFetchedEpoch: 4 }] }] }, '000001f400000001001000000100000000ffffffff020123456789abcdef0123456789abcdef0200000002000000050000000100000007'
                                                                                                                                  + '00000004ffffffffffffffff0001000000000103723100'],
] as const satisfies readonly (readonly [Message<any>, number, object, string])[]

for (const [message, version, value, expected] of golden) {
  test(`${message.name} v${version} is what another client writes`, () => {
    assert.equal(encoded(codec(message as Message<any>, version), value).toString('hex'), expected)
    assert.partialDeepStrictEqual(decoded(codec(message as Message<any>, version), hex(expected)), value)
  })
}

// From here on, both ways to make a codec must behave alike.
for (const [how, make] of [
  ['compiled', compile],
  ['interpreted', interpret],
] as const) {
  const of = (fields: Parameters<typeof message>[2], options = {}): AnyCodec =>
    make(message('Sample', { versions: '0-1', flexible: '0+' }, fields), 0, options)

  test(`${how}: a tagged field with its default is not written, whatever its kind`, () => {
    const sample = of({
      list: array(int32).tag(0, '0+'),
      bytes: bytes.tag(1, '0+'),
      leader: struct({ id: int32.default(-1), racks: array(string) }).tag(2, '0+'),
      big: int64exact.tag(3, '0+'),
    })
    assert.equal(
      encoded(sample, { list: [], bytes: Buffer.alloc(0), leader: { id: -1, racks: [] }, big: 0n }).toString('hex'),
      '00',
    )
    assert.equal(encoded(sample, {}).toString('hex'), '00')
  })
  test(`${how}: tagged fields are written by number, not in the order of the declaration`, () => {
    assert.equal(
      encoded(of({ second: int32.tag(7, '0+'), first: int32.tag(2, '0+') }), { second: 1, first: 2 }).toString('hex'),
      '02 0204 00000002 0704 00000001'.replaceAll(' ', ''),
    )
  })
  test(`${how}: an absent struct is decoded to a fresh struct of defaults`, () => {
    const sample = of({
      tagged: struct({ id: int32.default(-1) }).tag(0, '0+'),
      later: struct({ names: array(string), inner: struct({ x: int32 }) }).in('1'),
    })
    const [one, two] = [decoded(sample, hex('00')), decoded(sample, hex('00'))]
    assert.deepEqual(one, { tagged: { id: -1 }, later: { names: [], inner: { x: 0 } } })
    assert(one.later !== two.later && one.later.names !== two.later.names)
  })
  test(`${how}: null comes back where it may, and only there`, () => {
    const nullable = of({ list: array(int32).nullable(), entry: struct({ x: int32 }).nullable() })
    assert.deepEqual(decoded(nullable, encoded(nullable, { list: null, entry: null })), { list: null, entry: null })
    assert.throws(() => decoded(of({ list: array(int32) }), hex('00 00')), { code: 'UNEXPECTED_NULL' })
  })
  test(`${how}: a struct that may be null says so in a byte, and in a tagged field in a varint`, () => {
    const plain = of({ entry: struct({ x: int8 }).nullable() }),
      tagged = of({ entry: struct({ x: int8 }).tag(0, '0+').nullable() })
    // oxfmt-ignore
    for (const [codec, entry, bytes] of [
      [plain,  null,     'ff 00'],
      [plain,  { x: 7 }, '01 07 00 00'],
      [tagged, null,     '01 0001 00'],
      [tagged, { x: 7 }, '01 0003 01 07 00'],
      [tagged, { x: 0 }, '00'],
    ] as const) {
      assert.deepEqual(encoded(codec, { entry }), hex(bytes))
      assert.deepEqual(decoded(codec, hex(bytes)), { entry })
    }
  })
  test(`${how}: a field may not read beyond its tag, nor leave bytes in it`, () => {
    const sample = of({ id: int32.tag(0, '0+'), after: int32.tag(1, '0+') })
    assert.throws(() => decoded(sample, hex('02 0002 0000 0104 00000001')), { code: 'TRUNCATED' })
    assert.throws(() => decoded(sample, hex('01 0005 00000001 00')), { code: 'MALFORMED' })
    assert.throws(() => decoded(sample, hex('02 0004 00000001 0004 00000002')), { code: 'MALFORMED' })
  })
  test(`${how}: unknown tags are dropped, or kept in their places`, () => {
    const bytes = hex('03 0001 aa 0204 00000007 0902 bbcc'),
      fields = { known: int32.tag(2, '0+') }
    assert.equal(encoded(of(fields), decoded(of(fields), bytes)).toString('hex'), '01020400000007')
    const keeping = of(fields, { keepUnknownTags: true }),
      value = decoded(keeping, bytes)
    assert.deepEqual(
      value[unknownTags].map((tag: { tag: number }) => tag.tag),
      [0, 9],
    )
    assert.deepEqual(encoded(keeping, { ...value, known: 8 }), hex('03 0001 aa 0204 00000008 0902 bbcc'))
  })
  test(`${how}: a value that the version lacks is refused, unless it is ignorable or the default`, () => {
    const sample = make(metadata.request, 3)
    assert.throws(() => encoded(sample, { topics: [], allowAutoTopicCreation: false }), { code: 'UNSUPPORTED_VERSION' })
    assert.equal(encoded(sample, { topics: [], allowAutoTopicCreation: true }).length, 4)
    assert.equal(encoded(make(apiVersions.request, 0), { clientSoftwareName: 'lost' }).length, 0)
  })
  test(`${how}: a version outside the declaration is refused`, () => {
    for (const version of [-1, 0.5, 19, 32767, NaN])
      assert.throws(() => make(fetch.request, version), { code: 'UNSUPPORTED_VERSION' })
  })
}

test('errors name the path, and leave reader and writer where they were', () => {
  const answer = {
    brokers: [],
    topics: [
      {
        errorCode: 0,
        name: 'a',
        partitions: [{ errorCode: 0, partitionIndex: 0, leaderId: null, replicaNodes: [], isrNodes: [] }],
      },
    ],
  }
  const writer = new Writer()
  writer.int8(1)
  assert.throws(() => codec(metadata.response, 12).encode(writer, answer as any), {
    code: 'UNEXPECTED_NULL',
    path: 'MetadataResponse.topics[0].partitions[0].leaderId',
  })
  assert.equal(writer.sizeBytes, 1)
  assert.throws(() => codec(metadata.response, 12).encode(writer, { brokers: [], topics: undefined as any }), {
    message: 'MetadataResponse.topics: an array expected, found undefined',
  })
  assert.throws(() => codec(metadata.response, 12).encode(writer, null as any), {
    code: 'UNEXPECTED_NULL',
    path: 'MetadataResponse',
  })

  const reader = new Reader(hex('ff 02'), 1)
  assert.throws(() => codec(metadata.request, 12).decode(reader), { code: 'TRUNCATED', path: 'MetadataRequest.topics' })
})
test('a frame of one-byte elements is refused before it fills the memory', () => {
  const frame = Buffer.concat([hex('ff ff ff 7f'), Buffer.alloc(2 ** 24)]) // "268 million topics"
  assert.throws(() => decoded(codec(metadata.request, 9), frame), { code: 'TRUNCATED' })
  const honest = Buffer.concat([hex('81 80 80 04'), Buffer.alloc(2 ** 24, hex('01 00'))]) // eight million, all there
  const before = process.memoryUsage().heapUsed
  assert.throws(() => decoded(codec(metadata.request, 9), honest), {
    code: 'TOO_LARGE',
    path: 'MetadataRequest.topics',
  })
  assert(process.memoryUsage().heapUsed - before < 2 ** 24)
})
test('the estimate of memory, which the budget is spent by, is about what V8 takes', () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  const partition = { errorCode: 0, partitionIndex: 1, leaderId: 1, replicaNodes: [1, 2, 3], isrNodes: [1, 2, 3] }
  const topics = Array.from({ length: 400 }, (_, i) => ({
    errorCode: 0,
    name: `topic ${i}`,
    partitions: Array(50).fill(partition),
  }))
  const bytes = encoded(codec(metadata.response, 12), { brokers: [], topics })
  const reader = new Reader(bytes),
    { allocationLeft } = reader
  gc()
  const before = process.memoryUsage().heapUsed
  const value = codec(metadata.response, 12).decode(reader)
  gc()
  const taken = process.memoryUsage().heapUsed - before,
    estimate = allocationLeft - reader.allocationLeft
  assert.equal(value.topics.length, 400)
  assert(taken < estimate * 1.5 && taken > estimate / 3, `${taken} bytes taken, ${estimate} estimated`)
})
test('a fetch response is a list of chunks, and its record sets are the ones given', () => {
  const sets = [Buffer.alloc(5000, 1), Buffer.alloc(2 ** 20, 2)]
  const partitions = sets.map((records, partitionIndex) => ({
    partitionIndex,
    errorCode: 0,
    highWatermark: 9,
    abortedTransactions: null,
    records,
  }))
  const writer = new Writer()
  codec(fetch.response, 17).encode(writer, { responses: [{ topicId, partitions }] })
  const chunks = writer.chunks()
  assert.equal(chunks.length, 5)
  assert(sets.every(set => chunks.includes(set)))
  const [first] = codec(fetch.response, 17).decode(new Reader(writer.toBuffer())).responses
  assert.deepEqual(
    first?.partitions.map(p => [p.records?.length, p.divergingEpoch.epoch, p.preferredReadReplica]),
    [
      [5000, -1, -1],
      [2 ** 20, -1, -1],
    ],
  )
})
test('no record set is an empty one, not null, which librdkafka takes for an invalid size', () => {
  const refusal = { partitionIndex: 0, errorCode: 1, highWatermark: -1, abortedTransactions: null }
  const written = encoded(codec(fetch.response, 11), { responses: [{ topic: 't', partitions: [refusal] }] })
  assert.equal(written.subarray(-4).toString('hex'), '00000000')
})
test('a high watermark that was not given is Long.MAX_VALUE, and Long.MAX_VALUE is an offset that can be asked for', () => {
  const partition = { ...fetchPartition, fetchOffset: int64Max }
  const request = { ...fetchBy, topics: [{ topicId, partitions: [partition] }] }
  const [topic] = decoded(codec(fetch.request, 18), encoded(codec(fetch.request, 18), request)).topics
  assert.deepEqual([topic.partitions[0].fetchOffset, topic.partitions[0].highWatermark], [int64Max, int64Max])
})
test('the client id is never compact, and ApiVersions answers with header 0', () => {
  const header = { requestApiKey: 18, requestApiVersion: 4, correlationId: 1, clientId: 'me' }
  assert.equal(
    encoded(codec(requestHeader, 2), header).toString('hex'),
    '0012 0004 00000001 0002 6d65 00'.replaceAll(' ', ''),
  )
  assert.deepEqual(
    [
      requestHeaderVersion(apiVersions, 4),
      responseHeaderVersion(apiVersions, 4),
      requestHeaderVersion(produce, 8),
      responseHeaderVersion(produce, 9),
    ],
    [2, 0, 1, 1],
  )
})
test('an unstable version is spoken but not advertised', () => {
  assert.deepEqual([initProducerId.versions.to, initProducerId.stable.to, fetch.stable.to], [6, 5, 18])
})
test('mistakes of a declaration are found when it is loaded', () => {
  const declare = (fields: Parameters<typeof message>[2]) => () =>
    message('Sample', { versions: '0-3', flexible: '2+' }, fields)
  assert.throws(declare({ 'not a name': int32 }), /not an identifier/)
  assert.throws(declare({ name: string.default(null as any) }), /defaults to null/)
  assert.throws(declare({ early: int32.tag(0, '1+') }), /not flexible/)
  assert.throws(declare({ one: int32.tag(0, '2+'), two: int32.tag(0, '2+') }), /a tag twice/)
  assert.throws(() => int32.in('1to3' as any), /no range of versions/)
  assert.throws(() => api(1, 'Open', { versions: '0+' }, { request: {}, response: {} }), /open range/)
})
test('what is compiled reads as if written by hand', () => {
  assert.equal(
    sourceOf(
      message(
        'Beat',
        { versions: '0', flexible: '0+' },
        { groupId: string, generationId: int32, epochs: array(int32).nullable() },
      ),
      0,
    ),
    `'use strict'
function readBeat_epochs_list(r) {
  const count = r.compactCount(4, 8)
  if (count < 0) return null
  const list = new Array(count)
  const at = r.take(count * 4), { view } = r
  for (let i = 0; i < count; i++) list[i] = view.getInt32(at + i * 4)
  return list
}
function readBeat(r) {
  const value = {
    groupId: r.compactString(),
    generationId: r.int32(),
    epochs: readBeat_epochs_list(r),
  }
  r.skipTags()
  return value
}
function writeBeat_epochs_list(w, list) {
  if (list === null) return w.compactCount(-1)
  w.compactCount(list.length)
  for (let i = 0; i < list.length; i++) { w.int32(list[i]) }
}
function writeBeat(w, value) {
  w.compactString(value.groupId)
  w.int32(value.generationId)
  writeBeat_epochs_list(w, value.epochs)
  w.uvarint(0)
}
return { decode: readBeat, encode: writeBeat }`,
  )
})
test('where code generation is off, the interpreter runs instead', () => {
  const script = `
    import { codec } from '${new URL('codec.ts', import.meta.url)}'
    import { canCompile } from '${new URL('compile.ts', import.meta.url)}'
    import { metadata } from '${new URL('apis/metadata.ts', import.meta.url)}'
    import { Writer } from '${new URL('writer.ts', import.meta.url)}'
    const writer = new Writer()
    codec(metadata.request, 6).encode(writer, { topics: [{ name: 'orders' }], allowAutoTopicCreation: false })
    console.log(canCompile, writer.toBuffer().toString('hex'))`
  const flags = ['--no-warnings', '--disallow-code-generation-from-strings', '--input-type=module', '-e', script]
  assert.equal(execFileSync(process.execPath, flags, { encoding: 'utf8' }), 'false 0000000100066f726465727300\n')
})
