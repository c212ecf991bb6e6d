// Sockets over TCP. Two ways to receive stand behind the one port:
//   direct  the kernel writes into the receiver's own buffer (`onread`), so that large frames are never copied;
//   data    'data' events, copied into the receiver's buffer: half as fast, and leaning on no internals.
// net.Server has no `onread`: an accepted connection is wrapped anew around its handle, an internal field of Node. Where
// it is not what is expected there, that connection receives by 'data'.

import {
  connect as connectSocket,
  createServer,
  type OnReadOpts,
  type Server,
  type Socket as NetSocket,
  Socket as NodeSocket,
  type SocketConstructorOpts,
} from 'node:net'

import type { Listener, Receiver, Socket, Sockets } from './sockets.ts'

export interface TcpOptions {
  readonly receive?: 'direct' | 'data'
  /** Told when a connection could not be accepted, as for want of file descriptors. The listener goes on. */
  readonly acceptFailed?: (error: Error) => void
}

/** A thousand clients that connect at once wait in it; the kernel may cut it to its own limit (net.core.somaxconn). */
const backlog = 4096
/** Only a peer that vanished without a word is found by this, long before the idle limit of a connection. */
const keepAliveDelayMs = 60_000
/** How often a port that was free on one address family, and taken on the other, is picked anew. */
const portAttemptsMax = 20
const connectTimeoutMsDefault = 10_000
/** What arrives before there is a receiver lands here and is copied. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)

export function tcpSockets({ receive = 'direct', acceptFailed = () => {} }: TcpOptions = {}): Sockets {
  const direct = receive === 'direct' && canWrapHandles()
  return {
    async listen({ host, port }, accept) {
      const servers = await listenOn(host, port, {
        accept: socket => accept(direct ? wrapAnew(socket) : new TcpSocket(socket)),
        acceptFailed,
      })
      const address = servers[0]!.address()
      return {
        host,
        port: typeof address === 'object' && address !== null ? address.port : port,
        async close() {
          for (const server of servers) server.close()
        },
      } satisfies Listener
    },
    connect: ({ host, port, timeoutMs = connectTimeoutMsDefault }) =>
      new Promise((resolve, reject) => {
        const reads = direct ? new DirectReads() : undefined
        const socket = connectSocket({
          host,
          port,
          noDelay: true,
          keepAlive: true,
          keepAliveInitialDelay: keepAliveDelayMs,
          ...(reads ? { onread: reads.options } : {}),
        }).pause()
        const fail = (error: NodeJS.ErrnoException) => {
          clearTimeout(timer)
          socket.destroy()
          // Where a name has several addresses, the error of all of them together has no message.
          reject(error.message === '' ? failure(error.code!, `connect ${error.code} ${host}:${port}`) : error)
        }
        const timer = setTimeout(
          () => fail(failure('ETIMEDOUT', `no connection to ${host}:${port} within ${timeoutMs} ms`)),
          timeoutMs,
        )
        socket.once('error', fail)
        socket.once('connect', () => {
          clearTimeout(timer)
          socket.off('error', fail)
          resolve(new TcpSocket(socket, reads))
        })
      }),
  }
}

interface ServerEvents {
  readonly accept: (socket: NetSocket) => void
  readonly acceptFailed: (error: Error) => void
}

/** `localhost` and the wildcard mean both address families: clients try ::1 first, and some only 127.0.0.1. */
async function listenOn(host: string, port: number, events: ServerEvents): Promise<Server[]> {
  if (host === '' || host === '::') {
    return [await listenOnce('::', port, events).catch(ifNoIPv6(() => listenOnce('0.0.0.0', port, events)))]
  }
  if (host !== 'localhost') return [await listenOnce(host, port, events)]
  for (let attempt = 1; ; attempt++) {
    const four = await listenOnce('127.0.0.1', port, events)
    try {
      const six = await listenOnce('::1', (four.address() as { port: number }).port, events).catch(
        ifNoIPv6(() => undefined),
      )
      return six ? [four, six] : [four]
    } catch (error) {
      four.close()
      if (port !== 0 || attempt === portAttemptsMax) throw error
    }
  }
}
const ifNoIPv6 =
  <T>(otherwise: () => T) =>
  (error: unknown): T => {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL') return otherwise()
    throw error
  }

function listenOnce(host: string, port: number, { accept, acceptFailed }: ServerEvents): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(
      { pauseOnConnect: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveDelayMs },
      accept,
    )
    server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, host, port)))
    server.listen({ host, port, backlog }, () => {
      server.removeAllListeners('error').on('error', acceptFailed)
      resolve(server)
    })
  })
}
function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return failure(
      'EADDRINUSE',
      `port ${port} of ${host} is in use by another program: stop it, or choose another port`,
    )
  if (error.code === 'EACCES') return failure('EACCES', `port ${port} of ${host} may not be listened on by this user`)
  return Object.assign(error, { message: `cannot listen on ${host}:${port}: ${error.message}` })
}
const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code })

/** The internal face of an accepted socket that `direct` leans on. */
interface Handled {
  _handle: { useUserBuffer?: unknown; readStart?: unknown } | null
}
function canWrapHandles(): boolean {
  return '_handle' in new NodeSocket() && process.versions['bun'] === undefined
}
function wrapAnew(accepted: NetSocket): TcpSocket {
  const handle = (accepted as unknown as Handled)._handle
  if (typeof handle?.useUserBuffer !== 'function' || typeof handle.readStart !== 'function')
    return new TcpSocket(accepted)
  ;(accepted as unknown as Handled)._handle = null
  const reads = new DirectReads()
  // `handle` is an option that the types do not know.
  const options = { handle, readable: true, writable: true, onread: reads.options } as SocketConstructorOpts
  return new TcpSocket(new NodeSocket(options).pause(), reads)
}

/** Where the bytes of one connection land, before and after there is a receiver. */
class DirectReads {
  #receiver: Receiver | undefined
  #inScratch = true
  readonly options: OnReadOpts = {
    buffer: () => {
      this.#inScratch = this.#receiver === undefined
      return this.#receiver?.buffer() ?? scratch
    },
    callback: size => {
      if (!this.#inScratch) this.#receiver!.received(size)
      else copyTo(this.#receiver!, scratch.subarray(0, size), () => true)
      return true
    },
  }
  start(receiver: Receiver): void {
    this.#receiver = receiver
  }
}
/** Gives what was not copied: empty, unless the receiver wants no more. */
function copyTo(receiver: Receiver, bytes: Uint8Array, wanted: () => boolean): Uint8Array {
  let at = 0
  while (at < bytes.length && wanted()) {
    const buffer = receiver.buffer(),
      size = Math.min(buffer.length, bytes.length - at)
    buffer.set(bytes.subarray(at, at + size))
    at += size
    receiver.received(size)
  }
  return bytes.subarray(at)
}

class TcpSocket implements Socket {
  readonly remote: string
  readonly #socket: NetSocket
  readonly #direct: DirectReads | undefined
  #receiver: Receiver | undefined
  #error: Error | undefined
  #isOver = false
  /** Bytes of a 'data' event that came before the receiver paused. */
  #left: Uint8Array | undefined

  constructor(socket: NetSocket, direct?: DirectReads) {
    this.#socket = socket
    this.#direct = direct
    this.remote = nameOf(socket)
    socket.on('error', error => (this.#error ??= error))
    socket.on('end', () => this.#over())
    socket.on('close', () => this.#over())
  }
  #over(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#left = undefined
    this.#socket.destroy()
    this.#receiver?.closed(this.#error)
  }

  receive(receiver: Receiver): void {
    this.#receiver = receiver
    if (this.#isOver) return process.nextTick(() => receiver.closed(this.#error))
    if (this.#direct) this.#direct.start(receiver)
    else this.#socket.on('data', bytes => this.#data(bytes as Buffer))
    this.#socket.resume()
  }
  #data(bytes: Uint8Array): void {
    const left = copyTo(this.#receiver!, bytes, () => !this.#socket.isPaused() && !this.#isOver)
    if (left.length > 0) this.#left = left
  }
  pause(): void {
    this.#socket.pause()
  }
  resume(): void {
    if (this.#isOver || !this.#socket.isPaused()) return
    this.#socket.resume()
    const left = this.#left
    if (left === undefined) return
    this.#left = undefined
    this.#data(left)
  }

  write(buffers: readonly Uint8Array[], done?: (error?: Error) => void): void {
    const socket = this.#socket,
      last = buffers.length - 1
    if (last < 0) return process.nextTick(() => done?.())
    const written = done && ((error?: Error | null) => done(error ?? undefined))
    if (last === 0) return void socket.write(buffers[0]!, written)
    socket.cork()
    for (let i = 0; i < last; i++) socket.write(buffers[i]!)
    socket.write(buffers[last]!, written)
    socket.uncork()
  }
  end(): void {
    this.#socket.destroySoon()
  }
  destroy(): void {
    this.#socket.destroy()
  }
}

/** `host:port`, an IPv4 address in its own form where it came in over a socket of both families. */
function nameOf({ remoteAddress, remotePort }: NetSocket): string {
  if (remoteAddress === undefined) return 'a peer that is gone'
  const host = remoteAddress.startsWith('::ffff:') ? remoteAddress.slice(7) : remoteAddress
  return `${host.includes(':') ? `[${host}]` : host}:${remotePort}`
}
