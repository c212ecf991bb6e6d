// The port to the network: byte streams and the listeners that accept them. Who receives says where the next bytes go,
// so that a large frame lands in its own buffer without a copy (onread), and a pause is felt by the peer.

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
  /** Starts to receive. Called once. */
  receive(receiver: Receiver): void
  /**
   * Hands the buffers over, in order; they are not written to again until `done`, which is called when the kernel has
   * taken all of them (or with an error when the stream is gone), and never before `write` has returned.
   */
  write(buffers: readonly Uint8Array[], done?: (error?: Error) => void): void
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
  /** Stops accepting. Accepted sockets live on. */
  close(): Promise<void>
}

export interface Sockets {
  /** Rejects with code EADDRINUSE, naming host and port, where the port is taken. */
  listen(options: { readonly host: string; readonly port: number }, accept: (socket: Socket) => void): Promise<Listener>
  connect(options: { readonly host: string; readonly port: number; readonly timeoutMs?: number }): Promise<Socket>
}
