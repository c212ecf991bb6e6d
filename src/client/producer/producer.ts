// The producer: takes records, one or many, and says where each went.
//
//   await using producer = client.producer({ compression: 'lz4' })
//   const { partition, offset } = await producer.send({ topic: 'orders', key: 'o-1', value: '{"total":12}' })

import type { Cluster } from '../cluster.ts'
import { KafkaError } from '../errors.ts'
import type { OutgoingRecord, RecordMetadata } from '../record.ts'
import { Accumulator } from './accumulator.ts'
import { Deliveries, Delivery, type Addressee } from './delivery.ts'
import { settingsOf, type ProducerOptions } from './options.ts'
import { Sender } from './sender.ts'

export class Producer {
  readonly #cluster: Cluster
  readonly #accumulator: Accumulator
  readonly #sender: Sender
  readonly #deliveryTimeoutMs: number
  #closing: Promise<void> | undefined

  constructor(cluster: Cluster, options: ProducerOptions = {}) {
    const settings = settingsOf(options)
    this.#cluster = cluster
    this.#deliveryTimeoutMs = settings.deliveryTimeoutMs
    this.#sender = new Sender(cluster, settings, () => this.#accumulator)
    this.#accumulator = new Accumulator(cluster, settings, this.#sender)
  }

  /**
   * Resolves when the record is acknowledged; many may be sent before the first is awaited, and those to one partition stay
   * in order. Rejects with a KafkaError once it has been tried for `deliveryTimeoutMs`, or cannot succeed. Nobody has to
   * await it: a failure that no one looks at is not reported elsewhere.
   */
  send(record: OutgoingRecord): Promise<RecordMetadata> {
    const delivery = new Delivery()
    this.#give(record, delivery, 0)
    return delivery.promise
  }
  /** The same for many, with one promise: it waits for all, and rejects with the first failure. */
  sendAll(records: readonly OutgoingRecord[]): Promise<RecordMetadata[]> {
    const delivery = new Deliveries(records.length)
    for (const [place, record] of records.entries()) this.#give(record, delivery, place)
    return delivery.promise
  }
  /** Resolves when the buffer has taken all that was sent: who sends without awaiting each record awaits this. */
  ready(): Promise<void> {
    return this.#accumulator.room()
  }
  /** Sends what waits at once, and resolves when all that was sent before is acknowledged or has failed. */
  async flush(): Promise<void> {
    const flush = this.#sender.beginFlush()
    try {
      await this.#accumulator.room()
      const batches = [...this.#accumulator.active].flatMap(({ waiting, underWay }) => [...underWay, ...waiting])
      await Promise.all(batches.map(batch => batch.done()))
    } finally {
      flush.ended()
    }
  }
  /** Flushes for at most `timeoutMs`; what is not acknowledged then fails with CLOSED. */
  close({ timeoutMs = this.#deliveryTimeoutMs } = {}): Promise<void> {
    this.#closing ??= this.#close(timeoutMs)
    return this.#closing
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #give(record: OutgoingRecord, delivery: Addressee, place: number): void {
    if (this.#closing === undefined) this.#accumulator.add(record, delivery, place)
    else delivery.fail(new KafkaError('CLOSED'))
  }
  async #close(timeoutMs: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = this.#cluster.options.clock.after(timeoutMs, resolve)
    await Promise.race([this.flush(), late])
    timer.cancel()
    this.#sender.close(new KafkaError('CLOSED'))
    await this.#cluster.close()
  }
}
