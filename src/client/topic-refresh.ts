// Looks up anew who leads the partitions of a topic: once at a time for each, with a pause after it, as an election takes
// its time.

import { alarm } from './alarm.ts'
import type { Cluster } from './cluster.ts'

export class TopicRefresh {
  readonly #cluster: Cluster
  readonly #done: () => void
  readonly #topics = new Set<string>()

  constructor(cluster: Cluster, done: () => void) {
    this.#cluster = cluster
    this.#done = done
  }
  of(topic: string): void {
    if (this.#topics.has(topic)) return
    this.#topics.add(topic)
    const { clock, backoffMs } = this.#cluster.options
    this.#cluster
      .refresh([topic])
      .catch(() => {})
      .finally(() =>
        alarm(clock, backoffMs, () => {
          this.#topics.delete(topic)
          this.#done()
        }),
      )
  }
}
