// Recovers logs on disk in threads, each of which takes one log after the other.

import {
  threadModule,
  type LogFields,
  type Logger,
  type LogLevel,
  type StartThread,
  type Thread,
} from '../../base/index.ts'
import type { RecoveryTask } from '../log-recovery.ts'
import type { RecoveryRunner } from './recovery-runner.ts'

export type FromThread =
  | { readonly kind: 'scanned'; readonly bytes: number }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly event: string; readonly fields: LogFields }
  | { readonly kind: 'recovered' }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined }

export class ThreadRecovery implements RecoveryRunner {
  readonly laneCount: number
  readonly #start: StartThread
  readonly #logger: Logger
  readonly #idle: RecoveryLane[] = []
  constructor(options: { readonly start: StartThread; readonly logger: Logger; readonly threads: number }) {
    this.laneCount = options.threads
    this.#start = options.start
    this.#logger = options.logger
  }
  async recover(task: RecoveryTask, onScanned: (bytes: number) => void): Promise<void> {
    const lane = this.#idle.pop() ?? new RecoveryLane(this.#start, this.#logger)
    await lane.recover(task, onScanned).finally(() => this.#idle.push(lane))
  }
  async end(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map(lane => lane.end()))
  }
}

class RecoveryLane {
  readonly #thread: Thread
  readonly #logger: Logger
  #run: { readonly done: PromiseWithResolvers<void>; readonly onScanned: (bytes: number) => void } | undefined
  constructor(start: StartThread, logger: Logger) {
    this.#logger = logger
    this.#thread = start(threadModule('./recovery-thread', import.meta.url), {
      message: message => this.#take(message as FromThread),
      ended: error => this.#run?.done.reject(error ?? new Error('the thread that recovers logs has ended')),
    })
  }
  async recover(task: RecoveryTask, onScanned: (bytes: number) => void): Promise<void> {
    const done = Promise.withResolvers<void>()
    this.#run = { done, onScanned }
    this.#thread.post(task)
    try {
      await done.promise
    } finally {
      this.#run = undefined
    }
  }
  #take(message: FromThread): void {
    switch (message.kind) {
      case 'scanned':
        return this.#run?.onScanned(message.bytes)
      case 'log':
        return this.#logger[message.level](message.event, message.fields)
      case 'recovered':
        return this.#run?.done.resolve()
      case 'failed': {
        const { message: text, code } = message
        this.#run?.done.reject(Object.assign(new Error(text), code === undefined ? {} : { code }))
      }
    }
  }
  end(): Promise<void> {
    return this.#thread.end()
  }
}
