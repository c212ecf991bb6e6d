// What is no request, and what a handler should not do: the connection ends, and no other notices.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { noBytes } from '../protocol/index.ts'
import { connectionsClosed } from './network-metrics.ts'
import { offsetIn, produceBytes, served, serviceOf, storedSizes, transports } from './testing.ts'

for (const [name, sockets] of transports()) {
  describe(`bad requests over ${name}`, () => {
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
      ['\x00\x00\x00\x0a\x00\x07\x00\x00\x00\x00\x00\x01\xff\xff',              'API_NOT_SERVED'],
      ['\x00\x00\x00\x0a\xff\xff\x00\x00\x00\x00\x00\x01\xff\xff',              'API_NOT_SERVED'],
      ['\x00\x00\x00\x0a\x00\x03\x00\x63\x00\x00\x00\x01\xff\xff',              'VERSION_NOT_SERVED'],
      ['\x00\x00\x00\x0a\x00\x00\x00\x00\x00\x00\x00\x01\xff\xff',              'VERSION_NOT_SERVED'],
    ] as const
    for (const [bytes, reason] of bad) {
      test(`3.1 Connection: ${JSON.stringify(bytes.slice(0, 16))} closes the connection: ${reason}`, async () => {
        const service = serviceOf(storedSizes)
        await served(sockets, service, async (connect, server) => {
          const [peer, other] = [await connect(), await connect()]
          await peer.send(Buffer.from(bytes, 'latin1')).catch(() => 'closed before it had read all')
          await peer.closed()
          assert.deepEqual(service.logger.reasons, [reason])
          assert.equal(server.reservedBytes, 0)
          assert.equal(service.metrics.counter(connectionsClosed, { reason }).value, 1)
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
  })
}
