// What a consumer has dealt with and what is stored of it, partition by partition: decides what a commit stores, and when
// one is due.

import type { TopicOffsets } from '../types/common.ts'

interface Progress {
  readonly topic: string
  readonly partition: number
  /** The next message to deal with; undefined before the first was. */
  resolved: number | undefined
  /** Undefined: nothing is stored. */
  committed: number | undefined
}
export interface CommitPolicy {
  readonly intervalMs: number | null
  readonly threshold: number | null
}

export class OffsetTracker {
  readonly #policy: CommitPolicy
  readonly #progress = new Map<string, Progress>()
  #committedAt: number

  constructor(policy: CommitPolicy, now: number) {
    this.#policy = policy
    this.#committedAt = now
  }
  add(topic: string, partition: number, committed: number | undefined): void {
    this.#progress.set(key(topic, partition), { topic, partition, resolved: undefined, committed })
  }
  remove(topic: string, partition: number): void {
    this.#progress.delete(key(topic, partition))
  }
  has(topic: string, partition: number): boolean {
    return this.#progress.has(key(topic, partition))
  }
  resolved(topic: string, partition: number): number | undefined {
    return this.#progress.get(key(topic, partition))?.resolved
  }
  /** All below `next` is dealt with. */
  resolve(topic: string, partition: number, next: number): void {
    const progress = this.#progress.get(key(topic, partition))
    if (progress !== undefined) progress.resolved = next
  }
  /** Sought: what was dealt with before says nothing of what is stored next. */
  forget(topic: string, partition: number): void {
    const progress = this.#progress.get(key(topic, partition))
    if (progress !== undefined) progress.resolved = undefined
  }
  committed(topics: readonly TopicOffsets[], now: number): void {
    this.#committedAt = now
    for (const { topic, partitions } of topics)
      for (const { partition, offset } of partitions) {
        const progress = this.#progress.get(key(topic, partition))
        if (progress !== undefined) progress.committed = Number(offset)
      }
  }
  /** What is dealt with and not stored, of all partitions or of these. */
  uncommitted(of: (topic: string, partition: number) => boolean = () => true): TopicOffsets[] {
    const due = [...this.#progress.values()].filter(
      ({ topic, partition, resolved, committed }) =>
        resolved !== undefined && resolved !== committed && of(topic, partition),
    )
    return [...Map.groupBy(due, ({ topic }) => topic)].map(([topic, list]) => ({
      topic,
      partitions: list.map(({ partition, resolved }) => ({ partition, offset: String(resolved) })),
    }))
  }
  /** Whether the interval has passed, or as many messages were dealt with as the threshold says. */
  isDue(now: number): boolean {
    const { intervalMs, threshold } = this.#policy
    if (intervalMs !== null && now >= this.#committedAt + intervalMs) return true
    return threshold !== null && this.#countResolved() >= threshold
  }
  #countResolved(): number {
    let count = 0
    for (const { resolved, committed } of this.#progress.values())
      if (resolved !== undefined) count += resolved - (committed ?? 0)
    return count
  }
}
const key = (topic: string, partition: number) => `${topic}-${partition}`
