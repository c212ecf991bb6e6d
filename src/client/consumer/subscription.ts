// The topics that a consumer subscribes to: names, and patterns that are matched against all topics there are.

import type { Cluster } from '../cluster.ts'
import type { Subscribed, SubscriptionToMatch } from '../membership/membership.ts'
import { expressionOf } from './expression.ts'

export class Subscription implements Subscribed {
  readonly #cluster: Cluster
  readonly #names: readonly string[]
  readonly #patterns: readonly RegExp[]
  #matched: readonly string[] = []
  #lookedAt = -Infinity

  constructor(cluster: Cluster, topics: readonly (string | RegExp)[]) {
    this.#cluster = cluster
    this.#names = topics.filter(topic => typeof topic === 'string')
    this.#patterns = topics.filter(topic => topic instanceof RegExp)
  }
  async topics(): Promise<readonly string[]> {
    if (this.#patterns.length > 0) await this.#match()
    return [...new Set([...this.#names, ...this.#matched])].toSorted()
  }
  forCoordinator(): SubscriptionToMatch | undefined {
    const names = this.#names
    if (this.#patterns.length === 0) return { names, expression: null }
    const expression = expressionOf(this.#patterns)
    return expression === undefined ? undefined : { names, expression }
  }
  /** Whether, from time to time, the patterns that are matched here match other topics than before. */
  async hasChanged(): Promise<boolean> {
    const { clock, metadataMaxAgeMs } = this.#cluster.options
    if (this.#lookedAt === -Infinity || clock.monotonic() - this.#lookedAt < metadataMaxAgeMs) return false
    const before = this.#matched.join('\n')
    await this.#match()
    return this.#matched.join('\n') !== before
  }
  async #match(): Promise<void> {
    const all = await this.#cluster.retrying(() => this.#cluster.refresh(null))
    this.#lookedAt = this.#cluster.options.clock.monotonic()
    this.#matched = all
      .filter(({ name, internal }) => !internal && this.#patterns.some(pattern => name.search(pattern) >= 0))
      .map(({ name }) => name)
      .toSorted()
  }
}
