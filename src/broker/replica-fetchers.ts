// One fetcher for each broker that leads partitions which this broker follows.

import type { Partition } from './partition.ts'
import { ReplicaFetcher, type ReplicaFetcherOptions } from './replica-fetcher.ts'

export class ReplicaFetchers {
  readonly #options: (leaderId: number) => ReplicaFetcherOptions
  readonly #byLeader = new Map<number, ReplicaFetcher>()
  readonly #leaderOf = new Map<Partition, ReplicaFetcher>()
  #closing: Promise<void>[] = []

  constructor(options: (leaderId: number) => ReplicaFetcherOptions) {
    this.#options = options
  }
  /** The partition has a new leader, or none to follow any more. */
  follow(partition: Partition, leaderId: number | undefined): void {
    this.#leaderOf.get(partition)?.remove(partition)
    this.#leaderOf.delete(partition)
    if (leaderId !== undefined) {
      const fetcher = this.#byLeader.get(leaderId) ?? new ReplicaFetcher(this.#options(leaderId))
      this.#byLeader.set(leaderId, fetcher)
      this.#leaderOf.set(partition, fetcher)
      fetcher.add(partition)
    }
    this.#closeIdle()
  }
  #closeIdle(): void {
    for (const [leaderId, fetcher] of this.#byLeader)
      if (fetcher.isIdle) {
        this.#byLeader.delete(leaderId)
        this.#closing.push(fetcher.close())
      }
  }
  async close(): Promise<void> {
    for (const fetcher of this.#byLeader.values()) this.#closing.push(fetcher.close())
    this.#byLeader.clear()
    this.#leaderOf.clear()
    await Promise.all(this.#closing)
  }
}
