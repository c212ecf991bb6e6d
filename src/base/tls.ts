// Encryption of byte streams: what each end says of itself, and whom it believes. Everything here is PEM: other forms are
// turned into it before.

import { isIP, type Server, type Socket as NetSocket } from 'node:net'
import {
  connect as connectTls,
  createSecureContext,
  createServer,
  type SecureContextOptions,
  type TLSSocket,
} from 'node:tls'

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

export interface TlsSettings {
  /** The own certificate, behind it those that lead to its issuer. */
  readonly certificateChain?: string | undefined
  readonly privateKey?: string | undefined
  /** Of the private key, where that is encrypted. */
  readonly passphrase?: string | undefined
  /** The certificates of those who are believed; absent: the authorities that Node knows. */
  readonly trusted?: readonly string[] | undefined
  /** Both by default. */
  readonly versions?: readonly TlsVersion[] | undefined
  /** By OpenSSL's or IANA's names; absent: Node's choice. */
  readonly cipherSuites?: readonly string[] | undefined
}
export interface TlsServerSettings extends TlsSettings {
  /** Whether clients show certificates. Those that are shown must be good. */
  readonly clientAuth: 'none' | 'requested' | 'required'
}
export interface TlsClientSettings extends TlsSettings {
  /** The name that is asked for and that the certificate must have; absent: the host that is connected to. */
  readonly serverName?: string | undefined
  /** Whether the certificate must be of the host; default yes. Without it anybody of the same authority is believed. */
  readonly verifiesHost?: boolean | undefined
  /** Whether the certificate must be good at all; default yes. */
  readonly verifiesPeer?: boolean | undefined
}

/** Why an encrypted stream did not come about, or broke: `reason` is Node's code, CERT_HAS_EXPIRED and its like. */
export class TlsError extends Error {
  override readonly name = 'TlsError'
  readonly code = 'TLS_FAILED'
  readonly reason: string
  constructor(message: string, reason: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.reason = reason
  }
}

/** A peer that says nothing is sent away: it holds memory, and none of the limits of its connection is there yet. */
const handshakeMsMax = 10_000
/** Handshakes that go on at once on a listener; more are sent away unheard, as each costs much more than a connection. */
const handshakesMax = 1_000

/** Throws a TlsError for what cannot be used: a key that is not the certificate's, a file that is no PEM. */
export function checkTls(settings: TlsSettings): void {
  try {
    createSecureContext(contextOf(settings))
  } catch (error) {
    const { code = 'TLS_FAILED', message } = error as NodeJS.ErrnoException
    throw new TlsError(reasonIn(message), code, error)
  }
}
function contextOf(settings: TlsSettings): SecureContextOptions {
  const { certificateChain, privateKey, passphrase, trusted, versions, cipherSuites } = settings
  const sorted = versions?.toSorted() ?? []
  return {
    ...(certificateChain === undefined ? {} : { cert: certificateChain }),
    ...(privateKey === undefined ? {} : { key: privateKey }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(trusted === undefined ? {} : { ca: [...trusted] }),
    ...(cipherSuites === undefined || cipherSuites.length === 0 ? {} : { ciphers: cipherSuites.join(':') }),
    minVersion: sorted[0] ?? 'TLSv1.2',
    maxVersion: sorted.at(-1) ?? 'TLSv1.3',
  }
}

export interface TlsServerEvents {
  readonly accept: (socket: TLSSocket) => void
  readonly handshakeFailed: (error: Error, socket: NetSocket) => void
}
export interface TlsServer {
  /** To be listened with. */
  readonly server: Server
  renew(settings: TlsServerSettings): void
}

export function createTlsServer(
  settings: TlsServerSettings,
  options: { readonly keepAliveInitialDelay: number },
  { accept, handshakeFailed }: TlsServerEvents,
): TlsServer {
  let { clientAuth } = settings
  let handshakes = 0
  const server = createServer({
    ...contextOf(settings),
    noDelay: true,
    keepAlive: true,
    ...options,
    requestCert: clientAuth !== 'none',
    // Judged below: Node would send a client away without an alert, which it takes for a bad network, and tries again.
    rejectUnauthorized: false,
    handshakeTimeout: handshakeMsMax,
  })
  server.on('connection', socket => {
    // Each ends in one of the two events below, this one too.
    if (++handshakes > handshakesMax) socket.destroy()
  })
  server.on('secureConnection', socket => {
    handshakes--
    const fault = clientAuth === 'none' ? undefined : faultOf(socket, clientAuth)
    if (fault === undefined) return accept(socket)
    handshakeFailed(fault, socket)
    refuse(socket)
  })
  server.on('tlsClientError', (error, socket) => {
    handshakes--
    handshakeFailed(tlsErrorOf(error) ?? error, socket)
    socket.destroy()
  })
  return {
    server,
    renew(next) {
      ;({ clientAuth } = next)
      server.setSecureContext(contextOf(next))
    },
  }
}
/** What is wrong with the certificate of a client. */
function faultOf(socket: TLSSocket, clientAuth: 'requested' | 'required'): TlsError | undefined {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined)
    return clientAuth === 'required' ? new TlsError('the client shows no certificate', 'NO_CERTIFICATE') : undefined
  if (socket.authorized) return undefined
  // Of the types an Error; in truth the code.
  const reason = String(socket.authorizationError)
  return new TlsError(`the client's certificate (${certificate.subject.replaceAll('\n', ', ')}): ${reason}`, reason)
}
/**
 * Ends a stream with a fatal alert. Node has no function for it, but OpenSSL answers by one to what is no record, as if the
 * client had sent it; the field that takes it is an internal one, and without it the stream just ends.
 */
function refuse(socket: TLSSocket): void {
  const { _handle: handle } = socket as unknown as { _handle?: { receive?: (bytes: Buffer) => void } | null }
  socket.on('error', () => {}) // what it complains of is no client's
  // The last words of the handshake go first: they are not with the kernel yet.
  setImmediate(() => {
    handle?.receive?.(noRecord)
    setImmediate(() => socket.destroy())
  })
}
const noRecord = Buffer.from([0x17, 3, 3, 0, 32, ...Array<number>(32).fill(0)])

/** Encrypts a connection; `socket` is not used by itself any more. */
export function encrypt(
  socket: NetSocket,
  { host, settings }: { readonly host: string; readonly settings: TlsClientSettings },
): Promise<TLSSocket> {
  const { serverName = host, verifiesHost = true, verifiesPeer = true } = settings
  return new Promise((resolve, reject) => {
    const secure = connectTls({
      ...contextOf(settings),
      socket,
      host: serverName,
      rejectUnauthorized: verifiesPeer,
      // RFC 6066: an address is no server name.
      ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
      ...(verifiesHost ? {} : { checkServerIdentity: () => undefined }),
    })
    const fail = (error: NodeJS.ErrnoException) => {
      secure.destroy()
      if (error.code === 'ECONNRESET') error.message = `${host} ended the handshake of TLS: is it a listener without?`
      reject(tlsErrorOf(error) ?? error)
    }
    secure.once('error', fail)
    secure.once('secureConnect', () => {
      secure.off('error', fail)
      resolve(secure)
    })
  })
}

/**
 * What TLS itself complains of, in an error that says so. A stream that just ends may be the network's fault: that is no
 * complaint, and stays what it is.
 */
export function tlsErrorOf(error: NodeJS.ErrnoException): TlsError | undefined {
  const { code = '', message } = error
  const isOfTls =
    code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || certificateFaults.test(code)
  return isOfTls ? new TlsError(reasonIn(message), code, error) : undefined
}
/** The names that OpenSSL has for what is wrong with a certificate, as Node writes them. */
const certificateFaults = /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_(CA|PURPOSE)$|HOSTNAME_MISMATCH$)/
/** Of OpenSSL's lines with numbers and places in its source, what they say. */
function reasonIn(message: string): string {
  const parts = message.trim().split(':')
  const reason = parts.length > 5 && parts[1] === 'error' ? parts[5]! : message
  return reason === 'wrong version number' ? 'the other side speaks no TLS' : reason
}
