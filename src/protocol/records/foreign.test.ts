// Other people's encoders and decoders, on our batches and with theirs.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../../base/index.ts'
import { codecs, type Codec } from '../compression/codec.ts'
import { buildBatch } from './batch-builder.ts'
import { RecordIndex } from './record-index.ts'
import { randomRecords, recordsOf, type PlainRecord } from './testing.ts'
import { checkBatch } from './validate.ts'

const require = createRequire(import.meta.url)
const kafkajs = (path: string) => require(`kafkajs/src/protocol/${path}`)
const platformatic = await import('@platformatic/kafka')
const seed = seedFromEnvironment()
console.log(`foreign: SEED=${seed}`)

function sample(): PlainRecord[] {
  // kafkajs takes texts as header keys, and one name once.
  return randomRecords(new SeededRandom(seed), 100)
    .filter(({ timestamp }) => timestamp > 1e12 && timestamp < 2e12)
    .map((record, i) => ({ ...record, headers: i % 3 ? [] : [[Buffer.from('trace'), Buffer.from(`t${i}`)]] }))
}

for (const codec of ['none', 'gzip'] as const) {
  test(`kafkajs reads what we write, ${codec} (seed ${seed})`, async () => {
    const records = sample()
    const Decoder = kafkajs('decoder.js')
    const decoder = new Decoder(buildBatch(records, { codec, baseOffset: 7 }))
    const { records: read } = await kafkajs('recordBatch/v0/decoder.js')(decoder)
    const told = read.map(({ timestamp, key, value, headers }: any) => ({
      timestamp: Number(timestamp),
      key,
      value,
      headers: Object.entries(headers).map(([name, text]) => [Buffer.from(name), text]),
    }))
    assert.deepEqual(told, records)
    assert.equal(read.at(-1).offset, String(7 + records.length - 1))
  })
  test(`we read what kafkajs writes, ${codec} (seed ${seed})`, async () => {
    const records = sample(),
      { RecordBatch } = kafkajs('recordBatch/v0/index.js'),
      Record = kafkajs('recordBatch/record/v0/index.js')
    const times = records.map(({ timestamp }) => timestamp)
    const { buffer } = await RecordBatch({
      compression: codec === 'gzip' ? 1 : 0,
      firstTimestamp: times[0],
      maxTimestamp: Math.max(...times),
      lastOffsetDelta: records.length - 1,
      records: records.map(({ timestamp, key, value, headers }, offsetDelta) =>
        Record({
          offsetDelta,
          timestampDelta: timestamp - times[0]!,
          key,
          value,
          headers: Object.fromEntries(headers.map(([name, text]) => [String(name), text])),
        }),
      ),
    })
    assert.equal(checkBatch(buffer, 0, buffer.length), undefined)
    assert.deepEqual(recordsOf(new RecordIndex().read(buffer, 0)), records)
  })
}

for (const codec of codecs) {
  test(`@platformatic/kafka reads what we write, ${codec} (seed ${seed})`, () => {
    const records = sample()
    const batch = platformatic.readRecordsBatch(platformatic.Reader.from(buildBatch(records, { codec })))
    const told = batch.records.map(({ timestampDelta, key, value, headers }) => ({
      timestamp: Number(batch.firstTimestamp + timestampDelta),
      key,
      value,
      headers,
    }))
    assert.deepEqual(told, records)
  })
  test(`we read what @platformatic/kafka writes, ${codec} (seed ${seed})`, () => {
    const records = sample().map(record => ({ ...record, value: record.value ?? Buffer.from('v') }))
    const batch = theirs(records, codec)
    assert.equal(checkBatch(batch, 0, batch.length), undefined)
    assert.deepEqual(recordsOf(new RecordIndex().read(batch, 0)), records)
  })
}
function theirs(records: readonly (PlainRecord & { value: Buffer })[], compression: Codec): Buffer {
  const writer = platformatic.createRecordsBatch(
    records.map(({ timestamp, key, value, headers }) => ({
      topic: 't',
      timestamp: BigInt(timestamp),
      value,
      ...(key === null ? {} : { key }),
      headers: new Map(headers as [Buffer, Buffer][]),
    })),
    { compression },
  )
  return Buffer.from(writer.buffer)
}
