import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { SeededRandom, seedFromEnvironment, type Socket, systemClock } from '../base/index.ts'
import { memoryPair, memorySockets } from './memory-sockets.ts'
import { Peer, until } from './testing.ts'

const seed = seedFromEnvironment()
const nobody = () => assert.fail('nobody connects')

describe(`sockets in memory (SEED=${seed})`, () => {
  test('bytes arrive whole and in order, cut anywhere, and `done` comes when all were taken', async () => {
    const random = new SeededRandom(seed),
      [ours, theirs] = memoryPair({ clock: systemClock, random }),
      peer = new Peer(theirs)
    const sent = random.bytes(5_000),
      order: number[] = []
    ours.write([sent.subarray(0, 10), sent.subarray(10, 3_000)], () => order.push(peer.receivedBytes))
    ours.write([], () => order.push(0))
    ours.write([sent.subarray(3_000)], () => order.push(peer.receivedBytes))
    assert((await peer.take(5_000)).equals(sent))
    await until(() => order.length === 3)
    assert.deepEqual(order, [3_000, 0, 5_000])
  })
  test('nothing is delivered within the call that writes', () => {
    const [ours, theirs] = memoryPair({ clock: systemClock }),
      peer = new Peer(theirs)
    ours.write([Buffer.from('x')])
    assert.equal(peer.receivedBytes, 0)
    ours.destroy()
  })
  test('a paused receiver holds the writer back', async () => {
    const [ours, theirs] = memoryPair({ clock: systemClock }),
      peer = new Peer(theirs)
    theirs.pause()
    let done = 0
    ours.write([Buffer.alloc(100_000)], () => done++)
    for (let i = 0; i < 10; i++) await new Promise<void>(resolve => systemClock.soon(resolve))
    assert.deepEqual([done, peer.receivedBytes, ours.unsentBytes], [0, 0, 100_000])
    theirs.resume()
    await until(() => done === 1)
    assert.equal(ours.unsentBytes, 0)
  })
  test('an end comes after what was written; what is written later fails', async () => {
    const [ours, theirs] = memoryPair({ clock: systemClock }),
      peer = new Peer(theirs)
    ours.write([Buffer.from('last words')])
    ours.end()
    const failed = await new Promise<Error | undefined>(resolve => ours.write([Buffer.from('x')], resolve))
    assert(failed instanceof Error)
    await peer.closed()
    assert.equal(peer.receivedBytes, 10)
  })
  test('an end that is destroyed is over at once; what a kernel would have taken still arrives', async () => {
    const [ours, theirs] = memoryPair({ clock: systemClock }),
      peer = new Peer(theirs)
    ours.write([Buffer.alloc(1_000_000)])
    ours.destroy()
    await peer.closed()
    assert.equal(peer.receivedBytes, 64 * 1024)
  })
  test('a broken connection ends both sides, with its error, and fails what was not taken', async () => {
    const [ours, theirs] = memoryPair({ clock: systemClock })
    const ends: unknown[] = []
    for (const socket of [ours, theirs] as Socket[])
      socket.receive({ buffer: () => Buffer.alloc(1), received: nobody, closed: error => ends.push(error) })
    theirs.pause()
    const written = new Promise(resolve => ours.write([Buffer.from('x')], resolve))
    const error = new Error('cable cut')
    ours.fail(error)
    assert.equal(await written, error)
    await until(() => ends.length === 2)
    assert.deepEqual(ends, [error, error])
  })
  test('listeners have ports of their own, a taken one is refused, and nobody listening is an error', async () => {
    const sockets = memorySockets({ clock: systemClock })
    const first = await sockets.listen({ host: 'a', port: 0 }, nobody),
      second = await sockets.listen({ host: 'a', port: 0 }, nobody)
    assert.notEqual(first.port, second.port)
    await assert.rejects(sockets.listen({ host: 'a', port: first.port }, nobody), { code: 'EADDRINUSE' })
    await first.close()
    await assert.rejects(sockets.connect({ host: 'a', port: first.port }), { code: 'ECONNREFUSED' })
    await second.close()
  })
})
