// Real sockets by the thousand, in a process of their own.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { tcpSockets } from '../base/index.ts'
import { metadata } from '../protocol/index.ts'
import { SocketServer } from './socket-server.ts'
import { decodeResponse, Peer, requestBytes, serviceOf, until } from './testing.ts'

const count = 5_000
/** Both ends are in this process. */
const filesNeeded = 2 * count + 200
const filesAllowed = Number((process.report.getReport() as any).userLimits?.open_files?.soft ?? Infinity)
const skip =
  filesAllowed < filesNeeded ? `${filesNeeded} open files needed, ${filesAllowed} allowed (ulimit -n)` : false

for (const receive of ['direct', 'data'] as const) {
  test(`${count} idle connections take little memory, and the others are served (${receive})`, { skip }, async t => {
    const sockets = tcpSockets({ receive }),
      server = new SocketServer(serviceOf(() => ({ brokers: [], topics: [] })))
    const { host, port } = await server.listen(sockets, { host: '127.0.0.1', port: 0, name: 'PLAINTEXT' })
    const request = requestBytes(metadata, 12, { body: { topics: null } })
    const before = process.memoryUsage.rss()
    const idle: Awaited<ReturnType<typeof sockets.connect>>[] = []
    for (let done = 0; done < count; done += 500)
      idle.push(
        ...(await Promise.all(Array.from({ length: 500 }, () => sockets.connect({ host, port, timeoutMs: 30_000 })))),
      )
    await until(() => server.connectionCount === count)
    const bytesEach = (process.memoryUsage.rss() - before) / count
    t.diagnostic(`${Math.round(bytesEach / 1024)} KiB each, both ends together`)
    assert(bytesEach < 64 * 1024)

    const peer = new Peer(await sockets.connect({ host, port }))
    for (let i = 0; i < 100; i++) {
      await peer.send(request)
      decodeResponse(metadata, 12, await peer.frame())
    }
    peer.socket.destroy()
    for (const socket of idle) socket.destroy()
    await server.close({ graceMs: 1_000 })
    await until(() => server.connectionCount === 0)
  })
}
