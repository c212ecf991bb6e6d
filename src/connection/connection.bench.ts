// node src/connection/connection.bench.ts [seconds]: requests a second over loopback, each way to receive, at depth 1
// and 16, small and large. The server answers a produce request at once with an offset; 16 raw clients in a process of
// their own only count the bytes of the answers, so that the server's core is what is measured.

import { fork } from 'node:child_process'
import { createConnection } from 'node:net'

import { MBeans, silentLogger, systemClock, tcpSockets } from '../base/index.ts'
import { codec, produce, requestHeader, responseHeader, Writer } from '../protocol/index.ts'
import { ListenerMetrics } from './network-metrics.ts'
import { writeFrame } from './routes.ts'
import type { ServerRequest } from './service.ts'
import { SocketServer } from './socket-server.ts'

const version = 9
const answer = {
  responses: [{ name: 'orders', partitionResponses: [{ index: 0, errorCode: 0, baseOffset: 1 }] }],
}
const frameOf = (header: Side, body: Side) => {
  const writer = new Writer()
  writeFrame(writer, header, body)
  return writer.toBuffer()
}
type Side = Parameters<typeof writeFrame>[1]

interface Load {
  readonly port: number
  readonly depth: number
  readonly sizeBytes: number
  readonly seconds: number
}
const connections = 16

/** In the process of the clients. */
async function load({ port, depth, sizeBytes, seconds }: Load): Promise<number> {
  const topicData = [{ name: 'orders', partitionData: [{ index: 0, records: Buffer.alloc(sizeBytes) }] }]
  const header = { requestApiKey: 0, requestApiVersion: version, correlationId: 1, clientId: 'bench' }
  const request = frameOf(
    { codec: codec(requestHeader, 2), value: header },
    { codec: codec(produce.request, version), value: { acks: 1, timeoutMs: 1000, topicData } },
  )
  const answerSize = frameOf(
    { codec: codec(responseHeader, 1), value: header },
    { codec: codec(produce.response, version), value: answer },
  ).length
  let answers = 0
  const sockets = Array.from({ length: connections }, () => {
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
    let bytes = 0
    socket.on('data', chunk => {
      bytes += chunk.length
      const whole = Math.floor(bytes / answerSize)
      bytes -= whole * answerSize
      answers += whole
      for (let i = 0; i < whole; i++) socket.write(request)
    })
    socket.on('error', () => {})
    for (let i = 0; i < depth; i++) socket.write(request)
    return socket
  })
  const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
  await wait(500)
  answers = 0
  const startedMs = performance.now()
  await wait(seconds * 1000)
  const rate = answers / ((performance.now() - startedMs) / 1000)
  for (const socket of sockets) socket.destroy()
  return rate
}

async function measure(): Promise<void> {
  const seconds = Number(process.argv[2] ?? 2)
  const handlers = {
    'at once': () => answer,
    'next turn': () => new Promise<object>(resolve => setImmediate(() => resolve(answer))),
  } satisfies Record<string, (request: ServerRequest) => object | Promise<object>>
  for (const receive of ['direct', 'data'] as const)
    for (const [kind, handle] of Object.entries(handlers))
      for (const sizeBytes of [100, 16 * 1024, 128 * 1024, 1024 * 1024])
        for (const depth of [1, 16]) {
          const metrics = new MBeans(systemClock)
          const server = new SocketServer({
            apiRange: () => ({ min: 3, max: version }),
            handle,
            clock: systemClock,
            logger: silentLogger,
            metrics,
          })
          const { port } = await server.listen(tcpSockets({ receive }), {
            host: '127.0.0.1',
            port: 0,
            name: 'PLAINTEXT',
          })
          const child = fork(import.meta.filename, ['client'])
          const before = process.cpuUsage()
          const rate = await new Promise<number>(resolve => {
            child.once('message', value => resolve(Number(value)))
            child.send({ port, depth, sizeBytes, seconds } satisfies Load)
          })
          const { user, system } = process.cpuUsage(before)
          child.kill()
          await server.close({ graceMs: 100 })
          const name = `${receive.padEnd(6)}  ${kind.padEnd(9)}  ${String(sizeBytes).padStart(7)} B  depth ${String(depth).padStart(2)}`
          const requests = new ListenerMetrics(metrics, 'PLAINTEXT').requests.value
          const cpu = `${((user + system) / requests).toFixed(1)} µs CPU of the server a request`
          console.log(
            `${name}  ${Math.round(rate).toLocaleString('en').padStart(9)} req/s  ${Math.round((rate * sizeBytes) / 1e6)} MB/s  ${cpu}`,
          )
        }
}

if (process.argv[2] === 'client') {
  process.once('message', message => void load(message as Load).then(rate => process.send!(rate)))
} else {
  await measure()
}
