import assert from 'node:assert/strict'
import { test } from 'node:test'

import { type Receiver, type Socket, systemClock } from '../base/index.ts'
import { ServerConnection } from './server-connection.ts'
import { ServerContext } from './server-context.ts'
import { lastAnswer } from './service.ts'
import { produceBytes, serviceOf, storedSizes, until } from './testing.ts'

/** Takes every write at once, and counts its ends. */
class WillingSocket implements Socket {
  readonly remote = 'peer:1'
  receiver: Receiver | undefined
  writes = 0
  ends = 0
  receive(receiver: Receiver): void {
    this.receiver = receiver
  }
  gives(bytes: Uint8Array): void {
    const { receiver } = this
    for (let at = 0; at < bytes.length;) {
      const buffer = receiver!.buffer(),
        size = Math.min(buffer.length, bytes.length - at)
      buffer.set(bytes.subarray(at, at + size))
      receiver!.received(size)
      at += size
    }
  }
  write(_buffers: readonly Uint8Array[], done?: () => void): void {
    this.writes++
    if (done !== undefined) systemClock.soon(done)
  }
  writeAtOnce(): boolean {
    this.writes++
    return true
  }
  pause(): void {}
  resume(): void {}
  end(): void {
    this.ends++
  }
  destroy(): void {}
}

for (const kind of ['at once', 'by promise'] as const)
  test(`the last answer of a connection, given ${kind}, ends its socket once`, async () => {
    const service = serviceOf(request => {
      const answer = { ...storedSizes(request), [lastAnswer]: true as const }
      return kind === 'at once' ? answer : Promise.resolve(answer)
    })
    const socket = new WillingSocket(),
      context = new ServerContext(service, () => {}),
      connection = new ServerConnection(socket, { id: 1, listener: 'PLAINTEXT', context })
    connection.start()
    socket.gives(produceBytes(Buffer.alloc(10), 1))
    await until(() => socket.ends > 0)
    assert.deepEqual([socket.writes, socket.ends], [1, 1])
    connection.destroy()
  })
