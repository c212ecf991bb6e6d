import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ManualClock, systemClock, tcpSockets } from '../base/index.ts'
import { fetch, metadata, produce } from '../protocol/index.ts'
import type { ConnectionLimits } from './limits.ts'
import { memoryPair } from './memory-sockets.ts'
import { afterWrite, type Answer, noResponse, type ServerRequest } from './service.ts'
import { SocketServer } from './socket-server.ts'
import { decodeResponse, Peer, requestBytes, serviceOf, until } from './testing.ts'

const limited = (limits: Partial<ConnectionLimits>, clock = new ManualClock()) => {
  const service = serviceOf(() => noResponse, { limits, clock })
  return { service, clock, server: new SocketServer(service) }
}
/** A peer of the server, in memory. */
function accepted(server: SocketServer, name = 'memory:1'): Peer {
  const [theirs, ours] = memoryPair({ clock: systemClock }, [name, 'broker'])
  server.accept(ours, 'PLAINTEXT')
  return new Peer(theirs)
}
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise<void>(resolve => systemClock.soon(resolve))
}
const fetchBytes = requestBytes(fetch, 12, { body: { maxWaitMs: 0, minBytes: 1, topics: [] } })

test('fifty readers that stopped reading cost one response each, whatever they asked for', async () => {
  const records = Buffer.alloc(1_000_000)
  let open = 0,
    handled = 0
  const service = serviceOf((): object => {
    open++
    handled++
    return {
      responses: [
        {
          topic: 't',
          partitions: [{ partitionIndex: 0, errorCode: 0, highWatermark: 0, abortedTransactions: null, records }],
        },
      ],
      [afterWrite]: () => void open--,
    }
  })
  const server = new SocketServer(service)
  const peers = Array.from({ length: 50 }, () => accepted(server))
  for (const peer of peers) {
    peer.socket.pause()
    peer.send(...Array.from({ length: 16 }, () => fetchBytes)).catch(() => {})
  }
  await turns(100)
  assert.equal(handled, 50)
  assert.equal(open, 50)
  peers[0]!.socket.resume()
  for (let i = 0; i < 16; i++) decodeResponse(fetch, 12, await peers[0]!.frame())
  assert.equal(handled, 50 + 15)
  for (const { socket } of peers) socket.destroy()
  await until(() => open === 0 && server.connectionCount === 0)
})

test('small answers to pipelined requests go out together, and stop when the kernel does not take them', async () => {
  let handled = 0
  const service = serviceOf(() => (handled++, { brokers: [], clusterId: 'x'.repeat(1_000), topics: [] }))
  const server = new SocketServer(service),
    peer = accepted(server)
  peer.socket.pause()
  const request = requestBytes(metadata, 12, { body: { topics: null } })
  peer.send(Buffer.concat(Array.from({ length: 1_000 }, () => request))).catch(() => {})
  await turns(100)
  assert(handled > 50 && handled < 70, `${handled} answers of 1 kB, where 64 KiB may be unsent`)
  peer.socket.resume()
  await until(() => handled === 1_000)
  peer.socket.destroy()
})

test('3.1 Connection: a connection that is silent for connections.max.idle.ms is closed; one that speaks, or waits, is not', async () => {
  const clock = new ManualClock(),
    parked = Promise.withResolvers<Answer>()
  const service = serviceOf(({ body }) => (body.acks === 0 ? noResponse : parked.promise), { clock })
  const server = new SocketServer(service)
  const [silent, speaking, waiting] = [accepted(server), accepted(server), accepted(server)]
  const body = { acks: 0, timeoutMs: 1, topicData: [] }
  await waiting.send(requestBytes(produce, 9, { body: { ...body, acks: 1 } }))
  for (let minutes = 1; minutes <= 9; minutes++) {
    await speaking.send(requestBytes(produce, 9, { body }))
    await clock.advance(60_000)
  }
  assert.equal(server.connectionCount, 3)
  await clock.advance(70_000)
  await silent.closed()
  assert.deepEqual(service.logger.reasons, ['IDLE'])
  assert.equal(server.connectionCount, 2)
  parked.resolve({ responses: [] } as object)
  await waiting.frame()
  await clock.advance(590_000)
  assert(!waiting.isClosed)
  await clock.advance(20_000)
  await waiting.closed()
  await speaking.closed()
  await server.close()
})
test('a negative connections.max.idle.ms lets connections be silent for ever', async () => {
  const { clock, service, server } = limited({ idleMsMax: -1 })
  accepted(server)
  await clock.advance(100 * 3_600_000)
  assert.deepEqual(service.logger.reasons, [])
  await server.close({ graceMs: 0 })
})
test('a loop that stood still for an hour is not the silence of its peers', async () => {
  const { clock, service, server } = limited({})
  const peer = accepted(server)
  clock.stall(3_600_000)
  await clock.advance(60_000)
  assert.deepEqual(service.logger.reasons, [])
  await clock.advance(600_000)
  await peer.closed()
  assert.deepEqual(service.logger.reasons, ['IDLE'])
})
test('a frame that stalls loses its connection while others wait for its memory, and not before', async () => {
  const { clock, service, server } = limited({ receiveBytesMax: 1_000_000 })
  const stalled = accepted(server),
    waiting = accepted(server)
  const request = requestBytes(produce, 9, {
    body: {
      acks: 0,
      timeoutMs: 1,
      topicData: [{ name: 't', partitionData: [{ index: 0, records: Buffer.alloc(800_000) }] }],
    },
  })
  await stalled.send(request.subarray(0, 5_000))
  await clock.advance(120_000)
  assert.deepEqual(service.logger.reasons, [])
  const sent = waiting.send(request)
  await turns(10)
  await clock.advance(40_000)
  await stalled.closed()
  assert.deepEqual(service.logger.reasons, ['STALLED_FRAME'])
  await sent
  await until(() => server.reservedBytes === 0)
  assert(!waiting.isClosed)
  await server.close()
})

test('connections beyond max.connections are closed at once, until one has gone', async () => {
  const { service, server } = limited({ connectionsMax: 2 })
  const [first, , third] = [accepted(server), accepted(server), accepted(server)]
  await third.closed()
  assert.deepEqual(service.logger.reasons, ['CONNECTIONS_MAX'])
  first.socket.destroy()
  await until(() => server.connectionCount === 1)
  accepted(server)
  assert.equal(server.connectionCount, 2)
  await server.close({ graceMs: 0 })
})
test('connections beyond max.connections.per.ip are closed, of that address alone', async () => {
  const { service, server } = limited({ connectionsPerIpMax: 1 })
  const [, second, other] = [
    accepted(server, '10.0.0.1:1'),
    accepted(server, '10.0.0.1:2'),
    accepted(server, '10.0.0.2:1'),
  ]
  await second.closed()
  assert.deepEqual(service.logger.reasons, ['CONNECTIONS_PER_IP_MAX'])
  assert(!other.isClosed)
  assert.equal(server.connectionCount, 2)
  await server.close({ graceMs: 0 })
})
test('a shutdown does not wait longer than its grace for a request that is parked', async () => {
  const clock = new ManualClock()
  let closed = 0
  const service = serviceOf(({ connection }) => (connection.onClose(() => closed++), new Promise(() => {})), { clock })
  const server = new SocketServer(service),
    peer = accepted(server)
  await peer.send(fetchBytes)
  const closing = server.close({ graceMs: 3_000 })
  await turns(3)
  assert.equal(server.connectionCount, 1)
  await clock.advance(3_000)
  await closing
  await peer.closed()
  assert.equal(closed, 1)
})

test('an observer sees each request and its answer, in order', async () => {
  const seen: string[] = []
  const note = (what: string) => (request: ServerRequest) => void seen.push(`${what} ${request.header.correlationId}`)
  const service = serviceOf(async () => noResponse, {
    observer: { received: note('received'), answered: note('answered') },
  })
  const server = new SocketServer(service),
    peer = accepted(server)
  const body = { acks: 0, timeoutMs: 1, topicData: [] }
  await peer.send(...[1, 2].map(correlationId => requestBytes(produce, 9, { correlationId, body })))
  await until(() => seen.length === 4)
  assert.deepEqual(seen, ['received 1', 'answered 1', 'received 2', 'answered 2'])
  await server.close({ graceMs: 0 })
})

for (const receive of ['direct', 'data'] as const) {
  test(`a thousand clients that connect at once are all served over TCP, ${receive}`, async () => {
    const sockets = tcpSockets({ receive }),
      server = new SocketServer(serviceOf(() => ({ brokers: [], topics: [] })))
    const { host, port } = await server.listen(sockets, { host: '127.0.0.1', port: 0, name: 'PLAINTEXT' })
    const request = requestBytes(metadata, 12, { body: { topics: null } })
    const peers = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const peer = new Peer(await sockets.connect({ host, port, timeoutMs: 30_000 }))
        await peer.send(request)
        decodeResponse(metadata, 12, await peer.frame())
        return peer
      }),
    )
    assert.equal(server.connectionCount, 1_000)
    for (const { socket } of peers) socket.destroy()
    await server.close({ graceMs: 1_000 })
  })
}
