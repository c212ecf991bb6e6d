import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { Socket } from '../base/index.ts'
import { codec, fetch, requestHeader, Writer } from '../protocol/index.ts'
import { batchOf, produceTo, TestCluster, topic, turns } from './testing.ts'

const version = 11
const fetchBytes = 1 << 20

/** A fetch of all that is there, as a frame. */
function frame(correlationId: number): Buffer {
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: fetchBytes }]
  const writer = new Writer()
  codec(requestHeader, 1).encode(writer, {
    requestApiKey: fetch.key,
    requestApiVersion: version,
    correlationId,
    clientId: 'slow',
  })
  const draft = { maxWaitMs: 0, minBytes: 1, maxBytes: fetchBytes, topics: [{ topic, partitions }] }
  codec(fetch.request, version).encode(writer, draft)
  const body = writer.toBuffer(),
    size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

test('50 readers that stopped reading cost one response each, and the others are served', async () => {
  await using cluster = await TestCluster.start()
  await cluster.createTopic(topic)
  const writer = await cluster.connect()
  for (let i = 0; i < 24; i++) await produceTo(writer, batchOf(['x'.repeat(50_000)]))
  const sockets: Socket[] = []
  const scratch = Buffer.alloc(64 * 1024)
  for (let i = 0; i < 50; i++) {
    const socket = await cluster.openSocket()
    socket.receive({ buffer: () => scratch, received: () => socket.pause(), closed() {} })
    for (let request = 0; request < 16; request++) socket.write([frame(request)])
    sockets.push(socket)
  }
  await turns(40)
  const { answerMemory } = cluster.nodes[0]!.context
  assert.ok(answerMemory.heldBytes > 0, 'they do hold answers')
  assert.ok(answerMemory.heldBytes <= 50 * fetchBytes, `${answerMemory.heldBytes} bytes are held`)
  assert.equal((await produceTo(writer, batchOf(['y']))).error, 'NONE')
  for (const socket of sockets) socket.destroy()
  await turns(40)
  assert.equal(answerMemory.heldBytes, 0, 'all was given back')
})
