// The way in: a client knows where the cluster is, and makes producers and consumers. Each has connections of its own, so
// that none waits for another's long poll or rebalance.

import { silentLogger, systemClock, systemRandom, tcpSockets } from '../base/index.ts'
import { Admin } from './admin/admin.ts'
import { Cluster, type ClusterOptions } from './cluster.ts'
import { Consumer } from './consumer/consumer.ts'
import type { ConsumerOptions } from './consumer/options.ts'
import type { ProducerOptions } from './producer/options.ts'
import { Producer } from './producer/producer.ts'
import type { Bytes } from './record.ts'
import { saslMechanismOf, tlsSettingsOf, type ClientTlsOptions, type SaslOptions } from './security.ts'

export interface ClientOptions extends Partial<Omit<ClusterOptions, 'bootstrap' | 'tls' | 'sasl'>> {
  /** `host:port`, several in a list or with commas between: whoever answers names the rest. */
  readonly bootstrap: string | readonly string[]
  /** Connections are encrypted: `true` believes the authorities that Node knows. */
  readonly tls?: boolean | ClientTlsOptions
  readonly sasl?: SaslOptions
}

/**
 *     await using client = createClient({ bootstrap: 'localhost:9092' })
 *     await using producer = client.producer()
 *     await producer.send({ topic: 'orders', key: 'o-1', value: 'hello' })
 */
export function createClient(options: ClientOptions): Client {
  return new Client(clusterOptions(options))
}
/** With its defaults. */
export function clusterOptions({ tls, sasl, random = systemRandom, ...options }: ClientOptions): ClusterOptions {
  return {
    clientId: 'millrace',
    sockets: tcpSockets(),
    clock: systemClock,
    random,
    logger: silentLogger,
    tls: tlsSettingsOf(tls),
    sasl: saslMechanismOf(sasl, random),
    connectTimeoutMs: 10_000,
    connectTimeoutMsMax: 30_000,
    reconnectBackoffMs: 50,
    reconnectBackoffMsMax: 1_000,
    requestTimeoutMs: 30_000,
    retryTimeoutMs: 60_000,
    backoffMs: 100,
    backoffMsMax: 1_000,
    metadataMaxAgeMs: 300_000,
    ...options,
  }
}

export class Client {
  readonly admin: Admin
  readonly #options: ClusterOptions
  readonly #ownCluster: Cluster
  readonly #made = new Set<{ close(): Promise<void> }>()

  constructor(options: ClusterOptions) {
    this.#options = options
    this.#ownCluster = new Cluster(options)
    this.admin = new Admin(this.#ownCluster)
  }
  /** With serdes as `key` and `value`, what is sent has their types. */
  producer<K = Bytes | null | undefined, V = Bytes | null | undefined>(
    options: ProducerOptions<K, V> = {},
  ): Producer<K, V> {
    const producer = new Producer(new Cluster(this.#options), options)
    this.#made.add(producer)
    return producer
  }
  /** With serdes as `key` and `value`, records have their types. */
  consumer<K = Buffer | null, V = Buffer | null>(options: ConsumerOptions<K, V> = {}): Consumer<K, V> {
    const consumer = new Consumer(new Cluster(this.#options), options)
    this.#made.add(consumer)
    return consumer
  }
  /** Closes all that it has made: producers flush, consumers leave their groups. */
  async close(): Promise<void> {
    const closed = await Promise.allSettled([...this.#made].map(made => made.close()))
    await this.#ownCluster.close()
    for (const outcome of closed) if (outcome.status === 'rejected') throw outcome.reason
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
