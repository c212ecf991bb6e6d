// npm run bench -- codec: what the codec costs, compiled and interpreted, on messages of a working cluster, and on the
// largest of them what other clients of Node take for the same bytes. Best of many rounds.
import { createRequire } from 'node:module'

import { metadataV12, Reader as PlatformaticReader } from '@platformatic/kafka'

import { apiVersions, fetch, metadata, offsetCommit, produce } from './apis/index.ts'
import { codec, type AnyCodec } from './codec.ts'
import { compile } from './compile.ts'
import { interpret } from './interpret.ts'
import { Reader } from './reader.ts'
import type { Message } from './schema.ts'
import { Writer } from './writer.ts'

const roundMs = 12,
  rounds = 25
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i))

const batch = Buffer.alloc(16_384, 1)
const cluster = {
  brokers: times(3, nodeId => ({ nodeId, host: `broker-${nodeId}.example.com`, port: 9092 })),
  clusterId: 'abcdefghijklmnopqrst',
  controllerId: 1,
  topics: times(100, t => ({
    errorCode: 0,
    name: `orders-by-region-${t}`,
    partitions: times(10, p => ({
      errorCode: 0,
      partitionIndex: p,
      leaderId: p % 3,
      replicaNodes: [0, 1, 2],
      isrNodes: [0, 1, 2],
    })),
  })),
}
const messages: readonly (readonly [what: string, message: Message<any>, version: number, value: unknown])[] = [
  ['3 brokers, 1,000 partitions', metadata.response, 12, cluster],
  ['the same, not compact', metadata.response, 6, cluster],
  [
    '12 batches of 16 kB',
    produce.request,
    11,
    {
      acks: -1,
      timeoutMs: 30_000,
      topicData: [{ name: 'orders', partitionData: times(12, index => ({ index, records: batch })) }],
    },
  ],
  [
    '12 partitions',
    produce.response,
    11,
    {
      responses: [
        { name: 'orders', partitionResponses: times(12, index => ({ index, errorCode: 0, baseOffset: 1e6 })) },
      ],
    },
  ],
  [
    '12 batches of 16 kB',
    fetch.response,
    16,
    {
      responses: [
        {
          topicId: '1'.repeat(32),
          partitions: times(12, partitionIndex => ({
            partitionIndex,
            errorCode: 0,
            highWatermark: 1e6,
            abortedTransactions: null,
            records: batch,
          })),
        },
      ],
    },
  ],
  [
    '12 partitions',
    offsetCommit.request,
    9,
    {
      groupId: 'billing',
      memberId: 'consumer-billing-1-7f7b1f2c',
      topics: [
        {
          name: 'orders',
          partitions: times(12, partitionIndex => ({ partitionIndex, committedOffset: 1e6, committedMetadata: '' })),
        },
      ],
    },
  ],
  ['of a client', apiVersions.request, 4, { clientSoftwareName: 'apache-kafka-java', clientSoftwareVersion: '4.2.0' }],
]

console.log(row('message', 'bytes', 'decode ns', 'MB/s', 'encode ns', 'interpreted: decode', 'encode'))
for (const [what, message, version, value] of messages) {
  const bytes = encodedBy(codec(message, version), value)
  const compiled = cost(codec(message, version), bytes, value),
    interpreted = cost(interpret(message, version), bytes, value)
  console.log(
    row(
      `${message.name} v${version}, ${what}`,
      bytes.length,
      compiled.decode,
      (bytes.length / compiled.decode) * 1000,
      compiled.encode,
      interpreted.decode,
      interpreted.encode,
    ),
  )
}
await others()
console.log(
  `\ncompiling a version of a message: ${Math.round(nsOf(() => compile(metadata.response, 12)) / 1000)} µs, once`,
)

/** What other clients take to decode the first two messages. */
async function others(): Promise<void> {
  const v12 = encodedBy(codec(metadata.response, 12), cluster),
    v6 = encodedBy(codec(metadata.response, 6), cluster)
  const kafkajs = createRequire(import.meta.url)('kafkajs/src/protocol/requests/metadata/v6/response.js') as {
    decode: (bytes: Buffer) => Promise<unknown>
  }
  const platformatic = nsOf(() => metadataV12.parseResponse(0, 3, 12, PlatformaticReader.from(v12)))
  console.log(
    row('@platformatic/kafka, MetadataResponse v12', v12.length, platformatic, (v12.length / platformatic) * 1000),
  )
  let least = Infinity
  for (let round = 0; round < rounds * 20; round++) {
    const started = performance.now()
    await kafkajs.decode(v6)
    least = Math.min(least, (performance.now() - started) * 1e6)
  }
  console.log(row('kafkajs, MetadataResponse v6', v6.length, least, (v6.length / least) * 1000))
}

function encodedBy(made: AnyCodec, value: unknown): Buffer {
  const writer = new Writer()
  made.encode(writer, value)
  return writer.toBuffer()
}
function cost({ decode, encode }: AnyCodec, bytes: Buffer, value: unknown): { decode: number; encode: number } {
  const reader = new Reader(bytes),
    writer = new Writer()
  return {
    decode: nsOf(() => decode(reader.reset(bytes))),
    encode: nsOf(() => encode(writer.reset(), value)),
  }
}
function nsOf(work: () => unknown): number {
  let repeats = 1
  while (elapsedMs(work, repeats) < roundMs) repeats *= 2
  let least = Infinity
  for (let round = 0; round < rounds; round++) least = Math.min(least, (elapsedMs(work, repeats) / repeats) * 1e6)
  return least
}
function elapsedMs(work: () => unknown, repeats: number): number {
  const started = performance.now()
  for (let i = 0; i < repeats; i++) work()
  return performance.now() - started
}
function row(name: string, ...columns: readonly (string | number)[]): string {
  const texts = columns.map(column => (typeof column === 'number' ? Math.round(column).toLocaleString('en') : column))
  return name.padEnd(48) + texts.map((text, i) => text.padStart(i === 4 ? 21 : 12)).join('')
}
