import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { describe, test } from 'node:test'

import type { Listener, Receiver, Socket, Sockets } from './sockets.ts'
import { tcpSockets } from './tcp-sockets.ts'

/** What one end received, in buffers as small as the test likes. */
class Collector implements Receiver {
  readonly #buffer: Buffer
  readonly #onChange: (collector: Collector) => void
  readonly pieces: Buffer[] = []
  end: { readonly error: Error | undefined } | undefined
  bytes = 0
  constructor(bufferSize = 64 * 1024, onChange: (collector: Collector) => void = () => {}) {
    this.#buffer = Buffer.alloc(bufferSize)
    this.#onChange = onChange
  }
  buffer(): Buffer {
    return this.#buffer
  }
  received(size: number): void {
    assert(this.end === undefined, 'received after closed')
    this.bytes += size
    this.pieces.push(Buffer.from(this.#buffer.subarray(0, size)))
    this.#onChange(this)
  }
  closed(error?: Error): void {
    assert(this.end === undefined, 'closed twice')
    this.end = { error }
    this.#onChange(this)
  }
  get all(): Buffer {
    return Buffer.concat(this.pieces)
  }
}
/** A receiver, and a promise for when it `is` as the test waits for. */
function collect(
  socket: Socket,
  is: (collector: Collector) => boolean = ({ end }) => end !== undefined,
  bufferSize?: number,
): Promise<Collector> {
  return new Promise(resolve => {
    const check = (collector: Collector) => {
      if (is(collector)) resolve(collector)
    }
    socket.receive(new Collector(bufferSize, check))
  })
}
const turn = () => new Promise<void>(resolve => setImmediate(resolve))

async function listening(
  sockets: Sockets,
  host: string,
  run: (address: Listener, accepted: () => Promise<Socket>) => Promise<void>,
): Promise<void> {
  const arrived: Socket[] = [],
    waiting: ((socket: Socket) => void)[] = []
  const listener = await sockets.listen({ host, port: 0 }, socket => {
    const next = waiting.shift()
    if (next) next(socket)
    else arrived.push(socket)
  })
  try {
    await run(listener, () => {
      const socket = arrived.shift()
      return socket ? Promise.resolve(socket) : new Promise(resolve => waiting.push(resolve))
    })
  } finally {
    await listener.close()
  }
}

const skip = (await hasIPv6()) ? false : 'this machine has no IPv6'
const nobody = () => assert.fail('nobody connects')

for (const receive of ['direct', 'data'] as const) {
  const sockets = tcpSockets({ receive })
  describe(`TCP sockets that receive by ${receive}`, () => {
    test('bytes arrive in order, into whatever buffers the receiver gives', async () => {
      await listening(sockets, '127.0.0.1', async ({ host, port }, accepted) => {
        const client = await sockets.connect({ host, port }),
          server = await accepted()
        const sent = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
        const received = collect(server, ({ bytes }) => bytes === sent.length, 7_001)
        let done = 0
        client.write([sent.subarray(0, 1), sent.subarray(1, 100_000)], () => done++)
        client.write([sent.subarray(100_000)], () => done++)
        assert((await received).all.equals(sent))
        await turn()
        assert.equal(done, 2)
        const back = collect(client, ({ bytes }) => bytes === 100, 3)
        server.write([sent.subarray(0, 100)])
        assert((await back).all.equals(sent.subarray(0, 100)))
        client.destroy()
        server.destroy()
      })
    })
    test('what came before there was a receiver is not lost', async () => {
      await listening(sockets, '127.0.0.1', async ({ host, port }, accepted) => {
        const client = await sockets.connect({ host, port }),
          server = await accepted()
        await new Promise<void>(resolve => client.write([Buffer.from('early')], () => resolve()))
        for (let i = 0; i < 20; i++) await turn()
        const received = collect(server, ({ bytes }) => bytes === 5, 2)
        assert.equal((await received).all.toString(), 'early')
        client.destroy()
        server.destroy()
      })
    })
    test('an end comes after all that was written, a destroyed peer at once, each once', async () => {
      await listening(sockets, '127.0.0.1', async ({ host, port }, accepted) => {
        const client = await sockets.connect({ host, port }),
          server = await accepted()
        const [ours, theirs] = [collect(client), collect(server)]
        client.write([Buffer.alloc(2_000_000, 'x')])
        client.end()
        assert.equal((await theirs).bytes, 2_000_000)
        assert.equal((await theirs).end!.error, undefined)
        await ours
        const failed = await new Promise(resolve => server.write([Buffer.from('late')], resolve))
        assert(failed instanceof Error)

        const second = await sockets.connect({ host, port }),
          end = collect(second)
        ;(await accepted()).destroy()
        assert.equal((await end).bytes, 0)
      })
    })
    test('a receiver that pauses gets nothing until it resumes, and the writer waits', async () => {
      await listening(sockets, '127.0.0.1', async ({ host, port }, accepted) => {
        const client = await sockets.connect({ host, port }),
          server = await accepted()
        const size = 30_000_000
        let isPaused = false
        const all = collect(server, collector => {
          assert(!isPaused, 'received while paused')
          if (collector.bytes > 100_000 && collector.bytes < 300_000) {
            isPaused = true
            server.pause()
          }
          return collector.bytes === size
        })
        let isDone = false
        client.write([Buffer.alloc(size)], () => (isDone = true))
        while (!isPaused) await turn()
        for (let i = 0; i < 200; i++) await turn()
        assert(!isDone)
        const timer = setInterval(() => {
          if (!isPaused) return
          isPaused = false
          server.resume()
        })
        await all
        clearInterval(timer)
        while (!isDone) await turn()
        client.destroy()
        server.destroy()
      })
    })
    test('a port that is taken is named, with its host', async () => {
      await listening(sockets, '127.0.0.1', async ({ port }) => {
        await assert.rejects(sockets.listen({ host: '127.0.0.1', port }, nobody), {
          code: 'EADDRINUSE',
          message: new RegExp(`port ${port} of 127.0.0.1 is in use`),
        })
        await assert.rejects(sockets.listen({ host: 'localhost', port }, nobody), { code: 'EADDRINUSE' })
      })
    })
    test('a listener that is closed frees its port, and keeps its connections', async () => {
      const accepted: Socket[] = []
      const listener = await sockets.listen({ host: '127.0.0.1', port: 0 }, socket => accepted.push(socket)),
        { port } = listener
      const client = await sockets.connect({ host: '127.0.0.1', port })
      while (accepted.length === 0) await turn()
      await listener.close()
      const again = await sockets.listen({ host: '127.0.0.1', port }, nobody)
      const received = collect(accepted[0]!, ({ bytes }) => bytes === 2)
      client.write([Buffer.from('hi')])
      assert.equal((await received).all.toString(), 'hi')
      client.destroy()
      accepted[0]!.destroy()
      await again.close()
    })
    test('a peer is called by its address, an IPv4 one in its own form', async () => {
      await listening(sockets, '::', async ({ port }, accepted) => {
        const client = await sockets.connect({ host: '127.0.0.1', port }),
          server = await accepted()
        assert.match(server.remote, /^127\.0\.0\.1:\d+$/)
        assert.equal(client.remote, `127.0.0.1:${port}`)
        client.destroy()
        server.destroy()
      })
    })
    for (const host of ['localhost', '::', '']) {
      test(`3.1 Connection: listening on '${host}' serves 127.0.0.1 and ::1 on one port`, { skip }, async () => {
        await listening(sockets, host, async ({ port }, accepted) => {
          for (const to of ['127.0.0.1', '::1', 'localhost']) {
            const client = await sockets.connect({ host: to, port })
            ;(await accepted()).destroy()
            client.destroy()
          }
        })
      })
    }
    test('nobody listening is ECONNREFUSED', async () => {
      const { port } = await new Promise<{ port: number }>(resolve => {
        const server = createServer().listen(0, '127.0.0.1', () => {
          const address = server.address() as { port: number }
          server.close(() => resolve(address))
        })
      })
      await assert.rejects(sockets.connect({ host: '127.0.0.1', port }), { code: 'ECONNREFUSED' })
    })
  })
}

test('received directly, a large read lands whole in the buffer that the receiver gave', async () => {
  const sockets = tcpSockets()
  await listening(sockets, '127.0.0.1', async ({ host, port }, accepted) => {
    const client = await sockets.connect({ host, port }),
      server = await accepted()
    const size = 8_000_000
    client.write([Buffer.alloc(size)])
    const { pieces } = await collect(server, ({ bytes }) => bytes === size, size)
    // A 'data' event carries 64 KiB at most.
    assert(Math.max(...pieces.map(({ length }) => length)) > 64 * 1024)
    client.destroy()
    server.destroy()
  })
})

function hasIPv6(): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(0, '::1', () => server.close(() => resolve(true)))
  })
}
