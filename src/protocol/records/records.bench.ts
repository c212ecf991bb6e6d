// node src/protocol/records/records.bench.ts [rounds]: CPU nanoseconds per record to read and to build batches of about 16 KiB, beside
// kafkajs and @platformatic/kafka in the same run; the least of the rounds, which take turns. Garbage collection counts.
import { createRequire } from 'node:module'

import { codecs, type Codec } from '../compression/codec.ts'
import { BatchBuilder, buildBatch } from './batch-builder.ts'
import { RecordIndex } from './record-index.ts'
import { checkBatch } from './validate.ts'

const require = createRequire(import.meta.url)
const Decoder = require('kafkajs/src/protocol/decoder.js')
const kafkajsDecode = require('kafkajs/src/protocol/recordBatch/v0/decoder.js')
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js')
const Record = require('kafkajs/src/protocol/recordBatch/record/v0/index.js')
const platformatic = await import('@platformatic/kafka')

const rounds = Number(process.argv[2] ?? 15)
const sliceMs = 12
/** Lets the native codecs give back what they hold. */
const turn = () => new Promise(resolve => setImmediate(resolve))

type Work = () => unknown
async function nanosecondsPerRecord(works: Record<string, Work>, recordCount: number): Promise<Record<string, number>> {
  const least: Record<string, number> = Object.fromEntries(Object.keys(works).map(name => [name, Infinity]))
  for (let round = 0; round < rounds; round++)
    for (const [name, work] of Object.entries(works)) {
      await turn()
      const deadline = performance.now() + sliceMs,
        before = process.cpuUsage()
      let runs = 0
      for (; performance.now() < deadline; runs++) {
        const result = work()
        if (result instanceof Promise) await result
      }
      const { user, system } = process.cpuUsage(before)
      least[name] = Math.min(least[name]!, ((user + system) * 1000) / (runs * recordCount))
    }
  return least
}

function sample(valueSize: number) {
  const count = Math.round(16384 / valueSize)
  return Array.from({ length: count }, (_, i) => {
    const event = JSON.stringify({ id: i * 7919, origin: 'SFO', delay: (i * 31) % 97, at: 1700000000000 + i * 13 })
    return {
      timestamp: 1700000000000 + i,
      key: Buffer.from(`key-${i % 1000}`),
      value: Buffer.from(event.padEnd(valueSize, event).slice(0, valueSize)),
    }
  })
}
const print = (what: string, results: Record<string, number>) =>
  console.log(
    what.padEnd(24),
    Object.entries(results)
      .map(([name, ns]) => `${name} ${ns.toFixed(0)}`.padEnd(24))
      .join(''),
  )

export let seen: unknown
for (const valueSize of [100, 1024]) {
  const records = sample(valueSize)
  const messages = records.map(({ timestamp, key, value }) => ({
    topic: 't',
    timestamp: BigInt(timestamp),
    key,
    value,
  }))
  const index = new RecordIndex(),
    builder = new BatchBuilder({ sizeMax: 1e6 })
  for (const codec of codecs) {
    const batch = buildBatch(records, { codec })
    const byKafkajs = codec === 'none' || codec === 'gzip'
    print(
      `read ${valueSize} B, ${codec}`,
      await nanosecondsPerRecord(
        {
          millrace: () => checkBatch(batch, 0, batch.length) ?? index.read(batch, 0),
          'without CRC': () => index.read(batch, 0),
          'with key and value': () => {
            index.read(batch, 0)
            for (let i = 0; i < index.count; i++) seen = index.key(i) ?? index.value(i) ?? seen
          },
          platformatic: () => platformatic.readRecordsBatch(platformatic.Reader.from(batch)),
          ...(byKafkajs ? { kafkajs: () => kafkajsDecode(new Decoder(batch)) } : {}),
        },
        records.length,
      ),
    )
  }
  for (const codec of codecs)
    print(
      `build ${valueSize} B, ${codec}`,
      await nanosecondsPerRecord(
        {
          millrace: () => {
            for (const record of records) builder.append(record)
            return builder.finish({ codec })
          },
          platformatic: () => byPlatformatic(codec),
          ...(codec === 'none' || codec === 'gzip' ? { kafkajs: () => byKafkajs(codec === 'gzip' ? 1 : 0) } : {}),
        },
        records.length,
      ),
    )
  function byPlatformatic(compression: Codec): Buffer {
    return platformatic.createRecordsBatch(messages, { compression }).buffer
  }
  function byKafkajs(compression: number): Promise<{ buffer: Buffer }> {
    return RecordBatch({
      compression,
      firstTimestamp: records[0]!.timestamp,
      lastOffsetDelta: records.length - 1,
      records: records.map(({ timestamp, key, value }, offsetDelta) =>
        Record({ offsetDelta, timestampDelta: timestamp - records[0]!.timestamp, key, value }),
      ),
    })
  }
}
