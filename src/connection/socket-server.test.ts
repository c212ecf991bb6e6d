import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { apiVersions, fetch, metadata, noBytes } from '../protocol/index.ts'
import { ListenerMetrics } from './network-metrics.ts'
import { afterWrite, closeConnection, noResponse, type ServerRequest } from './service.ts'
import {
  decodeResponse,
  offsetIn,
  produceBytes,
  requestBytes,
  served,
  serviceOf,
  storedSizes,
  transports,
  until,
} from './testing.ts'

for (const [name, sockets] of transports()) {
  describe(`a socket server over ${name}`, () => {
    for (const kind of ['at once', 'by promise'] as const) {
      const handle = kind === 'at once' ? storedSizes : async (request: ServerRequest) => storedSizes(request)
      test(`3.1 Connection: pipelined requests of all sizes, answered ${kind}, are answered in order`, async () => {
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

    test('3.1 Connection: an ApiVersions request from the future is answered in version 0 with the versions that it may have', async () => {
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
          assert(!peer.isClosed)
          assert.deepEqual(body.apiKeys, [{ apiKey: 18, minVersion: 0, maxVersion: apiVersions.versions.to }])
        },
      )
    })

    // oxfmt-ignore
    const headers = [
      // request, after its size: key, version, correlation id, client id, then tags and the body        response header
      ['ApiVersions 0: header 1, answered with header 0',  '0012' + '0000' + '00000007' + '0002' + '6162',                                             '00000007' + '0000'],
      ['ApiVersions 3: header 2, answered with header 0',  '0012' + '0003' + '00000007' + '0002' + '6162' + '00' + '02' + '61' + '02' + '31' + '00',  '00000007' + '0000'],
      ['Metadata 8: header 1, answered with header 0',     '0003' + '0008' + '00000007' + 'ffff' + 'ffffffff' + '000000',                              '00000007' + '00000000'],
      ['Metadata 9: header 2, answered with header 1',     '0003' + '0009' + '00000007' + 'ffff' + '00' + '00' + '000000' + '00',                      '00000007' + '00' + '00000000'],
      ['Metadata 9 with a tag that nobody knows',          '0003' + '0009' + '00000007' + '0000' + '01' + '05' + '02' + 'abcd' + '00' + '000000' + '00', '00000007' + '00' + '00000000'],
    ] as const
    for (const [what, request, response] of headers) {
      test(`3.1 Connection: the client id has two bytes of length in every header; ${what}`, async () => {
        const clientIds: (string | null)[] = []
        const service = serviceOf(({ api, header }) => {
          clientIds.push(header.clientId)
          return api === metadata ? { brokers: [], topics: [] } : { errorCode: 0, apiKeys: [] }
        })
        await served(sockets, service, async connect => {
          const peer = await connect(),
            bytes = Buffer.from(request, 'hex'),
            size = Buffer.alloc(4)
          size.writeInt32BE(bytes.length)
          await peer.send(size, bytes)
          assert.equal((await peer.frame()).toString('hex', 0, response.length / 2), response)
          assert.deepEqual(clientIds, [{ '0002': 'ab', ffff: null, '0000': '' }[request.slice(16, 20)]])
        })
      })
    }
    test('bytes after the body of a request are ignored', async () => {
      await served(sockets, serviceOf(storedSizes), async connect => {
        const peer = await connect(),
          request = Buffer.concat([produceBytes(Buffer.alloc(3), 1), Buffer.from('more')])
        request.writeInt32BE(request.length - 4)
        await peer.send(request)
        assert.deepEqual(offsetIn(await peer.frame()), [1, 3])
      })
    })
    test('3.1 Connection: a parked request keeps the later ones of its connection waiting, and no others', async () => {
      const { promise, resolve } = Promise.withResolvers<object>()
      const service = serviceOf(request => (request.header.correlationId === 1 ? promise : storedSizes(request)))
      await served(sockets, service, async connect => {
        const [peer, other] = [await connect(), await connect()]
        await peer.send(produceBytes(noBytes, 1), produceBytes(Buffer.alloc(2), 2))
        await other.send(produceBytes(Buffer.alloc(3), 3))
        assert.deepEqual(offsetIn(await other.frame()), [3, 3])
        assert.equal(peer.receivedBytes, 0)
        resolve({ responses: [{ name: 'orders', partitionResponses: [{ index: 0, errorCode: 0, baseOffset: 9 }] }] })
        assert.deepEqual(offsetIn(await peer.frame()), [1, 9])
        assert.deepEqual(offsetIn(await peer.frame()), [2, 2])
      })
    })

    test('3.1 Connection: no answer goes to a produce request with acks=0, and the next one is not kept waiting', async () => {
      const handle = (request: ServerRequest) => (request.body.acks === 0 ? noResponse : storedSizes(request))
      await served(sockets, serviceOf(handle), async connect => {
        const peer = await connect()
        await peer.send(produceBytes(Buffer.alloc(5), 1, 0), produceBytes(Buffer.alloc(6), 2, 1))
        assert.deepEqual(offsetIn(await peer.frame()), [2, 6])
      })
    })

    test('3.1 Connection: what a peer sent before it ended is handled, though nobody reads the answers', async () => {
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

    test('3.1 Connection: it is handled too if it waits behind an answer that the peer did not read', async () => {
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
        const received = new ListenerMetrics(service.metrics, 'PLAINTEXT').receivedBytes
        await until(() => received.value === requests.length)
        assert.deepEqual(handled, [1])
        peer.socket.destroy()
        await until(() => server.connectionCount === 0)
        assert.deepEqual(handled, [1, 2, 3])
      })
    })

    test('3.1 Connection: a request that is parked learns that its connection has closed', async () => {
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

    test('3.1 Connection: a handler can close the connection where an error cannot be answered', async () => {
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
