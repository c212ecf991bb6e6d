// The id that an idempotent producer sends under, asked of the cluster when the first batch is about to go.

import { initProducerId } from '../../protocol/index.ts'
import type { Cluster } from '../cluster.ts'
import { check } from '../errors.ts'
import type { ProducerId } from './partition-queue.ts'

/** Above it, InitProducerId is about two-phase commit. */
const versionMax = 5

export class ProducerIds {
  readonly #cluster: Cluster
  #id: ProducerId | undefined
  #asking: Promise<void> | undefined

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }
  get current(): ProducerId | undefined {
    return this.#id
  }
  /** The epochs of this one are used up. */
  discard(): void {
    this.#id = undefined
  }
  /** Resolves when there is one; rejects when the cluster gives none. Who asks meanwhile shares the answer. */
  ask(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }
  async #ask(): Promise<void> {
    const { producerId, producerEpoch } = await this.#cluster.retrying(async () => {
      const answer = await this.#cluster.askAny(
        initProducerId,
        { transactionalId: null, transactionTimeoutMs: 2 ** 31 - 1 },
        { versionMax },
      )
      check(answer.errorCode, { context: 'begin an idempotent producer' })
      return answer
    })
    this.#id = { producerId, producerEpoch }
  }
}
