// Random bytes and damaged requests against a server: whatever comes, the process lives, other connections are served,
// and no memory stays behind. A second in the test run; --seconds 60 for longer, SEED=… to repeat a run.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment, systemClock } from '../base/index.ts'
import { type AnyApi, apis, apiVersions, fetch, listOffsets, metadata, produce } from '../protocol/index.ts'
import { memoryPair } from './memory-sockets.ts'
import { type Answer, closeConnection, noResponse, type ServerRequest } from './service.ts'
import { SocketServer } from './socket-server.ts'
import { decodeResponse, Peer, requestBytes, serviceOf, until } from './testing.ts'

const asked = process.argv.indexOf('--seconds')
const seconds = asked < 0 ? 1 : Number(process.argv[asked + 1])
const random = new SeededRandom(seedFromEnvironment())
/** However slow the machine: enough to see every kind of refusal. */
const roundsMin = 30
const turn = () => new Promise<void>(resolve => systemClock.soon(resolve))

const topics = { acks: 1, timeoutMs: 1, topicData: [] }
const recordsOf = (size: number) => ({
  ...topics,
  topicData: [{ name: 'orders', partitionData: [{ index: 0, records: Buffer.alloc(size, 'r') }] }],
})
const sound: (() => Buffer)[] = [
  () => requestBytes(apiVersions, random.below(5), { body: {} }),
  () => requestBytes(metadata, 1 + random.below(12), { body: { topics: null } }),
  () => requestBytes(metadata, 12, { body: { topics: [{ name: 'orders' }, { name: 'payments' }] } }),
  () => requestBytes(produce, 3 + random.below(7), { body: recordsOf(random.below(300)) }),
  () => requestBytes(produce, 9, { body: recordsOf(random.below(400_000)) }),
  () => requestBytes(fetch, 12, { body: { maxWaitMs: 0, minBytes: 1, topics: [] } }),
  () => requestBytes(listOffsets, 5, { body: { replicaId: -1, topics: [{ name: 't', partitions: [] }] } }),
]
/** Bytes that some peer may send. */
const sent: (() => Buffer)[] = [
  () => random.pick(sound)(),
  () => random.bytes(random.below(300)),
  // A header as it should be, and any body.
  () => {
    const api: AnyApi = random.pick([...apis.values()])
    const bytes = Buffer.concat([Buffer.alloc(14), random.bytes(random.below(100))])
    bytes.writeInt32BE(bytes.length - 4)
    bytes.writeInt16BE(api.key, 4)
    bytes.writeInt16BE(random.below(20), 6)
    bytes.writeInt16BE(-1, 12)
    return bytes
  },
  // Some bytes are others.
  () => {
    const bytes = random.pick(sound)()
    for (let i = random.below(8); i >= 0; i--) bytes[random.below(Math.min(bytes.length, 80))] = random.below(256)
    return bytes
  },
  // The size lies.
  () => {
    const bytes = random.pick(sound)(),
      size = bytes.readInt32BE()
    bytes.writeInt32BE(random.pick([0, 1, 2 ** 31 - 1, -1, size - 1, size + 1, 2 ** 20, 100 * 2 ** 20]))
    return bytes
  },
  // It ends early.
  () => {
    const bytes = random.pick(sound)()
    return bytes.subarray(0, random.below(bytes.length))
  },
]

function answerOf({ api }: ServerRequest): Answer | Promise<Answer> {
  if (api === metadata) return random.chance(0.5) ? metadataAnswer : turn().then(() => metadataAnswer)
  const answer: Answer = random.pick([noResponse, noResponse, noResponse, closeConnection, {}])
  if (random.chance(0.5)) return answer
  return turn().then(() => {
    if (random.chance(0.1)) throw new Error('a handler that fails')
    return answer
  })
}
const metadataAnswer = { brokers: [], topics: [{ errorCode: 0, name: 'orders', partitions: [] }] }

test(`whatever peers send, the server serves the others (seed ${random.seed}, ${seconds} s)`, async t => {
  const service = serviceOf(answerOf, { limits: { receiveBytesMax: 2 ** 20, requestSizeMax: 4 * 2 ** 20 } }),
    server = new SocketServer(service)
  const connect = () => {
    const [theirs, ours] = memoryPair({ clock: systemClock, random })
    server.accept(ours, 'PLAINTEXT')
    return new Peer(theirs)
  }
  const witness = connect(),
    question = requestBytes(metadata, 12, { body: { topics: null } })
  const untilMs = performance.now() + seconds * 1000
  let count = 0
  for (; performance.now() < untilMs || count < roundsMin; count++) {
    const peers = Array.from({ length: 10 }, () => {
      const peer = connect()
      for (let i = random.below(4); i >= 0; i--) peer.send(random.pick(sent)()).catch(() => {})
      if (random.chance(0.3)) peer.socket.end()
      if (random.chance(0.1)) peer.socket.pause()
      return peer
    })
    for (let i = random.below(30); i > 0; i--) await turn()
    await witness.send(question)
    const { body } = decodeResponse(metadata, 12, await witness.frame())
    assert.equal(body.topics[0].name, 'orders', `seed ${random.seed}`)
    for (const { socket } of peers) socket.destroy()
    await until(() => server.connectionCount === 1)
  }
  await until(() => server.reservedBytes === 0)
  const reasons = new Map<unknown, number>()
  for (const reason of service.logger.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  t.diagnostic(`${count * 10} connections: ${JSON.stringify(Object.fromEntries(reasons))}`)
  for (const reason of ['MALFORMED_REQUEST', 'REQUEST_TOO_LARGE', 'NEGATIVE_SIZE', 'VERSION_NOT_SERVED'])
    assert(reasons.has(reason), `never ${reason} (seed ${random.seed})`)
  await server.close({ graceMs: 0 })
})
