// What producers and consumers count, by the names that Kafka's own clients have in JMX, as the Prometheus exporter writes
// them. Counted for each request and batch, never for each record; nothing is paid where nobody asks for metrics.

import type { Counter, Metrics } from '../../base/index.ts'
import type { TopicPartition } from '../assignors/assignor.ts'

const producer = 'kafka_producer_producer_metrics',
  topicMetrics = 'kafka_producer_producer_topic_metrics',
  fetches = 'kafka_consumer_consumer_fetch_manager_metrics',
  coordinator = 'kafka_consumer_consumer_coordinator_metrics'

export class ProducerMetrics {
  readonly #of: (name: string) => Counter
  readonly #requests: Counter
  readonly #latencyMs: Counter
  readonly #records: Counter
  readonly #bytes: Counter
  readonly #errors: Counter
  readonly #retries: Counter
  readonly #splits: Counter

  constructor(metrics: Metrics, clientId: string, bufferedBytes: () => number) {
    this.#of = name => metrics.counter(name, { client_id: clientId })
    this.#requests = this.#of(`${producer}_request_total`)
    this.#latencyMs = this.#of(`${producer}_request_latency_ms_total`)
    this.#records = this.#of(`${topicMetrics}_record_send_total`)
    this.#bytes = this.#of(`${topicMetrics}_byte_total`)
    this.#errors = this.#of(`${topicMetrics}_record_error_total`)
    this.#retries = this.#of(`${topicMetrics}_record_retry_total`)
    this.#splits = this.#of(`${producer}_batch_split_total`)
    metrics.gauge(`${producer}_buffered_bytes`, { client_id: clientId }, bufferedBytes)
  }
  answered(latencyMs: number): void {
    this.#requests.add()
    this.#latencyMs.add(latencyMs)
  }
  acknowledged(records: number, bytes: number): void {
    this.#records.add(records)
    this.#bytes.add(bytes)
  }
  failed(records: number): void {
    this.#errors.add(records)
  }
  retried(records: number): void {
    this.#retries.add(records)
  }
  split(): void {
    this.#splits.add()
  }
}

export interface Lagging extends TopicPartition {
  readonly lag: number
}
export class ConsumerMetrics {
  readonly #fetches: Counter
  readonly #latencyMs: Counter
  readonly #records: Counter
  readonly #bytes: Counter
  readonly #rebalances: Counter
  readonly #lost: Counter
  readonly #commits: Counter
  readonly #failedCommits: Counter

  constructor(
    metrics: Metrics,
    labels: { readonly clientId: string; readonly groupId: string | undefined },
    lags: () => readonly Lagging[],
  ) {
    const names = {
      client_id: labels.clientId,
      ...(labels.groupId === undefined ? {} : { group_id: labels.groupId }),
    }
    const counter = (name: string) => metrics.counter(name, names)
    this.#fetches = counter(`${fetches}_fetch_total`)
    this.#latencyMs = counter(`${fetches}_fetch_latency_ms_total`)
    this.#records = counter(`${fetches}_records_consumed_total`)
    this.#bytes = counter(`${fetches}_bytes_consumed_total`)
    this.#rebalances = counter(`${coordinator}_rebalance_total`)
    this.#lost = counter(`${coordinator}_partition_lost_total`)
    this.#commits = counter(`${coordinator}_commit_total`)
    this.#failedCommits = counter(`${coordinator}_failed_commit_total`)
    metrics.gauge(`${coordinator}_assigned_partitions`, names, () => lags().length)
    metrics.gauge(`${fetches}_records_lag_max`, names, () => Math.max(0, ...lags().map(({ lag }) => lag)))
    metrics.gauge(`${fetches}_records_lag`, names, () => lags().reduce((sum, { lag }) => sum + lag, 0))
  }
  fetched(latencyMs: number, bytes: number): void {
    this.#fetches.add()
    this.#latencyMs.add(latencyMs)
    this.#bytes.add(bytes)
  }
  given(records: number): void {
    this.#records.add(records)
  }
  rebalanced(): void {
    this.#rebalances.add()
  }
  lost(partitions: number): void {
    this.#lost.add(partitions)
  }
  committed(): void {
    this.#commits.add()
  }
  commitFailed(): void {
    this.#failedCommits.add()
  }
}
