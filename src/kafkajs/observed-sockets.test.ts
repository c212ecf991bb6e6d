import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ManualClock, type Receiver, type Sockets } from '../base/index.ts'
import { observedSockets } from './observed-sockets.ts'

/** A request or an answer as it travels: its size before it. */
function frame(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(bytes.length)
  return Buffer.concat([size, bytes])
}
function requestFrame(correlationId: number, body = 'body'): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt16BE(3, 0)
  head.writeInt16BE(12, 2)
  head.writeInt32BE(correlationId, 4)
  return frame(Buffer.concat([head, Buffer.from(body)]))
}
function answerFrame(correlationId: number, bodySize: number): Buffer {
  const bytes = Buffer.alloc(4 + bodySize)
  bytes.writeInt32BE(correlationId)
  return frame(bytes)
}

async function conversation(listens = true) {
  const clock = new ManualClock()
  const told: string[] = []
  let receiver!: Receiver
  const plain: Sockets = {
    listen: () => assert.fail('nobody listens'),
    connect: async () => ({
      remote: 'peer',
      receive: given => void (receiver = given),
      write: (_, done) => done?.(),
      pause() {},
      resume() {},
      end() {},
      destroy() {},
    }),
  }
  const sockets = observedSockets(plain, clock, 1_000, {
    listens: () => listens,
    answered: ({ apiName, apiVersion, correlationId, broker }, ms, size) =>
      told.push(`${apiName} v${apiVersion} #${correlationId} of ${broker}: ${ms} ms, ${size} bytes`),
    timedOut: ({ correlationId }) => told.push(`#${correlationId} timed out`),
    waiting: (_, count) => told.push(`${count} waiting`),
  })
  const socket = await sockets.connect({ host: 'h', port: 1 })
  const place = Buffer.alloc(5)
  socket.receive({ buffer: () => place, received() {}, closed() {} })
  const receive = (bytes: Buffer) => {
    for (let at = 0; at < bytes.length;) {
      const size = bytes.copy(receiver.buffer(), 0, at)
      at += size
      receiver.received(size)
    }
  }
  return { clock, told, socket, receive }
}

test('kafkajs: requests and answers are told, wherever their bytes are cut', async () => {
  const { clock, told, socket, receive } = await conversation()
  const both = Buffer.concat([requestFrame(7), requestFrame(8, '')])
  socket.write([both.subarray(0, 5), both.subarray(5, 21), both.subarray(21)])
  await clock.advance(20)
  receive(Buffer.concat([answerFrame(7, 33), answerFrame(8, 0)]))
  assert.deepEqual(told, [
    '1 waiting',
    '2 waiting',
    'Metadata v12 #7 of h:1: 20 ms, 37 bytes',
    '1 waiting',
    'Metadata v12 #8 of h:1: 20 ms, 4 bytes',
    '0 waiting',
  ])
})
test('kafkajs: a request without an answer is told to have timed out, once', async () => {
  const { clock, told, socket, receive } = await conversation()
  socket.write([requestFrame(1)])
  await clock.advance(2_000)
  receive(answerFrame(1, 0))
  assert.deepEqual(told, ['1 waiting', '#1 timed out'])
})
test('kafkajs: nothing is told where nobody listens', async () => {
  const { told, socket, receive } = await conversation(false)
  socket.write([requestFrame(1)])
  receive(answerFrame(1, 0))
  assert.deepEqual(told, [])
})
