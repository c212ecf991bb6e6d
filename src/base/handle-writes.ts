// Writes past Node's Writable. For a small answer its bookkeeping costs as much as the system call, and tells only in the
// next tick what libuv has told at once: that the kernel has taken all. A request for libuv is made for what it has not.
//
// The handle and its requests are internals of Node: whatever is not as expected goes by the socket.

import type { Socket as NetSocket } from 'node:net'
import { getSystemErrorName } from 'node:util'

interface WriteRequest {
  /** Below 0 until libuv works on it. */
  getAsyncId(): number
  oncomplete: ((status: number) => void) | undefined
  /** Kept alive until it is written. */
  bytes: Uint8Array | undefined
}
interface Handle {
  /** The bytes that libuv has not handed to the kernel. */
  readonly writeQueueSize?: unknown
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number
}
type WriteRequestClass = new () => WriteRequest

/** Learned from the first write of the process that Node makes itself: it is not to be had by any other way. */
let requestClass: WriteRequestClass | undefined
/** While libuv has taken nothing of it, it serves all connections. */
let unused: WriteRequest | undefined

export class HandleWrites {
  readonly #socket: NetSocket
  readonly #handle: Handle
  constructor(socket: NetSocket, handle: Handle) {
    this.#socket = socket
    this.#handle = handle
    if (requestClass === undefined) learnFrom(handle)
  }
  /**
   * True: the kernel has taken all, and `done` is not called. False: it is written as soon as may be, and `done` is called.
   * Undefined: nothing was written.
   */
  write(bytes: Uint8Array, done: (error?: Error) => void): boolean | undefined {
    const socket = this.#socket
    // What waits in the Writable goes first.
    if (requestClass === undefined || socket.destroyed || socket.writableEnded || socket.writableLength > 0)
      return undefined
    const request = (unused ??= new requestClass())
    // The socket finds the error again, and deals with it.
    const status = this.#handle.writeBuffer(request, bytes)
    if (status === 0 && request.getAsyncId() < 0 && isEmpty(this.#handle.writeQueueSize)) return true
    unused = undefined
    if (status !== 0) return undefined
    request.bytes = bytes
    request.oncomplete = status => {
      request.bytes = undefined
      if (status >= 0) return done()
      const code = getSystemErrorName(status)
      const error = Object.assign(new Error(`write ${code}`), { code })
      socket.destroy(error)
      done(error)
    }
    return false
  }
}

export function canWrite(handle: object): handle is Handle {
  return typeof (handle as { writeBuffer?: unknown }).writeBuffer === 'function'
}
/** Of a Node that does not tell, the request alone is believed. */
function isEmpty(queueSize: unknown): boolean {
  return typeof queueSize !== 'number' || queueSize === 0
}
function learnFrom(handle: Handle): void {
  const own = handle as { writeBuffer?: Handle['writeBuffer'] }
  own.writeBuffer = (request, bytes) => {
    delete own.writeBuffer
    if (typeof request.getAsyncId === 'function') requestClass ??= request.constructor as WriteRequestClass
    return handle.writeBuffer(request, bytes)
  }
}
