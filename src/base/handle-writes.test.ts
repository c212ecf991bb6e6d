import assert from 'node:assert/strict'
import type { Socket as NetSocket } from 'node:net'
import { suite, test } from 'node:test'

import { HandleWrites } from './handle-writes.ts'
import { SeededRandom, seedFromEnvironment } from './random.ts'
import type { Receiver, Socket } from './sockets.ts'
import { tcpSockets } from './tcp-sockets.ts'

class Collector implements Receiver {
  readonly #buffer = Buffer.alloc(64 * 1024)
  readonly #changed: () => void
  readonly pieces: Buffer[] = []
  bytes = 0
  isClosed = false
  constructor(changed: () => void = () => {}) {
    this.#changed = changed
  }
  buffer(): Buffer {
    return this.#buffer
  }
  received(size: number): void {
    this.bytes += size
    this.pieces.push(Buffer.from(this.#buffer.subarray(0, size)))
    this.#changed()
  }
  closed(): void {
    this.isClosed = true
    this.#changed()
  }
}
const turn = () => new Promise<void>(resolve => setImmediate(resolve))
/** Both ends of a connection; the first write of the process, from which the way is learned, has been made. */
async function connected(run: (server: Socket, client: Socket) => Promise<void>): Promise<void> {
  const sockets = tcpSockets(),
    accepted = Promise.withResolvers<Socket>()
  const listener = await sockets.listen({ host: '127.0.0.1', port: 0 }, accepted.resolve)
  const client = await sockets.connect({ host: '127.0.0.1', port: listener.port }),
    server = await accepted.promise
  try {
    await run(server, client)
  } finally {
    client.destroy()
    server.destroy()
    await listener.close()
  }
}
const nothing = () => assert.fail('done is called only where nothing was said at once')

suite('writes at once', () => {
  test('what the kernel has taken is told at once, from the second write of the process on', async () => {
    await connected(async (server, client) => {
      const all = Promise.withResolvers<void>(),
        received = new Collector(() => received.bytes === 9 && all.resolve())
      client.receive(received)
      server.receive(new Collector())
      await new Promise<void>(resolve => {
        if (server.writeAtOnce!(Buffer.from('one'), () => resolve())) resolve()
      })
      assert.equal(server.writeAtOnce!(Buffer.from('two'), nothing), true)
      assert.equal(server.writeAtOnce!(Buffer.from('six'), nothing), true)
      await all.promise
      assert.equal(Buffer.concat(received.pieces).toString(), 'onetwosix')
    })
  })
  test('what it has not is told when it has, and everything arrives in order, however it was written', async () => {
    const seed = seedFromEnvironment(),
      random = new SeededRandom(seed)
    await connected(async (server, client) => {
      const sent = random.bytes(8_000_000)
      let at = 0,
        waiting = 0,
        atOnce = 0,
        later = 0
      const done = (error?: Error) => {
        assert.equal(error, undefined, `seed ${seed}`)
        waiting--
      }
      while (at < sent.length) {
        const size = Math.min(1 + random.below(random.chance(0.2) ? 400_000 : 20_000), sent.length - at),
          bytes = Buffer.from(sent.subarray(at, (at += size)))
        if (random.chance(0.3)) {
          const half = size >>> 1
          waiting++
          server.write([bytes.subarray(0, half), bytes.subarray(half)], done)
        } else if (server.writeAtOnce!(bytes, done)) {
          atOnce++
          // Whoever is told that the kernel has taken all writes over it.
          bytes.fill(0xdb)
        } else {
          waiting++
          later++
        }
        if (random.chance(0.1)) await turn()
      }
      const all = Promise.withResolvers<void>(),
        received = new Collector(() => received.bytes === sent.length && all.resolve())
      client.receive(received)
      await all.promise
      while (waiting > 0) await turn()
      assert(Buffer.concat(received.pieces).equals(sent), `seed ${seed}`)
      assert(atOnce > 0 && later > 0, `seed ${seed}: ${atOnce} at once, ${later} later`)
    })
  })
  test('what libuv still holds is not taken, whatever the request says', async () => {
    await connected(async server => {
      await new Promise<void>(resolve => server.write([Buffer.from('x')], () => resolve()))
    })
    let request: { oncomplete?: (status: number) => void } = {}
    const socket = { destroyed: false, writableEnded: false, writableLength: 0 } as NetSocket
    const handle = {
      writeQueueSize: 0 as number | undefined,
      writeBuffer: (made: object) => {
        request = made
        return 0
      },
    }
    const writes = new HandleWrites(socket, handle)
    let doneCount = 0
    const write = () => writes.write(Buffer.from('bytes'), () => void doneCount++)
    assert.equal(write(), true)
    handle.writeQueueSize = 5
    assert.equal(write(), false)
    assert.equal(doneCount, 0)
    request.oncomplete!(0)
    assert.equal(doneCount, 1)
    // A Node that does not tell.
    handle.writeQueueSize = undefined
    assert.equal(write(), true)
  })
  test('an end comes after what the kernel has not yet taken', async () => {
    await connected(async (server, client) => {
      const size = 20_000_000
      await new Promise<void>(resolve => {
        if (server.writeAtOnce!(Buffer.from('x'), () => resolve())) resolve()
      })
      let error: Error | undefined,
        isDone = false
      assert.equal(
        server.writeAtOnce!(Buffer.alloc(size), failed => {
          isDone = true
          error = failed
        }),
        false,
      )
      server.end()
      const end = Promise.withResolvers<void>(),
        received = new Collector(() => received.isClosed && end.resolve())
      client.receive(received)
      await end.promise
      assert.deepEqual([received.bytes, isDone, error], [size + 1, true, undefined])
    })
  })
  test('a peer that goes before it has taken all is an error, told once', async () => {
    await connected(async (server, client) => {
      const errors: (Error | undefined)[] = [],
        closed = new Collector()
      server.receive(closed)
      server.write([Buffer.from('x')])
      await turn()
      assert.equal(
        server.writeAtOnce!(Buffer.alloc(20_000_000), error => errors.push(error)),
        false,
      )
      client.destroy()
      while (errors.length === 0 || !closed.isClosed) await turn()
      assert.equal(errors.length, 1)
      assert.match(String(errors[0]), /ECONNRESET|EPIPE|ECANCELED/)
      const late = await new Promise<Error | undefined>(resolve => {
        assert.equal(server.writeAtOnce!(Buffer.from('late'), resolve), false)
      })
      assert(late instanceof Error)
    })
  })
})
