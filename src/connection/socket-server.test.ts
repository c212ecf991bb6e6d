import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import type { Sockets } from '../base/index.ts'
import { apiVersions, fetch, metadata, noBytes, produce } from '../protocol/index.ts'
import { afterWrite, closeConnection, noResponse, type ServerRequest } from './service.ts'
import { SocketServer } from './socket-server.ts'
import { decodeResponse, Peer, requestBytes, serviceOf, transports, until } from './testing.ts'

/** A server and its peers, all closed at the end of a test. */
async function served(
  sockets: Sockets,
  service: ReturnType<typeof serviceOf>,
  run: (connect: () => Promise<Peer>, server: SocketServer) => Promise<void>,
): Promise<void> {
  const server = new SocketServer(service),
    peers: Peer[] = []
  const { host, port } = await server.listen(sockets, { host: '127.0.0.1', port: 0, name: 'PLAINTEXT' })
  try {
    await run(async () => {
      const peer = new Peer(await sockets.connect({ host, port }))
      peers.push(peer)
      return peer
    }, server)
  } finally {
    for (const { socket } of peers) socket.destroy()
    await server.close({ graceMs: 1000 })
  }
}
/** Answers a produce request with the size of its record set as base offset. */
function storedSizes({ body }: ServerRequest): object {
  const [topic] = body.topicData
  return {
    responses: [
      {
        name: topic.name,
        partitionResponses: topic.partitionData.map(({ index, records }: { index: number; records: Uint8Array }) => ({
          index,
          errorCode: 0,
          baseOffset: records.length,
        })),
      },
    ],
  }
}
function produceBytes(records: Uint8Array, correlationId: number, acks = 1): Buffer {
  const body = { acks, timeoutMs: 1000, topicData: [{ name: 'orders', partitionData: [{ index: 0, records }] }] }
  return requestBytes(produce, 9, { correlationId, body })
}
const offsetIn = (frame: Buffer) => {
  const { correlationId, body } = decodeResponse(produce, 9, frame)
  return [correlationId, body.responses[0].partitionResponses[0].baseOffset]
}

for (const [name, sockets] of transports()) {
  describe(`a socket server over ${name}`, () => {
    for (const kind of ['at once', 'by promise'] as const) {
      const handle = kind === 'at once' ? storedSizes : async (request: ServerRequest) => storedSizes(request)
      test(`pipelined requests of all sizes, answered ${kind}, are answered in order`, async () => {
        const sizes = [0, 1, 100, 4_000, 5_000, 70_000, 300, 262_144, 1_100_000, 2, 3, 40_000, 4]
        await served(sockets, serviceOf(handle), async (connect, server) => {
          const peer = await connect()
          const sent = peer.send(...sizes.map((size, i) => produceBytes(Buffer.alloc(size, 1), i)))
          for (const [i, size] of sizes.entries()) assert.deepEqual(offsetIn(await peer.frame()), [i, size])
          await sent
          assert.equal(server.reservedBytes, 0)
        })
      })
    }

    test('a response with large record sets arrives whole, and its records are let go once', async () => {
      const records = Buffer.alloc(3_000_000, 'records of a fetch')
      let released = 0
      const answer = {
        responses: [
          {
            topic: 't',
            partitions: [{ partitionIndex: 0, errorCode: 0, highWatermark: 9, abortedTransactions: null, records }],
          },
        ],
        [afterWrite]: () => void released++,
      }
      await served(
        sockets,
        serviceOf(() => answer),
        async connect => {
          const peer = await connect()
          const body = { maxWaitMs: 0, minBytes: 1, topics: [] }
          await peer.send(requestBytes(fetch, 12, { body }), requestBytes(fetch, 12, { body, correlationId: 2 }))
          for (const id of [1, 2]) {
            const { correlationId, body } = decodeResponse(fetch, 12, await peer.frame())
            assert.equal(correlationId, id)
            assert(records.equals(body.responses[0].partitions[0].records))
          }
          await until(() => released === 2)
        },
      )
    })

    test('an ApiVersions request from the future is answered in version 0 with the versions that it may have', async () => {
      await served(
        sockets,
        serviceOf(() => assert.fail()),
        async connect => {
          const peer = await connect()
          const request = requestBytes(apiVersions, 4, { correlationId: 7, body: {} })
          request.writeInt16BE(99, 6)
          await peer.send(request)
          const { correlationId, body } = decodeResponse(apiVersions, 0, await peer.frame())
          assert.equal(correlationId, 7)
          assert.equal(body.errorCode, 35)
          assert.deepEqual(body.apiKeys, [{ apiKey: 18, minVersion: 0, maxVersion: apiVersions.versions.to }])
        },
      )
    })

    test('no answer goes to a produce request with acks=0, and the next one is not kept waiting', async () => {
      const handle = (request: ServerRequest) => (request.body.acks === 0 ? noResponse : storedSizes(request))
      await served(sockets, serviceOf(handle), async connect => {
        const peer = await connect()
        await peer.send(produceBytes(Buffer.alloc(5), 1, 0), produceBytes(Buffer.alloc(6), 2, 1))
        assert.deepEqual(offsetIn(await peer.frame()), [2, 6])
      })
    })

    test('what a peer sent before it ended is handled, though nobody reads the answers', async () => {
      const handled: number[] = []
      const handle = async ({ header }: ServerRequest) => (handled.push(header.correlationId), noResponse)
      await served(sockets, serviceOf(handle), async (connect, server) => {
        const peer = await connect()
        void peer.send(...[1, 2, 3].map(id => produceBytes(Buffer.alloc(50_000), id, 0)))
        peer.socket.end()
        await until(() => handled.length === 3 && server.connectionCount === 0)
        assert.deepEqual(handled, [1, 2, 3])
      })
    })

    test('it is handled too if it waits behind an answer that the peer did not read', async () => {
      const handled: number[] = []
      const records = Buffer.alloc(30_000_000)
      const partition = { partitionIndex: 0, errorCode: 0, highWatermark: 0, abortedTransactions: null, records }
      const service = serviceOf(({ api, header }) => {
        handled.push(header.correlationId)
        return api === fetch ? { responses: [{ topic: 't', partitions: [partition] }] } : noResponse
      })
      await served(sockets, service, async (connect, server) => {
        const peer = await connect()
        peer.socket.pause()
        const requests = Buffer.concat([
          requestBytes(fetch, 12, { body: { maxWaitMs: 0, minBytes: 1, topics: [] } }),
          ...[2, 3].map(id => produceBytes(Buffer.alloc(10), id, 0)),
        ])
        await peer.send(requests)
        const received = service.metrics.counter('socket-server-metrics:incoming-byte-total')
        await until(() => received.value === requests.length)
        assert.deepEqual(handled, [1])
        peer.socket.destroy()
        await until(() => server.connectionCount === 0)
        assert.deepEqual(handled, [1, 2, 3])
      })
    })

    test('a request that is parked learns that its connection has closed', async () => {
      const aborted: string[] = []
      const handle = ({ connection }: ServerRequest) =>
        new Promise<object>(resolve => {
          connection.closed.addEventListener('abort', () => aborted.push('signal'))
          connection.onClose(
            () => (aborted.push('listener'), resolve({ [afterWrite]: () => aborted.push('released') })),
          )
        })
      await served(sockets, serviceOf(handle), async (connect, server) => {
        const peer = await connect()
        await peer.send(requestBytes(metadata, 12, { body: { topics: null } }))
        await until(() => server.connectionCount === 1)
        peer.socket.destroy()
        await until(() => aborted.length === 3)
        assert.deepEqual(aborted, ['listener', 'signal', 'released'])
        assert.equal(server.connectionCount, 0)
      })
    })

    // oxfmt-ignore
    const bad = [
      // bytes                                                                  reason
      ['GET / HTTP/1.1\r\nHost: localhost:9092\r\n\r\n',                        'HTTP_REQUEST'],
      ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',                          'TLS_HANDSHAKE'],
      ['\xff\xff\xff\xff',                                                      'NEGATIVE_SIZE'],
      ['\x7f\xff\xff\xff',                                                      'REQUEST_TOO_LARGE'],
      ['\x06\x40\x00\x01',                                                      'REQUEST_TOO_LARGE'],
      ['\x00\x00\x00\x00',                                                      'MALFORMED_REQUEST'],
      ['\x00\x00\x00\x09\x00\x12\x00\x00\x00\x00\x00\x01\x00',                  'MALFORMED_REQUEST'],
      ['\x00\x00\x00\x0a\x00\x03\x00\x01\x00\x00\x00\x01\xff\xff',              'MALFORMED_REQUEST'],
      ['\x00\x00\x00\x0e\x00\x03\x00\x01\x00\x00\x00\x01\xff\xff\x7f\xff\xff\xff', 'MALFORMED_REQUEST'],
      ['\x00\x00\x00\x0a\x7f\x00\x00\x00\x00\x00\x00\x01\xff\xff',              'API_NOT_SERVED'],
      ['\x00\x00\x00\x0a\xff\xff\x00\x00\x00\x00\x00\x01\xff\xff',              'API_NOT_SERVED'],
      ['\x00\x00\x00\x0a\x00\x03\x00\x63\x00\x00\x00\x01\xff\xff',              'VERSION_NOT_SERVED'],
      ['\x00\x00\x00\x0a\x00\x00\x00\x00\x00\x00\x00\x01\xff\xff',              'VERSION_NOT_SERVED'],
    ] as const
    for (const [bytes, reason] of bad) {
      test(`${JSON.stringify(bytes.slice(0, 16))} closes the connection: ${reason}`, async () => {
        const service = serviceOf(storedSizes)
        await served(sockets, service, async (connect, server) => {
          const [peer, other] = [await connect(), await connect()]
          await peer.send(Buffer.from(bytes, 'latin1')).catch(() => 'closed before it had read all')
          await peer.closed()
          assert.deepEqual(service.logger.reasons, [reason])
          assert.equal(server.reservedBytes, 0)
          assert.equal(service.metrics.counter('socket-server-metrics:connection-refused-total', { reason }).value, 1)
          await other.send(produceBytes(Buffer.alloc(3), 1))
          assert.deepEqual(offsetIn(await other.frame()), [1, 3])
        })
      })
    }

    // oxfmt-ignore
    const failing = [
      ['throws',                                 () => { throw new Error('a bug') }],
      ['rejects',                                async () => { throw new Error('a bug') }],
      ['gives nothing',                          () => undefined as unknown as object],
      ['gives null',                             () => null as unknown as object],
      ['gives what the version cannot carry',    () => ({ responses: 'none' })],
      ['gives it late',                          async () => ({ responses: [{ name: null }] })],
    ] as const
    for (const [what, handle] of failing) {
      test(`a handler that ${what} costs its connection, and no other`, async () => {
        const service = serviceOf(request => (request.header.correlationId === 13 ? handle() : storedSizes(request)))
        await served(sockets, service, async connect => {
          const [peer, other] = [await connect(), await connect()]
          await peer.send(produceBytes(noBytes, 1))
          assert.deepEqual(offsetIn(await peer.frame()), [1, 0])
          await peer.send(produceBytes(noBytes, 13))
          await peer.closed()
          assert.deepEqual(service.logger.reasons, ['HANDLER_FAILED'])
          await other.send(produceBytes(noBytes, 2))
          assert.deepEqual(offsetIn(await other.frame()), [2, 0])
        })
      })
    }
    test('a handler can close the connection where an error cannot be answered', async () => {
      const service = serviceOf(() => closeConnection)
      await served(sockets, service, async connect => {
        const peer = await connect()
        await peer.send(produceBytes(noBytes, 1, 0))
        await peer.closed()
        assert.deepEqual(service.logger.reasons, ['UNANSWERABLE_ERROR'])
      })
    })

    test('what was answered before a request that closes the connection goes out', async () => {
      const service = serviceOf(request => (request.body.acks === 0 ? closeConnection : storedSizes(request)))
      await served(sockets, service, async connect => {
        const peer = await connect()
        await peer.send(Buffer.concat([produceBytes(Buffer.alloc(3), 1), produceBytes(noBytes, 2, 0)]))
        assert.deepEqual(offsetIn(await peer.frame()), [1, 3])
        await peer.closed()
      })
    })

    test('a shutdown lets the answer in progress go out, and handles nothing more', async () => {
      const { promise, resolve } = Promise.withResolvers<object>()
      let handled = 0
      const service = serviceOf(() => (handled++, promise))
      await served(sockets, service, async (connect, server) => {
        const [peer, idle] = [await connect(), await connect()]
        await peer.send(produceBytes(noBytes, 1), produceBytes(noBytes, 2))
        await until(() => handled === 1)
        const closed = server.close()
        await idle.closed()
        resolve({ responses: [{ name: 'orders', partitionResponses: [{ index: 0, errorCode: 0, baseOffset: 5 }] }] })
        assert.deepEqual(offsetIn(await peer.frame()), [1, 5])
        await peer.closed()
        await closed
        assert.equal(handled, 1)
      })
    })
  })
}
