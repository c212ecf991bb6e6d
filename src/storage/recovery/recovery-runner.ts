// Where logs are recovered after an unclean end: on the loop, one log after the other, for logs in memory and where there is
// little to do; or in threads, several logs at a time.

import type { Files, Logger } from '../../base/index.ts'
import { recoverLog, type RecoveryTask } from '../log-recovery.ts'

export interface RecoveryRunner {
  /** How many logs it works on at a time. */
  readonly laneCount: number
  /** Resolves when the files of the log are as after a clean end. Tells of the bytes that were gone through. */
  recover(task: RecoveryTask, onScanned: (bytes: number) => void): Promise<void>
  end(): Promise<void>
}

export class LoopRecovery implements RecoveryRunner {
  readonly laneCount = 1
  readonly #files: Files
  readonly #logger: Logger
  constructor({ files, logger }: { readonly files: Files; readonly logger: Logger }) {
    this.#files = files
    this.#logger = logger
  }
  async recover(task: RecoveryTask, onScanned: (bytes: number) => void): Promise<void> {
    recoverLog(task, { files: this.#files, logger: this.#logger, onScanned })
  }
  async end(): Promise<void> {}
}
