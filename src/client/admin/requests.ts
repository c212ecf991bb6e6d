// Any request of the protocol, sent to whom it belongs, for what the typed parts of the admin do not offer: the answer
// comes as it is, with the error codes of its parts. Only the way there is tried again.

import type { ClientRequestOptions } from '../../connection/index.ts'
import type { AnyApi, DecodedResponseOf } from '../../protocol/index.ts'
import type { Cluster, DraftFor } from '../cluster.ts'
import { isStale } from '../errors.ts'
import type { BrokerAddress, TopicInfo } from '../topics.ts'

export class RequestAdmin {
  readonly #cluster: Cluster
  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** To any broker. */
  any<A extends AnyApi>(api: A, draft: DraftFor<A>, options?: ClientRequestOptions): Promise<DecodedResponseOf<A>> {
    return this.retrying(() => this.#cluster.askAny(api, draft, options))
  }

  /** To the broker that is asked for changes of topics and configs. */
  controller<A extends AnyApi>(
    api: A,
    draft: DraftFor<A>,
    options?: ClientRequestOptions,
  ): Promise<DecodedResponseOf<A>> {
    return this.retrying(() => this.#cluster.askController(api, draft, options))
  }

  /** To this broker. Throws NO_BROKER_AVAILABLE where the cluster has none of this id. */
  broker<A extends AnyApi>(
    nodeId: number,
    api: A,
    draft: DraftFor<A>,
    options?: ClientRequestOptions,
  ): Promise<DecodedResponseOf<A>> {
    return this.retrying(async () => {
      if (!this.#cluster.view.brokers.has(nodeId)) await this.#cluster.refresh([])
      return this.#cluster.ask(nodeId, 'main', api, draft, options)
    })
  }

  /** To the coordinator of a group or a transactional id. `accept` throws the errors after which it is looked up again. */
  coordinator<A extends AnyApi>(
    { key, kind }: { readonly key: string; readonly kind: 'group' | 'transaction' },
    api: A,
    draft: DraftFor<A>,
    accept: (answer: DecodedResponseOf<A>) => void,
    options?: ClientRequestOptions,
  ): Promise<DecodedResponseOf<A>> {
    return this.#cluster.retrying(
      async () => {
        const nodeId = await this.#cluster.coordinator(key, kind)
        const answer = await this.#cluster.ask(nodeId, 'coordinator', api, draft, options)
        accept(answer)
        return answer
      },
      {
        before: error => {
          if (isStale(error)) this.#cluster.forgetCoordinator(key, kind)
        },
      },
    )
  }
  coordinatorOf(key: string, kind: 'group' | 'transaction'): Promise<number> {
    return this.retrying(() => this.#cluster.coordinator(key, kind))
  }

  /** The brokers that live. */
  async brokers(): Promise<BrokerAddress[]> {
    await this.retrying(() => this.#cluster.refresh([]))
    return [...this.#cluster.view.brokers.values()].toSorted((a, b) => a.nodeId - b.nodeId)
  }
  /** What the cluster says of these topics, or of all (null): their errors are in `error`. */
  topics(names: readonly string[] | null): Promise<TopicInfo[]> {
    return this.retrying(() => this.#cluster.refresh(names))
  }
  /** Tries again, for as long as the client was told to, what throws a retriable KafkaError or loses its connection. */
  retrying<T>(attempt: () => Promise<T>): Promise<T> {
    return this.#cluster.retrying(attempt)
  }
}
