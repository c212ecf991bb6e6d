// What a data directory remembers of all its logs: where recovery has to begin, where they start, and how far they were
// replicated. Each is one of Kafka's checkpoint files, written anew when something has changed.

import { join } from 'node:path'

import type { Files } from '../base/index.ts'
import { offsetCheckpointText, readOffsetCheckpoint } from './checkpoint-file.ts'
import { logName, type LogName, type TopicPartition } from './file-names.ts'

export interface CheckpointedLog extends TopicPartition {
  readonly recoveryPoint: number
  readonly logStartOffset: number
  readonly highWatermark: number
  readonly firstSegmentOffset: number
  readonly cleanedOffset: number
}
type CheckpointName = keyof typeof checkpoints

const checkpoints = {
  recoveryPoint: { file: 'recovery-point-offset-checkpoint', holds: () => true },
  highWatermark: { file: 'replication-offset-checkpoint', holds: () => true },
  /** Where a log starts with its first segment, that says enough. */
  logStartOffset: {
    file: 'log-start-offset-checkpoint',
    holds: (log: CheckpointedLog) => log.logStartOffset > log.firstSegmentOffset,
  },
  cleanedOffset: {
    file: 'cleaner-offset-checkpoint',
    holds: ({ cleanedOffset }: CheckpointedLog) => cleanedOffset > 0,
  },
} as const

export class LogCheckpoints {
  readonly #files: Files
  readonly #directory: string
  readonly #logs: () => Iterable<CheckpointedLog>
  readonly #written = new Map<CheckpointName, string>()
  readonly #writing = new Map<CheckpointName, Promise<void>>()
  #hasGone = false
  #forgetting: Promise<void> | undefined
  constructor(options: { files: Files; directory: string; logs: () => Iterable<CheckpointedLog> }) {
    this.#files = options.files
    this.#directory = options.directory
    this.#logs = options.logs
  }
  read(name: CheckpointName): Map<LogName, number> {
    return readOffsetCheckpoint(this.#files, this.#path(name))
  }
  /** Logs that are gone must not hand their offsets down to logs that are created under their names. */
  forgetOthers(): void {
    const known = new Set<LogName>()
    for (const { topic, partition } of this.#logs()) known.add(logName(topic, partition))
    for (const name of Object.keys(checkpoints) as CheckpointName[])
      if ([...this.read(name).keys()].some(log => !known.has(log))) this.#writeNow(name)
  }
  /** At once: a start that is too high would cost the records of another log of the name. */
  writeStarts(): void {
    this.#writeNow('logStartOffset')
  }
  /**
   * At once what must not be taken for true of another log of the name. The rest, which says only that there was a log, when
   * all are deleted that are in the same breath.
   */
  forget(): void {
    this.#writeNow('logStartOffset')
    this.#writeNow('cleanedOffset')
    this.#hasGone = true
    this.#forgetting ??= this.#forgetGone()
  }
  /** While checkpoints tell of logs that are gone; undefined when none does. */
  get forgetting(): Promise<void> | undefined {
    return this.#forgetting
  }
  async #forgetGone(): Promise<void> {
    await Promise.resolve()
    while (this.#hasGone) {
      this.#hasGone = false
      // What cannot be written is written, or told, when it is due anyway.
      await Promise.allSettled([this.write('recoveryPoint'), this.write('highWatermark')])
    }
    this.#forgetting = undefined
  }
  /** In the background, one at a time. */
  async write(name: 'recoveryPoint' | 'highWatermark' | 'cleanedOffset'): Promise<void> {
    while (this.#writing.has(name)) await this.#writing.get(name)!.catch(() => undefined)
    const text = this.#text(name)
    if (this.#written.get(name) === text) return
    const writing = this.#files.replaceFileAsync(this.#path(name), text)
    this.#writing.set(name, writing)
    try {
      await writing
      this.#written.set(name, text)
    } finally {
      this.#writing.delete(name)
    }
  }
  async writeAll(): Promise<void> {
    await Promise.allSettled(this.#writing.values())
    for (const name of Object.keys(checkpoints) as CheckpointName[]) this.#writeNow(name)
  }

  #writeNow(name: CheckpointName): void {
    const text = this.#text(name)
    if (this.#written.get(name) === text) return
    this.#files.replaceFile(this.#path(name), text)
    this.#written.set(name, text)
  }
  #text(name: CheckpointName): string {
    const logs = [...this.#logs()].filter(checkpoints[name].holds)
    return offsetCheckpointText(logs.map(log => ({ topic: log.topic, partition: log.partition, offset: log[name] })))
  }
  #path(name: CheckpointName): string {
    return join(this.#directory, checkpoints[name].file)
  }
}
