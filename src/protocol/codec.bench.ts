import { metadata } from './apis/metadata.ts'
// node codec.bench.ts: a Metadata v12 answer of 3 brokers and 100 topics of 10 partitions, 46 kB; best of 80 rounds.
import { codec } from './codec.ts'
import { interpret } from './interpret.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i))
const answer = {
  brokers: times(3, nodeId => ({ nodeId, host: `broker-${nodeId}.example.com`, port: 9092 })),
  clusterId: 'abcdefghijklmnopqrst',
  controllerId: 1,
  topics: times(100, t => ({
    errorCode: 0,
    name: `orders-by-region-${t}`,
    topicId: t.toString(16).padStart(32, '0'),
    partitions: times(10, p => ({
      errorCode: 0,
      partitionIndex: p,
      leaderId: p % 3,
      leaderEpoch: 5,
      replicaNodes: [0, 1, 2],
      isrNodes: [0, 1, 2],
    })),
  })),
}
const compiled = codec(metadata.response, 12),
  interpreted = interpret(metadata.response, 12)
const writer = new Writer()
compiled.encode(writer, answer)
const bytes = writer.toBuffer(),
  reader = new Reader(bytes)

function best(work: () => void, rounds = 80, repeats = 60): string {
  let least = Infinity
  for (let round = 0; round < rounds; round++) {
    const started = performance.now()
    for (let i = 0; i < repeats; i++) work()
    least = Math.min(least, (performance.now() - started) / repeats)
  }
  return `${(least * 1000).toFixed(1)} µs`
}
console.log(`${bytes.length} bytes`)
console.log(
  'decode, compiled   ',
  best(() => {
    compiled.decode(reader.reset(bytes))
  }),
)
console.log(
  'encode, compiled   ',
  best(() => {
    compiled.encode(writer.reset(), answer)
  }),
)
console.log(
  'decode, interpreted',
  best(
    () => {
      interpreted.decode(reader.reset(bytes))
    },
    10,
    10,
  ),
)
