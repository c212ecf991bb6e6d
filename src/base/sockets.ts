// The port to the network: byte streams and the listeners that accept them. Who receives says where the next bytes go,
// so that a large frame lands in its own buffer without a copy (onread), and a pause is felt by the peer. A stream may be
// encrypted (tls.ts): it is handed over when the handshake is done.

import type { TlsClientSettings, TlsServerSettings } from './tls.ts'

export interface Receiver {
  /** Where the next bytes are to be put: asked for each read, though a pause may lie between. Never empty. */
  buffer(): Uint8Array
  /** `size` bytes were put at the start of the buffer last given, which is only borrowed until this returns. */
  received(size: number): void
  /** The last call: the peer ended or reset the stream, or it was closed here. */
  closed(error?: Error): void
}

export interface Socket {
  /** `host:port` of the peer, or a name for in-memory peers. */
  readonly remote: string
  /** The certificate (DER) by which the peer of an encrypted stream has shown who it is, checked. */
  readonly peerCertificate?: Buffer | undefined
  /** Starts to receive. Called once. */
  receive(receiver: Receiver): void
  /**
   * Hands the buffers over, in order; they are not written to again until `done`, which is called when the kernel has
   * taken all of them (or with an error when the stream is gone), and never before `write` has returned.
   */
  write(buffers: readonly Uint8Array[], done?: (error?: Error) => void): void
  /**
   * The same for one buffer, where it may be told at once: true means that the kernel has taken all, and `done` is not
   * called. Absent: it never can.
   */
  writeAtOnce?(bytes: Uint8Array, done: (error?: Error) => void): boolean
  /** No `received` until `resume`: the peer's writes will block. */
  pause(): void
  resume(): void
  /** Ends after what was written has gone out. */
  end(): void
  /** Ends at once. */
  destroy(): void
}

export interface Listener {
  readonly host: string
  /** The port listened on: the one that was picked where 0 was asked for. */
  readonly port: number
  /** Of an encrypted listener: who connects from now on is shown this certificate, and believed by these. */
  renewTls?(settings: TlsServerSettings): void
  /** Stops accepting. Accepted sockets live on. */
  close(): Promise<void>
}

export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly tls?: TlsServerSettings | undefined
  /** Told of each peer with which no encryption came about. */
  readonly handshakeFailed?: ((error: Error, remote: string) => void) | undefined
}
export interface ConnectOptions {
  readonly host: string
  readonly port: number
  /** For the connection, and its encryption. */
  readonly timeoutMs?: number
  readonly tls?: TlsClientSettings | undefined
}

export interface Sockets {
  /** Rejects with code EADDRINUSE, naming host and port, where the port is taken. */
  listen(options: ListenOptions, accept: (socket: Socket) => void): Promise<Listener>
  /** Rejects with the system's error, with code ETIMEDOUT, or with a TlsError where who was reached is not believed. */
  connect(options: ConnectOptions): Promise<Socket>
}
