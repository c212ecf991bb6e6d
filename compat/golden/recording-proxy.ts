// Stands between a client and a broker, and notes every request with its answer, as the bytes they were.

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Frames without the size before them. */
export interface Exchange {
  readonly apiKey: number
  readonly version: number
  readonly request: Buffer
  response: Buffer | undefined
}

export class RecordingProxy {
  /** Since the last call of `take`. */
  #exchanges: Exchange[] = []
  readonly #server = createServer(client => this.#serve(client))
  readonly #targetPort: number
  constructor(targetPort: number) {
    this.#targetPort = targetPort
  }
  async listen(port: number): Promise<void> {
    await once(this.#server.listen(port, '127.0.0.1'), 'listening')
  }
  take(): Exchange[] {
    return this.#exchanges.splice(0)
  }
  close(): void {
    this.#server.close()
  }

  #serve(client: Socket): void {
    const broker = connect(this.#targetPort, '127.0.0.1')
    const unanswered = new Map<number, Exchange>()
    onFrame(client, frame => {
      const exchange = {
        apiKey: frame.readInt16BE(0),
        version: frame.readInt16BE(2),
        request: frame,
        response: undefined,
      }
      this.#exchanges.push(exchange)
      unanswered.set(frame.readInt32BE(4), exchange)
    })
    onFrame(broker, frame => {
      const exchange = unanswered.get(frame.readInt32BE(0))
      if (exchange !== undefined) exchange.response = frame
    })
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
  }
}

function onFrame(socket: Socket, noteFrame: (frame: Buffer) => void): void {
  let bytes = Buffer.alloc(0)
  socket.on('data', chunk => {
    bytes = Buffer.concat([bytes, chunk])
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
      const end = 4 + bytes.readInt32BE(0)
      noteFrame(Buffer.from(bytes.subarray(4, end)))
      bytes = bytes.subarray(end)
    }
  })
}
