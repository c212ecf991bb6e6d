// What the logs of a data directory share, and tell it.

import type { Clock, Files, Logger, MBeanTimer, Random } from '../base/index.ts'
import type { DirectorySync } from './directory-sync.ts'
import type { Durability } from './durable-offsets.ts'
import type { PartitionLog } from './partition-log.ts'
import type { ReadAhead } from './read-ahead.ts'
import type { ReadBuffers } from './read-buffers.ts'
import type { Recompressor } from './recompressor.ts'
import type { TailCache } from './tail-cache.ts'
import type { WriteFailures } from './write-failures.ts'
import type { WriteStage } from './write-stage.ts'

export interface LogContext {
  readonly files: Files
  /** Of the data directory. */
  readonly names: DirectorySync
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly cache: TailCache
  readonly buffers: ReadBuffers
  readonly ahead: ReadAhead
  readonly recompressor: Recompressor
  readonly stage: WriteStage
  readonly failures: WriteFailures
  readonly durability: Durability
  readonly producerIdExpirationMs: number
  /** Of syncs. */
  readonly flushTimer: MBeanTimer | undefined
  onProgress(log: PartitionLog): void
  onFault(log: PartitionLog, error: Error): void
  /** The start of a log is to be remembered. */
  onStartMoved(): void
  /** Removes files a little later, when nobody reads them any more. */
  removeLater(paths: readonly string[], delayMs: number): void
}
