// One TCP connection, plain or below TLS. Two ways to receive stand behind the one port:
//   direct  the kernel writes into the receiver's own buffer (`onread`), so that large frames are never copied;
//   data    'data' events, copied into the receiver's buffer: half as fast, and leaning on no internals. TLS receives so.
// net.Server has no `onread`: an accepted connection is wrapped anew around its handle, an internal field of Node. Where
// it is not what is expected there, that connection receives by 'data'.

import { type OnReadOpts, type Socket as NetSocket, Socket as NodeSocket, type SocketConstructorOpts } from 'node:net'
import { TLSSocket } from 'node:tls'

import { canWrite, HandleWrites } from './handle-writes.ts'
import type { Receiver, Socket } from './sockets.ts'
import { tlsErrorOf } from './tls.ts'

/** What arrives before there is a receiver lands here and is copied. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)

/** The internal face of an accepted socket that `direct` leans on. */
interface Handled {
  _handle: { useUserBuffer?: unknown; readStart?: unknown } | null
}
export function canWrapHandles(): boolean {
  return '_handle' in new NodeSocket() && process.versions['bun'] === undefined
}
/** An accepted connection, wrapped so that it receives directly. */
export function wrapAnew(accepted: NetSocket): TcpSocket {
  const handle = (accepted as unknown as Handled)._handle
  if (typeof handle?.useUserBuffer !== 'function' || typeof handle.readStart !== 'function')
    return new TcpSocket(accepted)
  ;(accepted as unknown as Handled)._handle = null
  const reads = new DirectReads()
  // `handle` is an option that the types do not know.
  const options = { handle, readable: true, writable: true, onread: reads.options } as SocketConstructorOpts
  const socket = new NodeSocket(options).pause()
  return new TcpSocket(socket, { reads, writes: canWrite(handle) ? new HandleWrites(socket, handle) : undefined })
}

/** Where the bytes of one connection land, before and after there is a receiver. */
export class DirectReads {
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

interface Shortcuts {
  readonly reads: DirectReads
  readonly writes?: HandleWrites | undefined
}
export class TcpSocket implements Socket {
  readonly remote: string
  readonly peerCertificate: Buffer | undefined
  readonly #socket: NetSocket
  readonly #direct: DirectReads | undefined
  readonly #writes: HandleWrites | undefined
  #receiver: Receiver | undefined
  #error: Error | undefined
  #isOver = false
  /** Bytes of a 'data' event that came before the receiver paused. */
  #left: Uint8Array | undefined

  constructor(socket: NetSocket, shortcuts?: Shortcuts) {
    this.#socket = socket
    this.#direct = shortcuts?.reads
    this.#writes = shortcuts?.writes
    this.remote = nameOf(socket)
    if (socket instanceof TLSSocket) this.peerCertificate = socket.getPeerX509Certificate()?.raw
    socket.on('error', error => (this.#error ??= tlsErrorOf(error) ?? error))
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
  writeAtOnce(bytes: Uint8Array, done: (error?: Error) => void): boolean {
    const isTaken = this.#writes?.write(bytes, done)
    if (isTaken === undefined) this.write([bytes], done)
    return isTaken === true
  }
  end(): void {
    this.#socket.destroySoon()
  }
  destroy(): void {
    this.#socket.destroy()
  }
}

/** `host:port`, an IPv4 address in its own form where it came in over a socket of both families. */
export function nameOf({ remoteAddress, remotePort }: NetSocket): string {
  if (remoteAddress === undefined) return 'a peer that is gone'
  const host = remoteAddress.startsWith('::ffff:') ? remoteAddress.slice(7) : remoteAddress
  return `${host.includes(':') ? `[${host}]` : host}:${remotePort}`
}
