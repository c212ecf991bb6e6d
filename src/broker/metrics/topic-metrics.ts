// What goes in and out, of each topic and of all together: Kafka's BrokerTopicMetrics. Counted for each batch and each
// partition of a fetch, never for each record. A topic is there once something was asked of it, and goes when it is deleted.

import { beansOf, type MBeans, type Meter } from '../../base/index.ts'

const family = beansOf('kafka.server', 'BrokerTopicMetrics')
// oxfmt-ignore
const families = {
  messagesIn:            family('MessagesInPerSec',            'Records that clients and coordinators have written'),
  bytesIn:               family('BytesInPerSec',               'Bytes of record batches that clients and coordinators have written'),
  bytesOut:              family('BytesOutPerSec',              'Bytes of record batches that consumers were given'),
  bytesRejected:         family('BytesRejectedPerSec',         'Bytes of batches that are larger than max.message.bytes'),
  totalProduceRequests:  family('TotalProduceRequestsPerSec',  'Batches that clients and coordinators asked to have written'),
  failedProduceRequests: family('FailedProduceRequestsPerSec', 'Batches that were refused'),
  totalFetchRequests:    family('TotalFetchRequestsPerSec',    'Partitions that were asked for in fetches'),
  failedFetchRequests:   family('FailedFetchRequestsPerSec',   'Partitions that a fetch was refused'),
}
const replicationBytesIn = family('ReplicationBytesInPerSec', 'Bytes of record batches fetched from leaders')
const replicationBytesOut = family('ReplicationBytesOutPerSec', 'Bytes of record batches given to followers')

type TopicMeters = Readonly<Record<keyof typeof families, Meter>>
const names = Object.keys(families) as (keyof typeof families)[] // of an object literal

/** What handlers tell. */
export type TopicCounts = Pick<
  TopicMetrics,
  'appended' | 'refused' | 'fetched' | 'fetchRefused' | 'replicated' | 'deleted'
>
/** Nothing is counted. */
export const uncounted: TopicCounts = {
  appended() {},
  refused() {},
  fetched() {},
  fetchRefused() {},
  replicated() {},
  deleted() {},
}

export class TopicMetrics {
  readonly #beans: MBeans
  readonly #all: TopicMeters
  readonly #byTopic = new Map<string, TopicMeters>()
  readonly #replicatedIn: Meter
  readonly #replicatedOut: Meter

  constructor(beans: MBeans) {
    this.#beans = beans
    this.#all = this.#meters({})
    this.#replicatedIn = beans.meter(replicationBytesIn)
    this.#replicatedOut = beans.meter(replicationBytesOut)
  }
  /** A batch of a client, or of a coordinator, is in the log. */
  appended(topic: string, batch: { readonly records: number; readonly bytes: number }): void {
    const own = this.#of(topic),
      all = this.#all
    own.totalProduceRequests.mark()
    all.totalProduceRequests.mark()
    own.messagesIn.mark(batch.records)
    all.messagesIn.mark(batch.records)
    own.bytesIn.mark(batch.bytes)
    all.bytesIn.mark(batch.bytes)
  }
  /** A client's batch was refused. `topic` is one that exists here, or undefined. */
  refused(
    topic: string | undefined,
    { bytes, isTooLarge }: { readonly bytes: number; readonly isTooLarge: boolean },
  ): void {
    for (const meters of topic === undefined ? [this.#all] : [this.#of(topic), this.#all]) {
      meters.totalProduceRequests.mark()
      meters.failedProduceRequests.mark()
      if (isTooLarge) meters.bytesRejected.mark(bytes)
    }
  }
  /** What a fetch was given of one partition. */
  fetched(topic: string, bytes: number, { isFollower }: { readonly isFollower: boolean }): void {
    const own = this.#of(topic)
    own.totalFetchRequests.mark()
    this.#all.totalFetchRequests.mark()
    if (bytes === 0) return
    if (isFollower) return this.#replicatedOut.mark(bytes)
    own.bytesOut.mark(bytes)
    this.#all.bytesOut.mark(bytes)
  }
  fetchRefused(topic: string | undefined): void {
    for (const meters of topic === undefined ? [this.#all] : [this.#of(topic), this.#all]) {
      meters.totalFetchRequests.mark()
      meters.failedFetchRequests.mark()
    }
  }
  replicated(bytes: number): void {
    if (bytes > 0) this.#replicatedIn.mark(bytes)
  }
  /** The topic is gone; what was counted of it stays in the sums of all. */
  deleted(topic: string): void {
    if (!this.#byTopic.delete(topic)) return
    for (const name of names) this.#beans.remove(families[name], { topic })
  }

  #of(topic: string): TopicMeters {
    let meters = this.#byTopic.get(topic)
    if (meters === undefined) this.#byTopic.set(topic, (meters = this.#meters({ topic })))
    return meters
  }
  #meters(tags: { readonly topic?: string }): TopicMeters {
    return Object.fromEntries(names.map(name => [name, this.#beans.meter(families[name], tags)])) as TopicMeters // one each
  }
}
