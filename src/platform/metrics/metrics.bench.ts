// node src/platform/metrics/metrics.bench.ts [rounds]: what metrics cost the producers. Brokers in this process, some with
// them and some without, are given the same load in turns, by raw clients in a process of their own; the processor time of a
// request is compared, so that what else goes on in the machine matters little. Those with metrics are read every second. How
// far those without are apart is the noise of the measurement.

import { fork, type ChildProcess } from 'node:child_process'
import { connect, type Socket } from 'node:net'

import { silentLogger } from '../../base/index.ts'
import { createClient } from '../../client/index.ts'
import { buildBatch, codec, produce, requestHeader, Writer } from '../../protocol/index.ts'
import { startPlatform, type Platform } from '../index.ts'
import { formatFor, textPieces } from './text-format.ts'

interface Load {
  readonly records: number
  readonly connections: number
  /** Requests of a connection that are under way. */
  readonly depth: number
}
interface Order extends Load {
  readonly port: number
  readonly ms: number
}
const loads: readonly (readonly [name: string, Load])[] = [
  ['1 record a request, one after the other', { records: 1, connections: 4, depth: 1 }],
  ['1 record a request, 16 under way', { records: 1, connections: 4, depth: 16 }],
  ['10 records a request, 4 under way', { records: 10, connections: 4, depth: 4 }],
  ['batches of 16 kB, as producers fill them', { records: 150, connections: 4, depth: 4 }],
  ['batches of 128 kB', { records: 1_200, connections: 4, depth: 4 }],
]
const recordBytes = 100
const sliceMs = 100
/** As often as Prometheus reads at the most. */
const slicesPerReading = 10
const partitions = 4

/** Of each kind: where a broker lies in memory, and which was compiled first, moves its cost by some percent. */
const brokersOfKind = 3

async function compare(rounds: number): Promise<void> {
  const clients = fork(import.meta.filename, ['clients'])
  const brokers: { readonly platform: Platform; readonly isMeasured: boolean }[] = []
  for (let i = 0; i < 2 * brokersOfKind; i++) {
    const isMeasured = i % 2 === 0
    brokers.push({ platform: await start(isMeasured), isMeasured })
  }
  const read = ({ metrics }: Platform) => {
    for (const _ of textPieces(metrics.families(), formatFor(''))) continue
  }
  const percent = (ratio: number) => `${((ratio - 1) * 100).toFixed(1)} %`
  console.log('| load | µs a request, without | with | more | noise |')
  console.log('| --- | ---: | ---: | ---: | ---: |')
  for (const [name, load] of loads) {
    const costs = brokers.map((): number[] => [])
    for (let round = -slicesPerReading; round < rounds; round++)
      // Each comes as often in each place as the others.
      for (const at of brokers.keys()) {
        const which = (at + round + slicesPerReading) % brokers.length
        const { platform, isMeasured } = brokers[which]!
        const reads = isMeasured && round % slicesPerReading === 0
        const cost = await costOf(clients, portOf(platform), load, () => reads && read(platform))
        if (round >= 0) costs[which]!.push(cost)
      }
    const ofKind = (kind: boolean) => costs.filter((_, which) => brokers[which]!.isMeasured === kind).map(median)
    const [without, measured] = [ofKind(false), ofKind(true)]
    const noise = Math.max(...without) / Math.min(...without)
    console.log(
      `| ${name} | ${median(without).toFixed(2)} | ${median(measured).toFixed(2)} | ${percent(median(measured) / median(without))} | ${percent(noise)} |`,
    )
  }
  clients.kill()
  for (const { platform } of brokers) await platform.stop()
}

async function start(isMeasured: boolean): Promise<Platform> {
  const properties = {
    'log.flush.on.ack': 'false',
    'log.retention.check.interval.ms': '200',
    'log.segment.delete.delay.ms': '0',
    'offsets.topic.num.partitions': '1',
  }
  const platform = await startPlatform({
    dataPath: undefined,
    port: 0,
    properties: new Map(Object.entries(properties)),
    logger: silentLogger,
    isMeasured,
  })
  await using client = createClient({ bootstrap: platform.bootstrap })
  const configs = { 'segment.bytes': `${2 ** 24}`, 'retention.bytes': `${2 ** 24}` }
  await client.admin.topics.create([{ name: 'orders', partitions, configs }])
  return platform
}
const portOf = ({ bootstrap }: Platform): number => Number(bootstrap.split(':').at(-1))

/** µs of this process for a request. */
async function costOf(clients: ChildProcess, port: number, load: Load, meanwhile: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  const requests = await new Promise<number>(resolve => {
    clients.once('message', count => resolve(Number(count)))
    clients.send({ ...load, port, ms: sliceMs } satisfies Order)
    meanwhile()
  })
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requests
}
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

// The clients

const sockets = new Map<string, Socket>()
async function run({ port, ms, records, connections, depth }: Order): Promise<number> {
  const until = performance.now() + ms
  const counts = Array.from({ length: connections }, async (_, index) => {
    const key = `${port} ${index}`
    let socket = sockets.get(key)
    if (socket === undefined) sockets.set(key, (socket = await opened(port)))
    return exchange(socket, requestFor(index % partitions, records), { depth, until })
  })
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}
function opened(port: number): Promise<Socket> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
  })
}
/** Keeps so many requests under way until the time is over, and waits for the last answer. */
function exchange(
  socket: Socket,
  request: Buffer,
  { depth, until }: { depth: number; until: number },
): Promise<number> {
  return new Promise(resolve => {
    let answers = 0,
      underWay = depth,
      rest: Buffer = Buffer.alloc(0)
    const take = (chunk: Buffer) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let at = 0,
        whole = 0
      while (rest.length - at >= 4 && rest.length - at >= 4 + rest.readInt32BE(at)) {
        at += 4 + rest.readInt32BE(at)
        whole++
      }
      rest = rest.subarray(at)
      answers += whole
      underWay -= whole
      if (performance.now() < until) {
        underWay += whole
        for (let i = 0; i < whole; i++) socket.write(request)
      } else if (underWay === 0) {
        socket.off('data', take)
        resolve(answers)
      }
    }
    socket.on('data', take)
    for (let i = 0; i < depth; i++) socket.write(request)
  })
}
const requests = new Map<string, Buffer>()
function requestFor(partition: number, count: number): Buffer {
  const key = `${partition} ${count}`
  let request = requests.get(key)
  if (request === undefined) requests.set(key, (request = makeRequest(partition, count)))
  return request
}
function makeRequest(partition: number, count: number): Buffer {
  const version = 9
  const value = 'x'.repeat(recordBytes)
  const records = buildBatch(
    Array.from({ length: count }, () => ({ timestamp: Date.now(), key: null, value })),
    { codec: 'none' },
  )
  const header = new Writer(),
    body = new Writer()
  codec(requestHeader, 2).encode(header, {
    requestApiKey: produce.key,
    requestApiVersion: version,
    correlationId: 1,
    clientId: 'bench',
  })
  codec(produce.request, version).encode(body, {
    acks: 1,
    timeoutMs: 1000,
    topicData: [{ name: 'orders', partitionData: [{ index: partition, records }] }],
  })
  const parts = [header.toBuffer(), body.toBuffer()]
  const size = Buffer.alloc(4)
  size.writeInt32BE(parts.reduce((sum, { length }) => sum + length, 0))
  return Buffer.concat([size, ...parts])
}

if (process.send) process.on('message', (order: Order) => void run(order).then(count => process.send!(count)))
else await compare(Number(process.argv[2] ?? 100))
