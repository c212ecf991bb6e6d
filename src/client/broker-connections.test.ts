import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import {
  ManualClock,
  SeededRandom,
  silentLogger,
  type ConnectOptions,
  type Socket,
  type Sockets,
  TlsError,
} from '../base/index.ts'
import { BrokerConnections, type ConnectionOptions } from './broker-connections.ts'
import { KafkaError } from './errors.ts'

/** A network on which each attempt goes as it is told; what is never told hangs. */
function network(outcome: (attempt: number) => Error | Socket | undefined) {
  const clock = new ManualClock()
  const attempts: { readonly atMs: number; readonly timeoutMs: number | undefined }[] = []
  const sockets: Sockets = {
    listen: () => Promise.reject(new Error('nobody listens')),
    connect: ({ timeoutMs }: ConnectOptions) =>
      new Promise((resolve, reject) => {
        attempts.push({ atMs: clock.monotonic(), timeoutMs })
        const next = outcome(attempts.length)
        if (next instanceof Error) reject(next)
        else if (next !== undefined) resolve(next)
      }),
  }
  const options: ConnectionOptions = {
    clientId: 'test',
    sockets,
    clock,
    random: Object.assign(new SeededRandom(1), { next: () => 0.5 }), // no jitter
    logger: silentLogger,
    connectTimeoutMs: 10_000,
    connectTimeoutMsMax: 30_000,
    requestTimeoutMs: 30_000,
    reconnectBackoffMs: 50,
    reconnectBackoffMsMax: 1_000,
  }
  const connections = new BrokerConnections(options)
  const get = () => connections.get({ nodeId: 1, host: 'broker', port: 9092, rack: null }, 'main')
  return { clock, attempts, connections, get }
}
const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
const silent: Socket = {
  remote: 'silent',
  receive: () => {},
  write: () => {},
  pause: () => {},
  resume: () => {},
  end: () => {},
  destroy: () => {},
}

suite('connections to brokers', () => {
  test('a broker that cannot be reached is tried ever more slowly, and given ever more time', async () => {
    const { clock, attempts, get } = network(() => refused)
    const pauses = [0, 50, 100, 200, 400, 800, 1_000]
    for (const pause of pauses) {
      const failed = assert.rejects(get(), { code: 'ECONNREFUSED' })
      await clock.advance(pause)
      await failed
    }
    assert.deepEqual(
      attempts.map(({ timeoutMs }) => timeoutMs),
      [10_000, 20_000, 30_000, 30_000, 30_000, 30_000, 30_000],
    )
    assert.deepEqual(
      attempts.map(({ atMs }, i) => atMs - (attempts[i - 1]?.atMs ?? 0)),
      pauses,
    )
  })
  test('who asks for a connection that is being made gets the same', () => {
    const { attempts, get } = network(() => silent)
    assert.equal(get(), get())
    assert.equal(attempts.length, 1)
  })
  test('what TLS refuses is a KafkaError that nobody tries again', async () => {
    const { get } = network(() => new TlsError('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'))
    await assert.rejects(get(), (error: unknown) => {
      assert(error instanceof KafkaError)
      assert.deepEqual([error.code, error.retriable], ['TLS_FAILED', false])
      return /DEPTH_ZERO_SELF_SIGNED_CERT/.test(error.message)
    })
  })
  test('a pause ends when the client closes', async () => {
    const { get, connections } = network(() => refused)
    await assert.rejects(get(), { code: 'ECONNREFUSED' })
    const waiting = assert.rejects(get(), { code: 'CLOSED' })
    await connections.close()
    await waiting
    await assert.rejects(get(), { code: 'CLOSED' })
  })
})
