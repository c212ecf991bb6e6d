// What the tests of this module share: a partition of the log in memory that refuses, commits late or loses its tail as
// it is told to; and the topics of a cluster.

import { batchBaseOffset, batchLastOffset, setBaseOffset } from '../protocol/index.ts'
import type { Appended } from './machine.ts'
import type { CoordinatorLog } from './shard.ts'
import type { TopicNames } from './topic-names.ts'

export class MemoryLog implements CoordinatorLog {
  batches: Buffer[] = []
  startOffset = 0
  highWatermark = 0
  /** What was read has not been released. */
  isHeld = false
  /** What the next appends are refused with. */
  refuses: Exclude<Appended['error'], 'NONE'> | undefined
  /** Told of every append; commits at once if it is not given. */
  onAppend: (endOffset: number) => void = endOffset => void (this.highWatermark = endOffset)

  get endOffset(): number {
    const last = this.batches.at(-1)
    return last === undefined ? this.startOffset : batchLastOffset(last, 0) + 1
  }
  append(batch: Buffer): Appended {
    if (this.refuses !== undefined) return { error: this.refuses }
    setBaseOffset(batch, 0, this.endOffset)
    this.batches.push(batch)
    this.onAppend(this.endOffset)
    return { error: 'NONE', endOffset: this.endOffset }
  }
  read(offset: number): Buffer {
    this.isHeld = true
    return Buffer.concat(this.batches.filter(batch => batchLastOffset(batch, 0) >= offset).slice(0, 100))
  }
  release(): void {
    this.isHeld = false
  }
  truncateTo(offset: number): void {
    this.batches = this.batches.filter(batch => batchBaseOffset(batch, 0) < offset)
  }
}

/** Topics that tests create, grow and delete. */
export class TestTopics implements TopicNames {
  version = 0
  readonly #topics = new Map<string, { readonly topicId: string; readonly partitionCount: number }>()
  constructor(partitionCounts: Readonly<Record<string, number>> = {}) {
    for (const [name, count] of Object.entries(partitionCounts)) this.set(name, count)
  }
  /** Undefined for a topic that is deleted. Its id is its name's unless one is given. */
  set(name: string, partitionCount: number | undefined, topicId: string = idOf(name)): void {
    this.version++
    if (partitionCount === undefined) this.#topics.delete(name)
    else this.#topics.set(name, { topicId, partitionCount })
  }
  names(): Iterable<string> {
    return this.#topics.keys()
  }
  byName(name: string) {
    return this.#topics.get(name)
  }
  nameOf(topicId: string): string | undefined {
    for (const [name, topic] of this.#topics) if (topic.topicId === topicId) return name
    return undefined
  }
}
/** 32 hex digits, as ids are. */
export function idOf(topic: string): string {
  return Buffer.from(topic).toString('hex').repeat(32).slice(0, 32)
}
