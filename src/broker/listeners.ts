// Where the broker listens, and what it tells clients about it.

import {
  UserError,
  type Listener,
  type ListenOptions,
  type Logger,
  type Socket,
  type Sockets,
  type TlsServerSettings,
} from '../base/index.ts'
import type { Endpoint } from '../metadata/index.ts'

export type SecurityProtocol = Endpoint['securityProtocol']

/** One entry of `listeners`, with its counterpart in `advertised.listeners` where there is one. */
export interface ListenerAddress {
  readonly name: string
  readonly securityProtocol: SecurityProtocol
  /** Empty or 0.0.0.0: all interfaces. */
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly advertised?: { readonly host: string; readonly port: number } | undefined
}
export interface OpenListener {
  readonly name: string
  readonly securityProtocol: SecurityProtocol
  readonly advertised: { readonly host: string; readonly port: number }
  /** Who connects from now on finds these. */
  renewTls(settings: TlsServerSettings): void
  close(): Promise<void>
}

interface ListenerParts extends Pick<ListenOptions, 'tls' | 'handshakeFailed'> {
  readonly sockets: Sockets
  readonly logger: Logger
  readonly accept: (socket: Socket) => void
}

/**
 * Listens on an address. The loopback is listened on in both its forms: librdkafka resolves `localhost` to ::1 first,
 * and logs an error for every refusal.
 */
export async function openListener(
  address: ListenerAddress,
  { sockets, logger, accept, ...encryption }: ListenerParts,
): Promise<OpenListener> {
  const isLoopback = address.host === '127.0.0.1' || address.host === 'localhost'
  const host = isLoopback ? '127.0.0.1' : address.host || '0.0.0.0'
  const open: Listener[] = [await listen(sockets, { host, port: address.port, ...encryption }, accept)]
  const { port } = open[0]!
  if (isLoopback)
    try {
      open.push(await sockets.listen({ host: '::1', port, ...encryption }, accept))
    } catch (error) {
      logger.debug('not listening on ::1', { port, error: String(error) })
    }
  const advertised = address.advertised ?? { host: host === '0.0.0.0' ? 'localhost' : address.host, port }
  return {
    name: address.name,
    securityProtocol: address.securityProtocol,
    advertised: { host: advertised.host, port: advertised.port || port },
    renewTls: settings => open.forEach(listener => listener.renewTls?.(settings)),
    async close() {
      await Promise.all(open.map(listener => listener.close()))
    },
  }
}
async function listen(sockets: Sockets, at: ListenOptions, accept: (socket: Socket) => void): Promise<Listener> {
  try {
    return await sockets.listen(at, accept)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EADDRINUSE') throw error
    throw new UserError('PORT_TAKEN', `${at.host}:${at.port} is taken: stop what listens there, or choose another port`)
  }
}
