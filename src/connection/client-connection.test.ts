import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { ManualClock, type Sockets, systemClock } from '../base/index.ts'
import { apiVersions, codec, fetch, listOffsets, metadata, produce, Writer } from '../protocol/index.ts'
import { ClientConnection, type ClientConnectionOptions } from './client-connection.ts'
import { memoryPair } from './memory-sockets.ts'
import { type Answer, noResponse, type ServerRequest } from './service.ts'
import { SocketServer } from './socket-server.ts'
import { Peer, serviceOf, transports, until } from './testing.ts'

/** What a broker answers that serves these versions, and whatever else the test says. */
function broker(
  ranges: Record<number, readonly [min: number, max: number]>,
  handle: (request: ServerRequest) => Answer | Promise<Answer>,
) {
  const apiKeys = Object.entries(ranges).map(([key, [minVersion, maxVersion]]) => ({
    apiKey: Number(key),
    minVersion,
    maxVersion,
  }))
  return serviceOf(request => (request.api === apiVersions ? { errorCode: 0, apiKeys } : handle(request)), {
    apiRange: key => ranges[key] && { min: ranges[key][0], max: ranges[key][1] },
  })
}
async function connected(
  sockets: Sockets,
  service: ReturnType<typeof serviceOf>,
  run: (connection: ClientConnection, server: SocketServer) => Promise<void>,
  options: Partial<ClientConnectionOptions> = {},
): Promise<void> {
  const server = new SocketServer(service)
  const { host, port } = await server.listen(sockets, { host: '127.0.0.1', port: 0, name: 'PLAINTEXT' })
  try {
    const connection = await ClientConnection.connect({
      sockets,
      clock: systemClock,
      host,
      port,
      clientId: 'test',
      ...options,
    })
    await run(connection, server)
    await connection.close()
  } finally {
    await server.close({ graceMs: 1000 })
  }
}
const standard = { 0: [3, 12], 1: [4, 12], 2: [1, 5], 3: [0, 12], 18: [0, 4] } as const
const metadataAnswer = { brokers: [], topics: [{ errorCode: 0, name: 'orders', partitions: [] }] }

for (const [name, sockets] of transports()) {
  describe(`a client's connection over ${name}`, () => {
    test('a request goes out in the highest version of both sides, and is answered', async () => {
      const seen: [number, string | null][] = []
      const service = broker({ ...standard, 3: [0, 9] }, ({ apiVersion, header }) => {
        seen.push([apiVersion, header.clientId])
        return metadataAnswer
      })
      await connected(sockets, service, async connection => {
        assert.equal(connection.versionOf(metadata), 9)
        assert.equal((await connection.request(metadata, { topics: null })).topics[0]!.name, 'orders')
        await connection.request(metadata, { topics: null }, { versionMax: 4 })
        assert.deepEqual(seen, [
          [9, 'test'],
          [4, 'test'],
        ])
      })
    })
    test('a broker that has older versions of ApiVersions is asked again in one of them', async () => {
      const asked: number[] = []
      const service = broker({ ...standard, 18: [0, 2] }, () => metadataAnswer)
      const counting = {
        ...service,
        handle: (request: ServerRequest) => (asked.push(request.apiVersion), service.handle(request)),
      }
      await connected(sockets, counting, async connection => {
        assert.deepEqual(asked, [2])
        assert.equal(connection.versions.answer.apiKeys.length, 5)
      })
    })
    test('pipelined requests are answered each with its own answer', async () => {
      const service = broker(standard, async ({ body }) => ({
        brokers: [],
        topics: [{ errorCode: 0, name: body.topics[0].name, partitions: [] }],
      }))
      await connected(sockets, service, async connection => {
        const names = Array.from({ length: 100 }, (_, i) => `topic-${i}`)
        const answers = await Promise.all(names.map(name => connection.request(metadata, { topics: [{ name }] })))
        assert.deepEqual(
          answers.map(({ topics }) => topics[0]!.name),
          names,
        )
      })
    })
    test('records go there and back whole, and an answer keeps its records after later ones came', async () => {
      const service = broker(standard, ({ api, body }) =>
        api === produce
          ? { responses: [] }
          : {
              responses: [
                {
                  topic: 't',
                  partitions: [
                    {
                      partitionIndex: 0,
                      errorCode: 0,
                      highWatermark: 0,
                      abortedTransactions: null,
                      records: Buffer.alloc(body.maxBytes, body.maxWaitMs),
                    },
                  ],
                },
              ],
            },
      )
      await connected(sockets, service, async connection => {
        const records = Buffer.alloc(1_500_000, 'x')
        await connection.request(produce, {
          acks: 1,
          timeoutMs: 1,
          topicData: [{ name: 't', partitionData: [{ index: 0, records }] }],
        })
        const sizes = [0, 1, 5_000, 100_000, 2_000_000]
        const answers = []
        for (const [i, maxBytes] of sizes.entries())
          answers.push(await connection.request(fetch, { maxWaitMs: i, minBytes: 1, maxBytes, topics: [] }))
        for (const [i, answer] of answers.entries())
          assert(Buffer.alloc(sizes[i]!, i).equals(answer.responses[0]!.partitions[0]!.records!), `${sizes[i]} bytes`)
      })
    })
    test('a produce request with acks=0 settles when it is sent, and later answers are not mixed up', async () => {
      const service = broker(standard, ({ api }) => (api === produce ? noResponse : metadataAnswer))
      await connected(sockets, service, async connection => {
        const sent = await connection.request(
          produce,
          { acks: 0, timeoutMs: 1, topicData: [] },
          { expectNoResponse: true },
        )
        assert.equal(sent, undefined)
        assert.equal((await connection.request(metadata, { topics: null })).topics[0]!.name, 'orders')
      })
    })
    test('a version that the broker lacks, and a field that the version lacks, fail the request alone', async () => {
      const service = broker({ ...standard, 3: [0, 3] }, () => metadataAnswer)
      await connected(sockets, service, async connection => {
        await assert.rejects(connection.request(listOffsets, { replicaId: -1, topics: [] }, { versionMax: 0 }), {
          code: 'UNSUPPORTED_VERSION',
        })
        await assert.rejects(connection.request(metadata, { topics: null, allowAutoTopicCreation: false }), {
          code: 'UNSUPPORTED_VERSION',
          message: /allowAutoTopicCreation/,
        })
        await connection.request(metadata, { topics: null })
      })
    })
    test('requests in waiting fail when the broker closes the connection, and so do later ones', async () => {
      const service = broker(standard, () => {
        throw new Error('a bug')
      })
      await connected(sockets, service, async connection => {
        const waiting = [1, 2, 3].map(() => connection.request(metadata, { topics: null }))
        for (const { status, reason } of await Promise.allSettled(waiting).then(all => all as any[])) {
          assert.equal(status, 'rejected')
          assert.equal(reason.code, 'CONNECTION_CLOSED')
        }
        assert.equal(((await connection.closed) as { code?: string }).code, 'CONNECTION_CLOSED')
        await assert.rejects(connection.request(metadata, { topics: null }), { code: 'CONNECTION_CLOSED' })
      })
    })
    test('closing fails what waits for an answer, and sends what was handed over', async () => {
      const handled: string[] = []
      const service = broker(standard, ({ api }) => {
        handled.push(api.name)
        return api === produce ? noResponse : new Promise<Answer>(() => {})
      })
      await connected(sockets, service, async connection => {
        const records = Buffer.alloc(300_000)
        const draft = { acks: 0, timeoutMs: 1, topicData: [{ name: 't', partitionData: [{ index: 0, records }] }] }
        const sent = connection.request(produce, draft, { expectNoResponse: true })
        const waiting = assert.rejects(connection.request(metadata, { topics: null }), { code: 'CONNECTION_CLOSED' })
        await connection.close()
        await waiting
        await sent
        assert.equal(await connection.closed, undefined)
        await until(() => handled.includes('Produce'))
      })
    })
    test('nobody listening is the error of the system', async () => {
      await assert.rejects(
        ClientConnection.connect({ sockets, clock: systemClock, host: '127.0.0.1', port: 1, clientId: null }),
        { code: 'ECONNREFUSED' },
      )
    })
  })
}

/** A connection to a peer that answers what the test writes, byte for byte; time is advanced by hand. */
async function scripted(
  run: (connection: ClientConnection, peer: Peer, clock: ManualClock) => Promise<void>,
): Promise<void> {
  const clock = new ManualClock(),
    [ours, theirs] = memoryPair({ clock }),
    peer = new Peer(theirs)
  const sockets = { listen: assert.fail, connect: async () => ours } as unknown as Sockets
  const connecting = ClientConnection.connect({
    sockets,
    clock,
    host: 'broker',
    port: 9092,
    clientId: null,
    requestTimeoutMs: 500,
    connectTimeoutMs: 200,
  })
  connecting.catch(() => {})
  await peer.frame()
  await answerApiVersions(peer)
  await run(await connecting, peer, clock)
}
async function answerApiVersions(peer: Peer): Promise<void> {
  const writer = new Writer()
  codec(apiVersions.response, apiVersions.stable.to).encode(writer, {
    errorCode: 0,
    apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 1 }],
  })
  await peer.send(responseFrame(0, writer.toBuffer()))
}
function responseFrame(correlationId: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE(4 + body.length)
  head.writeInt32BE(correlationId, 4)
  return Buffer.concat([head, body])
}
const emptyMetadata = Buffer.alloc(12)

describe('a client whose broker misbehaves', () => {
  // oxfmt-ignore
  const answers = [
    // what comes                              bytes
    ['an unknown correlation id',              responseFrame(99, emptyMetadata)],
    ['a body that cannot be decoded',          responseFrame(1, Buffer.from('ffff', 'hex'))],
    ['a frame without a correlation id',       Buffer.from('0000000100', 'hex')],
    ['a frame of negative size',               Buffer.from('ffffffff', 'hex')],
    ['a frame larger than any',                Buffer.from('7fffffff', 'hex')],
    ['what another service says',              Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ] as const
  for (const [what, bytes] of answers) {
    test(`${what} closes the connection, and the request fails`, async () => {
      await scripted(async (connection, peer) => {
        const answer = assert.rejects(connection.request(metadata, { topics: null }), { code: 'CONNECTION_CLOSED' })
        await peer.frame()
        await peer.send(bytes).catch(() => {})
        await answer
        assert.equal(((await connection.closed) as { code?: string }).code, 'MALFORMED_RESPONSE')
      })
    })
  }
  test('a request without an answer in time fails, the others with it, and a late answer is not taken', async () => {
    await scripted(async (connection, _peer, clock) => {
      const patient = assert.rejects(connection.request(metadata, { topics: null }, { timeoutMs: 5000 }), {
        code: 'CONNECTION_CLOSED',
      })
      await clock.advance(400)
      const first = assert.rejects(connection.request(metadata, { topics: null }), {
        code: 'REQUEST_TIMED_OUT',
        message: /broker:9092, Metadata version 1, 500 ms/,
      })
      await clock.advance(499)
      await until(() => true)
      assert(!connection.isClosed)
      await clock.advance(1)
      await first
      await patient
    })
  })
  test('an answer that had arrived before a stall of the loop is taken, not timed out', async () => {
    await scripted(async (connection, peer, clock) => {
      const answer = connection.request(metadata, { topics: null })
      await peer.frame()
      void peer.send(responseFrame(1, emptyMetadata))
      clock.stall(60_000)
      await clock.advance(0)
      assert.deepEqual((await answer).topics, [])
    })
  })
  test('a broker that never answers the first request times the connect out', async () => {
    const clock = new ManualClock(),
      [ours, theirs] = memoryPair({ clock }),
      peer = new Peer(theirs)
    const sockets = { connect: async () => ours } as unknown as Sockets
    const connecting = assert.rejects(
      ClientConnection.connect({ sockets, clock, host: 'broker', port: 9092, clientId: null, connectTimeoutMs: 200 }),
      { code: 'CONNECT_TIMED_OUT' },
    )
    await peer.frame()
    await clock.advance(200)
    await connecting
    await peer.closed()
  })
})
