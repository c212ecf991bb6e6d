// The port to threads: a module that runs beside the loop, with a heap of its own, and is spoken to by messages, which are
// copied. A thread costs some 50 ms and 18 MB: it is started when there is work, and ended when there is none.

import assert from 'node:assert/strict'
import { extname } from 'node:path'
import { parentPort, Worker } from 'node:worker_threads'

export interface ThreadListener {
  message(message: unknown): void
  /** It is gone: by `end`, or for an error that nothing in it caught. */
  ended(error: Error | undefined): void
}
export interface Thread {
  post(message: unknown): void
  end(): Promise<void>
}
export type StartThread = (module: URL, listener: ThreadListener) => Thread

export const startThread: StartThread = (module, listener) => {
  const worker = new Worker(module)
  let failure: Error | undefined
  worker.on('message', (message: unknown) => listener.message(message))
  worker.on('error', error => (failure = error as Error))
  worker.on('exit', () => listener.ended(failure))
  return { post: message => worker.postMessage(message), end: async () => void (await worker.terminate()) }
}

/** The module of a thread beside the one that asks, by its name without the ending: in `src` it is .ts, in `dist` .js. */
export function threadModule(name: string, askingUrl: string): URL {
  return new URL(name + extname(askingUrl), askingUrl)
}

/** In a thread: who started it. */
export function parentThread(): { post(message: unknown): void; onMessage(take: (message: unknown) => void): void } {
  assert(parentPort, 'this module runs in a thread')
  const port = parentPort
  return { post: message => port.postMessage(message), onMessage: take => void port.on('message', take) }
}
