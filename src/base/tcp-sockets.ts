// Sockets over TCP, encrypted where that is asked for. Plain connections receive as tcp-socket.ts tells; those below TLS
// by 'data' events.

import { connect as connectSocket, createServer, type Server, type Socket as NetSocket } from 'node:net'

import type { Listener, Sockets } from './sockets.ts'
import { canWrapHandles, DirectReads, nameOf, TcpSocket, wrapAnew } from './tcp-socket.ts'
import { createTlsServer, encrypt, type TlsServer, type TlsServerEvents, type TlsServerSettings } from './tls.ts'

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
/**
 * Where a name has several addresses, how long each is tried before the next one is: longer than Node's own quarter of a
 * second, as distant brokers take more than that.
 */
const addressAttemptMs = 1_000

export function tcpSockets({ receive = 'direct', acceptFailed = () => {} }: TcpOptions = {}): Sockets {
  const direct = receive === 'direct' && canWrapHandles()
  return {
    async listen({ host, port, tls, handshakeFailed = () => {} }, accept) {
      const encrypted: TlsServer[] = []
      const create = (): Server => {
        if (tls === undefined) return plainServer(socket => accept(direct ? wrapAnew(socket) : new TcpSocket(socket)))
        const created = tlsServer(tls, {
          accept: socket => accept(new TcpSocket(socket.pause())),
          handshakeFailed: (error, socket) => handshakeFailed(error, nameOf(socket)),
        })
        encrypted.push(created)
        return created.server
      }
      const servers = await listenOn(host, port, { create, acceptFailed })
      const address = servers[0]!.address()
      return {
        host,
        port: typeof address === 'object' && address !== null ? address.port : port,
        ...(tls && { renewTls: settings => encrypted.forEach(server => server.renew(settings)) }),
        async close() {
          for (const server of servers) server.close()
        },
      } satisfies Listener
    },
    connect: ({ host, port, timeoutMs = connectTimeoutMsDefault, tls }) =>
      new Promise((resolve, reject) => {
        const reads = direct && tls === undefined ? new DirectReads() : undefined
        const socket = connectSocket({
          host,
          port,
          noDelay: true,
          keepAlive: true,
          keepAliveInitialDelay: keepAliveDelayMs,
          autoSelectFamilyAttemptTimeout: addressAttemptMs,
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
        const done = (connected: TcpSocket) => {
          clearTimeout(timer)
          resolve(connected)
        }
        socket.once('error', fail)
        socket.once('connect', () => {
          if (tls !== undefined)
            return void encrypt(socket, { host, settings: tls }).then(
              secure => done(new TcpSocket(secure.pause())),
              fail,
            )
          socket.off('error', fail)
          done(new TcpSocket(socket, reads && { reads }))
        })
      }),
  }
}

interface Opening {
  readonly create: () => Server
  readonly acceptFailed: (error: Error) => void
}

/** `localhost` and the wildcard mean both address families: clients try ::1 first, and some only 127.0.0.1. */
async function listenOn(host: string, port: number, opening: Opening): Promise<Server[]> {
  if (host === '' || host === '::') {
    return [await listenOnce('::', port, opening).catch(ifNoIPv6(() => listenOnce('0.0.0.0', port, opening)))]
  }
  if (host !== 'localhost') return [await listenOnce(host, port, opening)]
  for (let attempt = 1; ; attempt++) {
    const four = await listenOnce('127.0.0.1', port, opening)
    try {
      const six = await listenOnce('::1', (four.address() as { port: number }).port, opening).catch(
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

function listenOnce(host: string, port: number, { create, acceptFailed }: Opening): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = create()
    const fail = (error: NodeJS.ErrnoException) => reject(explained(error, host, port))
    server.once('error', fail)
    server.listen({ host, port, backlog }, () => {
      server.off('error', fail).on('error', acceptFailed)
      resolve(server)
    })
  })
}
function plainServer(accept: (socket: NetSocket) => void): Server {
  return createServer(
    { pauseOnConnect: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveDelayMs },
    accept,
  )
}
function tlsServer(settings: TlsServerSettings, events: TlsServerEvents): TlsServer {
  return createTlsServer(settings, { keepAliveInitialDelay: keepAliveDelayMs }, events)
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
