// The port to threads: a module that runs beside the loop, with a heap of its own, and is spoken to by messages, which are
// copied, but for memory that is handed over. A thread costs some 50 ms and 18 MB: it is started when there is work, and
// ended when there is none. It has a lower priority than the loop, which answers clients meanwhile.

import assert from 'node:assert/strict'
import { setPriority } from 'node:os'
import { extname } from 'node:path'
import { parentPort, Worker } from 'node:worker_threads'

export interface ThreadListener {
  message(message: unknown): void
  /** It is gone: by `end`, or for an error that nothing in it caught. */
  ended(error: Error | undefined): void
}
export interface Thread {
  /** The memory in `handedOver` is the other side's from then on. */
  post(message: unknown, handedOver?: readonly ArrayBuffer[]): void
  end(): Promise<void>
}
export type StartThread = (module: URL, listener: ThreadListener) => Thread

export const startThread: StartThread = (module, listener) => {
  const worker = new Worker(module)
  let failure: Error | undefined
  worker.on('message', (message: unknown) => listener.message(message))
  worker.on('error', error => (failure = error as Error))
  worker.on('exit', () => listener.ended(failure))
  return {
    post: (message, handedOver = []) => worker.postMessage(message, [...handedOver]),
    end: async () => void (await worker.terminate()),
  }
}

/** The module of a thread beside the one that asks, by its name without the ending: in `src` it is .ts, in `dist` .js. */
export function threadModule(name: string, askingUrl: string): URL {
  return new URL(name + extname(askingUrl), askingUrl)
}

export interface ParentThread {
  post(message: unknown, handedOver?: readonly ArrayBuffer[]): void
  onMessage(take: (message: unknown) => void): void
  /**
   * For long work to call between small steps: when it has gone on for a third of a millisecond, it sleeps for a moment, so that
   * who waits for the core has it then. A low priority alone has others wait for up to three (Linux's EEVDF).
   */
  readonly giveWay: () => void
}
/** In a thread, which yields to others from then on: who started it. */
export function parentThread(): ParentThread {
  assert(parentPort, 'this module runs in a thread')
  yieldToOthers()
  const port = parentPort
  return {
    post: (message, handedOver = []) => port.postMessage(message, [...handedOver]),
    onMessage: take => void port.on('message', take),
    giveWay() {
      const now = performance.now()
      if (now - workingSince < workMs) return
      Atomics.wait(never, 0, 0, sleepMs)
      workingSince = performance.now()
    },
  }
}

const workMs = 0.3
/** The shortest that there is: the kernel adds its timer slack of 0.05 ms. */
const sleepMs = 0.001
const never = new Int32Array(new SharedArrayBuffer(4))
let workingSince = 0

/** A tenth of the share of others where all cores are busy: enough not to starve. */
const background = 10
function yieldToOthers(): void {
  // Elsewhere the priority is the process's, its loop's too.
  if (process.platform !== 'linux') return
  try {
    setPriority(background)
  } catch {
    // Some sandboxes forbid even that: the thread works all the same.
  }
}
