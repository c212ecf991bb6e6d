// Offsets that a transaction has stored for a group, told to the consumers of the same Kafka object: what went with the
// transaction they need not commit again.

import type { TopicOffsets } from './types/common.ts'

type Listener = (topics: readonly TopicOffsets[]) => void

export class CommittedElsewhere {
  readonly #listeners = new Map<string, Set<Listener>>()

  /** Gives a function that ends it. */
  listen(groupId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(groupId) ?? new Set()
    this.#listeners.set(groupId, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(groupId)
    }
  }
  tell(groupId: string, topics: readonly TopicOffsets[]): void {
    for (const listener of this.#listeners.get(groupId) ?? []) listener(topics)
  }
}
