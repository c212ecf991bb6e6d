// What the tests of this module share: a service that is written in a line, and a peer that speaks in bytes.

import { once } from 'node:events'

import {
  type LogFields,
  type Logger,
  MBeans,
  type Random,
  SeededRandom,
  type Socket,
  type Sockets,
  systemClock,
  tcpSockets,
} from '../base/index.ts'
import {
  type AnyApi,
  apis,
  codec,
  produce,
  Reader,
  requestHeader,
  requestHeaderVersion,
  responseHeader,
  responseHeaderVersion,
  Writer,
} from '../protocol/index.ts'
import { memorySockets } from './memory-sockets.ts'
import { writeFrame } from './routes.ts'
import type { Answer, ServerRequest, Service } from './service.ts'
import { SocketServer } from './socket-server.ts'

export class LogLines implements Logger {
  readonly lines: { readonly level: string; readonly event: string; readonly fields: LogFields }[] = []
  readonly #add =
    (level: string) =>
    (event: string, fields: LogFields = {}): void =>
      void this.lines.push({ level, event, fields })
  debug = this.#add('debug')
  info = this.#add('info')
  warn = this.#add('warn')
  error = this.#add('error')
  /** The reasons for which connections were closed, in order. */
  get reasons(): unknown[] {
    return this.lines.map(({ fields }) => fields['reason']).filter(reason => reason !== undefined)
  }
}

/** A broker that serves every version of every API that is declared, by one function. */
export function serviceOf(
  handle: (request: ServerRequest) => Answer | Promise<Answer>,
  options: Partial<Service> = {},
): Service & { readonly logger: LogLines } {
  return {
    apiRange: key => {
      const versions = apis.get(key)?.versions
      return versions && { min: versions.from, max: versions.to }
    },
    handle,
    clock: systemClock,
    metrics: new MBeans(systemClock),
    poisonsFrames: true,
    ...options,
    logger: new LogLines(),
  }
}

/** Every transport that a test of the module runs on. */
export function transports(random: Random = new SeededRandom(1)): (readonly [name: string, sockets: Sockets])[] {
  return [
    ['memory', memorySockets({ clock: systemClock })],
    ['memory, cut anywhere', memorySockets({ clock: systemClock, random })],
    ['TCP, direct', tcpSockets({ receive: 'direct' })],
    ['TCP, data', tcpSockets({ receive: 'data' })],
  ]
}

/** A request as bytes, its size included. */
export function requestBytes(
  api: AnyApi,
  version: number,
  { correlationId = 1, clientId = 'test', body }: { correlationId?: number; clientId?: string | null; body: object },
): Buffer {
  const writer = new Writer()
  writeFrame(
    writer,
    {
      codec: codec(requestHeader, requestHeaderVersion(api, version)),
      value: { requestApiKey: api.key, requestApiVersion: version, correlationId, clientId },
    },
    { codec: codec(api.request, version), value: body },
  )
  return writer.toBuffer()
}
/** The correlation id and body of a response frame without its size. */
export function decodeResponse(api: AnyApi, version: number, frame: Buffer): { correlationId: number; body: any } {
  const reader = new Reader(frame),
    { correlationId } = codec(responseHeader, responseHeaderVersion(api, version)).decode(reader)
  return { correlationId, body: codec(api.response, version).decode(reader) }
}

/** The other end of a connection, in bytes. */
export class Peer {
  readonly socket: Socket
  #received: Buffer[] = []
  readonly #buffer = Buffer.alloc(64 * 1024)
  readonly #changes = new EventTarget()
  isClosed = false
  constructor(socket: Socket) {
    this.socket = socket
    socket.receive({
      buffer: () => this.#buffer,
      received: size => {
        this.#received.push(Buffer.from(this.#buffer.subarray(0, size)))
        this.#changes.dispatchEvent(new Event('change'))
      },
      closed: () => {
        this.isClosed = true
        this.#changes.dispatchEvent(new Event('change'))
      },
    })
  }
  send(...bytes: Uint8Array[]): Promise<void> {
    return new Promise((resolve, reject) =>
      this.socket.write(bytes, error => (error === undefined ? resolve() : reject(error))),
    )
  }
  get receivedBytes(): number {
    return this.#received.reduce((sum, { length }) => sum + length, 0)
  }
  /** The next frame, without its size. */
  async frame(): Promise<Buffer> {
    const size = (await this.take(4)).readInt32BE()
    return await this.take(size)
  }
  async take(size: number): Promise<Buffer> {
    while (this.receivedBytes < size) {
      if (this.isClosed) throw new Error(`closed after ${this.receivedBytes} of ${size} bytes`)
      await once(this.#changes, 'change')
    }
    const all = Buffer.concat(this.#received)
    this.#received = [all.subarray(size)]
    return all.subarray(0, size)
  }
  async closed(): Promise<void> {
    while (!this.isClosed) await once(this.#changes, 'change')
  }
}

/** A server and its peers, all closed at the end of a test. */
export async function served(
  sockets: Sockets,
  service: ReturnType<typeof serviceOf>,
  run: (connect: () => Promise<Peer>, server: SocketServer) => Promise<void>,
): Promise<void> {
  const server = new SocketServer(service),
    peers: Peer[] = []
  const { host, port } = await server.listen(sockets, { host: '127.0.0.1', port: 0, name: 'PLAINTEXT' })
  try {
    await run(async () => {
      const peer = new Peer(await sockets.connect({ host, port }))
      peers.push(peer)
      return peer
    }, server)
  } finally {
    for (const { socket } of peers) socket.destroy()
    await server.close({ graceMs: 1000 })
  }
}
/** Answers a produce request with the size of its record set as base offset. */
export function storedSizes({ body }: ServerRequest): object {
  const [topic] = body.topicData
  return {
    responses: [
      {
        name: topic.name,
        partitionResponses: topic.partitionData.map(({ index, records }: { index: number; records: Uint8Array }) => ({
          index,
          errorCode: 0,
          baseOffset: records.length,
        })),
      },
    ],
  }
}
export function produceBytes(records: Uint8Array, correlationId: number, acks = 1): Buffer {
  const body = { acks, timeoutMs: 1000, topicData: [{ name: 'orders', partitionData: [{ index: 0, records }] }] }
  return requestBytes(produce, 9, { correlationId, body })
}
/** Of the answer of `storedSizes`: correlation id and size. */
export const offsetIn = (frame: Buffer) => {
  const { correlationId, body } = decodeResponse(produce, 9, frame)
  return [correlationId, body.responses[0].partitionResponses[0].baseOffset]
}

/** Waits, turn by turn of the loop, for what other turns bring about. */
export async function until(holds: () => boolean, turnsMax = 20_000): Promise<void> {
  for (let turn = 0; !holds(); turn++) {
    if (turn === turnsMax) throw new Error(`not true after ${turnsMax} turns of the loop: ${holds}`)
    await new Promise<void>(resolve => systemClock.soon(resolve))
  }
}
