// Stands between clients and a broker, and cuts every connection after half a second to one and a half: at once, in the
// middle of a frame, or when a request has gone through whose answer will never come. That last one is the case that
// separates those who know whether a thing was done from those who guess.

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

import type { Random } from '../../src/base/index.ts'

const lifeMsMin = 500
const lifeMsMax = 1_500
/** A connection that should end with its next request and gets none. */
const patienceMs = 300

type Ending = 'at once' | 'half a request' | 'answer lost'
const endings: readonly Ending[] = ['at once', 'half a request', 'answer lost']

export class CuttingProxy {
  readonly #server = createServer({ noDelay: true }, client => this.#serve(client))
  readonly #target: { readonly port: number }
  readonly #random: Random
  readonly #open = new Set<Socket>()
  /** Connections that it has cut. */
  cuts = 0

  constructor(target: { readonly port: number }, random: Random) {
    this.#target = target
    this.#random = random
  }
  async listen(port: number): Promise<void> {
    await once(this.#server.listen(port, '127.0.0.1'), 'listening')
  }
  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }

  #serve(client: Socket): void {
    const broker = connect({ port: this.#target.port, host: '127.0.0.1', noDelay: true })
    let ending: Ending | undefined
    let timer = setTimeout(() => begin(), lifeMsMin + this.#random.next() * (lifeMsMax - lifeMsMin))
    const end = () => {
      clearTimeout(timer)
      client.destroy()
      broker.destroy()
    }
    const begin = () => {
      this.cuts++
      ending = this.#random.pick(endings)
      if (ending === 'at once') end()
      else timer = setTimeout(end, patienceMs)
    }
    client.on('data', chunk => {
      if (ending === 'half a request') {
        broker.write(chunk.subarray(0, chunk.length >> 1), end)
      } else {
        if (!broker.write(chunk)) client.pause()
      }
    })
    broker.on('data', chunk => {
      // What was asked is done by now, and whoever asked never learns of it.
      if (ending === 'answer lost') end()
      else if (!client.write(chunk)) broker.pause()
    })
    client.on('drain', () => broker.resume())
    broker.on('drain', () => client.resume())
    for (const socket of [client, broker]) {
      this.#open.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        this.#open.delete(socket)
        end()
      })
    }
  }
}
