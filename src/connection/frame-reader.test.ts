import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { type Random, SeededRandom, seedFromEnvironment } from '../base/index.ts'
import { FrameReader } from './frame-reader.ts'
import { ReceiveMemory } from './receive-memory.ts'

const limits = { requestSizeMax: 1_000_000, waitingBytesMax: 64 * 1024 }

/** A sink that keeps copies of its frames, and is not ready after each where it is told to be slow. */
class Frames {
  readonly reader: FrameReader
  readonly list: Buffer[] = []
  readonly refused: number[] = []
  isReady = true
  isPaused = false
  isSlow: boolean
  constructor(memory = new ReceiveMemory(2 ** 20), { isSlow = false } = {}) {
    this.isSlow = isSlow
    this.reader = new FrameReader(this, memory, limits)
  }
  frame(buffer: Buffer, start: number, end: number): void {
    assert(this.isReady, 'a frame while the sink was not ready')
    this.list.push(Buffer.from(buffer.subarray(start, end)))
    buffer.fill(0xdb, start, end)
    if (this.isSlow) this.isReady = false
  }
  refuseSize(size: number): void {
    this.refused.push(size)
    this.isReady = false
    this.reader.close()
  }
  pause(): void {
    assert(!this.isPaused)
    this.isPaused = true
  }
  resume(): void {
    assert(this.isPaused)
    this.isPaused = false
  }
  ready(): void {
    this.isReady = true
    this.reader.proceed()
  }
  /** Receives as a socket does, and gives what a pause left unread. */
  receive(bytes: Uint8Array): Uint8Array {
    while (bytes.length > 0 && !this.isPaused) {
      const buffer = this.reader.buffer(),
        size = Math.min(buffer.length, bytes.length)
      buffer.set(bytes.subarray(0, size))
      bytes = bytes.subarray(size)
      this.reader.received(size)
    }
    return bytes
  }
}
function framed(content: Uint8Array): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(content.length)
  return Buffer.concat([size, content])
}
const contentOf = (size: number, random: Random) => Buffer.alloc(size, 1 + random.below(200))

describe('a frame reader', () => {
  const random = new SeededRandom(7)
  const contents = [0, 3, 40, 1, 25].map(size => contentOf(size, random)),
    stream = Buffer.concat(contents.map(framed)),
    memory = new ReceiveMemory(2 ** 20)
  for (const isSlow of [false, true]) {
    test(`frames cut at any two bytes arrive whole${isSlow ? ', to a sink that takes one at a time' : ''}`, () => {
      for (let first = 0; first <= stream.length; first++) {
        for (let second = first; second <= stream.length; second++) {
          const frames = new Frames(memory, { isSlow })
          for (const piece of [stream.subarray(0, first), stream.subarray(first, second), stream.subarray(second)])
            assert.equal(frames.receive(piece).length, 0)
          for (let i = 0; i < contents.length; i++) frames.ready()
          assert.deepEqual(frames.list, contents, `cut at ${first} and ${second}`)
        }
      }
    })
  }

  const seed = seedFromEnvironment()
  test(`any frames, cut anywhere, arrive whole and in order, with little memory (SEED=${seed})`, () => {
    const random = new SeededRandom(seed)
    for (let round = 0; round < 40; round++) {
      const memory = new ReceiveMemory(400_000)
      const connections = Array.from({ length: 4 }, () => {
        const contents = Array.from({ length: 1 + random.below(12) }, () =>
          contentOf(random.below(random.pick([1, 5_000, 70_000, 300_000])), random),
        )
        return { contents, frames: new Frames(memory), left: Buffer.concat(contents.map(framed)) as Uint8Array }
      })
      for (let step = 0; connections.some(({ contents, frames }) => frames.list.length < contents.length); step++) {
        assert(step < 100_000, `stuck: SEED=${seed}, round ${round}`)
        const connection = random.pick(connections),
          { frames } = connection
        frames.isSlow = random.chance(0.5)
        const size = 1 + random.below(random.pick([10, 5_000, 500_000]))
        const unread = frames.receive(connection.left.subarray(0, size))
        connection.left = connection.left.subarray(Math.min(size, connection.left.length) - unread.length)
        if (!frames.isReady && random.chance(0.5)) frames.ready()
      }
      for (const { contents, frames } of connections) {
        assert.deepEqual(frames.list, contents, `SEED=${seed}, round ${round}`)
        frames.ready()
      }
      assert.equal(memory.reservedBytes, 0, `SEED=${seed}, round ${round}`)
    }
  })

  // oxfmt-ignore
  const sizes = [
    // before                  bytes         refused
    ['',                       'ffffffff',   -1],
    ['',                       '80000000',   -(2 ** 31)],
    ['',                       '7fffffff',   2 ** 31 - 1],
    ['',                       '000f4241',   1_000_001],
    ['0000000161',             'fffffffe',   -2],
    ['00000001610000000262',   '63fffffff0', -16],
  ] as const
  for (const [before, bytes, refused] of sizes) {
    test(`after ${before.length / 2} bytes, a frame of ${refused} is refused once, and nothing is kept for it`, () => {
      for (let cut = 0; cut <= before.length / 2; cut++) {
        const memory = new ReceiveMemory(2 ** 20),
          frames = new Frames(memory),
          all = Buffer.from(before + bytes + '00'.repeat(50), 'hex')
        frames.receive(all.subarray(0, cut))
        frames.receive(all.subarray(cut))
        assert.deepEqual(frames.refused, [refused])
        assert.equal(memory.reservedBytes, 0)
      }
    })
  }

  test('one who waits for memory is not read, and goes on when another has finished, first come first served', () => {
    const memory = new ReceiveMemory(500_000),
      [first, second, third] = [new Frames(memory), new Frames(memory), new Frames(memory)]
    const large = framed(Buffer.alloc(400_000, 'x'))
    assert.equal(first.receive(large.subarray(0, 10)).length, 0)
    second.receive(large.subarray(0, 10))
    third.receive(large.subarray(0, 10))
    assert(!first.isPaused && second.isPaused && third.isPaused)
    assert.equal(memory.reservedBytes, 400_004)
    first.receive(large.subarray(10))
    assert(!second.isPaused && third.isPaused)
    second.reader.close()
    assert(!third.isPaused)
    third.receive(large.subarray(10))
    assert.deepEqual(
      [first, second, third].map(({ list }) => list.length),
      [1, 0, 1],
    )
    assert.equal(memory.reservedBytes, 0)
  })
  test('a frame of the whole budget and more is let in alone, and small ones never wait', () => {
    const memory = new ReceiveMemory(300_000),
      [large, other, small] = [new Frames(memory), new Frames(memory), new Frames(memory)]
    const bytes = framed(Buffer.alloc(900_000))
    large.receive(bytes.subarray(0, 100))
    other.receive(bytes.subarray(0, 100))
    assert(!large.isPaused && other.isPaused)
    for (let at = 0; at < 2_000; at++) small.receive(framed(Buffer.alloc(4_000)).subarray(at * 2, at * 2 + 2))
    assert(!small.isPaused)
    large.receive(bytes.subarray(100))
    assert(!other.isPaused)
  })
  test('what waits behind a frame in progress is bounded: then the connection is not read', () => {
    const frames = new Frames(undefined, { isSlow: true }),
      one = framed(Buffer.alloc(1_000)),
      many = Buffer.concat(Array.from({ length: 1_000 }, () => one))
    const unread = frames.receive(many)
    assert(frames.isPaused)
    assert(unread.length > many.length - 400_000 && unread.length < many.length - limits.waitingBytesMax)
    for (let i = 0; i < 1_000 && frames.isPaused; i++) frames.ready()
    assert(!frames.isPaused)
    assert(frames.list.length > 100)
  })
  test('a socket that asks for one more buffer after a large frame has ended the connection is given one', () => {
    const frames = new Frames(),
      bytes = framed(Buffer.alloc(100_000))
    frames.frame = () => frames.reader.close()
    frames.receive(bytes.subarray(0, 10))
    frames.receive(bytes.subarray(10))
    assert(frames.reader.buffer().length > 0)
  })
})
