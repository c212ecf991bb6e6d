// The producer: takes records, one or many, and says where each went.
//
//   await using producer = client.producer({ compression: 'lz4' })
//   const { partition, offset } = await producer.send({ topic: 'orders', key: 'o-1', value: '{"total":12}' })

import type { CompressionCodec } from '../../protocol/index.ts'
import { abortable, type Abortable } from '../abort.ts'
import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster } from '../cluster.ts'
import { KafkaError } from '../errors.ts'
import type { Bytes, OutgoingRecord, RecordMetadata } from '../record.ts'
import { RecordEncoder, type RecordSerializers } from '../serdes/record-encoder.ts'
import { SendOrder } from '../serdes/send-order.ts'
import { Tracing } from '../telemetry/instrumentation.ts'
import { Accumulator } from './accumulator.ts'
import { builtBatch } from './built-batch.ts'
import { Deliveries, Delivery, type Addressee } from './delivery.ts'
import { settingsOf, type ProducerOptions, type ProducerSettings } from './options.ts'
import { Sender } from './sender.ts'
import type { TopicProducer, TopicRecord } from './topic-producer.ts'
import { Transactions, type OffsetsOfGroup } from './transactions.ts'

/** Who has given this much lets the event loop turn: a few requests' worth, that sockets and memory are kept busy with. */
const turnBytes = 2 * 1024 * 1024

export class Producer<K = Bytes | null | undefined, V = Bytes | null | undefined> {
  readonly #cluster: Cluster
  readonly #accumulator: Accumulator
  readonly #sender: Sender
  readonly #transactions: Transactions | undefined
  readonly #settings: ProducerSettings
  /** Undefined without serdes: records are bytes then. */
  readonly #encoder: RecordEncoder<K, V> | undefined
  readonly #order = new SendOrder()
  readonly #tracing: Tracing | undefined
  #closing: Promise<void> | undefined
  #isClosed = false

  constructor(cluster: Cluster, options: ProducerOptions<K, V> = {}) {
    const settings = settingsOf(options)
    this.#cluster = cluster
    this.#encoder = encoderOf(options)
    this.#settings = settings
    const { instrumentation, clientId } = cluster.options
    if (instrumentation !== undefined) this.#tracing = new Tracing(instrumentation, { clientId })
    const { transactionalId } = settings
    this.#transactions =
      transactionalId === undefined
        ? undefined
        : new Transactions(cluster, { ...settings, transactionalId }, () => this.#sender.wake(-Infinity))
    this.#sender = new Sender(cluster, settings, {
      accumulator: () => this.#accumulator,
      transactions: this.#transactions,
    })
    this.#accumulator = new Accumulator(cluster, settings, this.#sender)
  }

  /**
   * Resolves when the record is acknowledged; many may be sent before the first is awaited, and those to one partition stay
   * in order. Rejects with a KafkaError once it has been tried for `deliveryTimeoutMs`, or cannot succeed. Nobody has to
   * await it: a failure that no one looks at is not reported elsewhere.
   */
  send(record: OutgoingRecord<K, V>): Promise<RecordMetadata> {
    return this.#send(record, this.#encoder)
  }
  /** The same for many, with one promise: it waits for all, and rejects with the first failure. */
  sendAll(records: readonly OutgoingRecord<K, V>[]): Promise<RecordMetadata[]> {
    return this.#sendAll(records, this.#encoder)
  }
  /**
   * Sends a record batch that was built already, compressed or not, as the consumer's `RecordBatch.bytes` are: records are
   * not looked into. Says where its first record went. Throws for bytes that are no such batch, or that hold records which
   * compaction has left gaps between.
   */
  sendBatch({ topic, partition, batch }: TopicPartition & { readonly batch: Uint8Array }): Promise<RecordMetadata> {
    const delivery = new Delivery()
    const refusal = this.#refusal()
    if (refusal !== undefined) delivery.fail(refusal)
    else {
      const bytes = builtBatch(batch, { transactional: this.#transactions !== undefined })
      this.#accumulator.addBatch({ topic, partition }, bytes, delivery)
    }
    return delivery
  }
  /** A topic with serdes of its own, which take the place of the producer's. */
  topic<TK = K, TV = V>(name: string, serdes: RecordSerializers<TK, TV>): TopicProducer<TK, TV> {
    const encoder = encoderOf(serdes)
    const placed = (record: TopicRecord<TK, TV>) => ({ ...record, topic: name }) as OutgoingRecord<TK, TV>
    return {
      name,
      send: record => this.#send(placed(record), encoder),
      sendAll: records => this.#sendAll(records.map(placed), encoder),
    }
  }
  /** Sends with another codec from now on. What waits goes out first, with the one that it was sent with. */
  async compressWith(compression: CompressionCodec): Promise<void> {
    if (compression === this.#settings.compression) return
    await this.flush()
    this.#settings.compression = compression
  }
  /**
   * Resolves when the buffer has taken all that was sent: who sends without awaiting each record awaits this. What is full
   * goes out meanwhile, lest the buffer be filled before anything is sent.
   */
  ready({ signal }: Abortable = {}): Promise<void> {
    const { settled } = this.#order
    const room = settled === undefined ? this.#room() : settled.then(() => this.#room())
    return signal === undefined ? room : abortable(room, signal)
  }
  #room(): Promise<void> {
    if (this.#accumulator.bufferedBytes < turnBytes) return this.#accumulator.room()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#cluster.options.clock.soon(resolve)
    return promise.then(() => this.#accumulator.room())
  }
  /** Sends what waits at once, and resolves when all that was sent before is acknowledged or has failed. */
  flush({ signal }: Abortable = {}): Promise<void> {
    return abortable(this.#flush(), signal)
  }
  async #flush(): Promise<void> {
    const flush = this.#sender.beginFlush()
    try {
      await this.#order.settled
      await this.#accumulator.room()
      const batches = [...this.#accumulator.active].flatMap(({ waiting, underWay }) => [...underWay, ...waiting])
      await Promise.all(batches.map(batch => batch.done()))
    } finally {
      flush.ended()
    }
  }
  /** Flushes for at most `timeoutMs`; what is not acknowledged then fails with CLOSED. */
  close({ timeoutMs = this.#settings.deliveryTimeoutMs } = {}): Promise<void> {
    this.#closing ??= this.#close(timeoutMs)
    return this.#closing
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  // Transactions, of a producer with a transactionalId

  /** From here on everything that is sent counts together, or not at all. */
  begin(): Promise<void> {
    return this.#ofTransactions().begin()
  }
  /** The offsets of a group count with the transaction: what was read is committed with what came of it. */
  async sendOffsets(offsets: OffsetsOfGroup): Promise<void> {
    await this.#ofTransactions().sendOffsets(offsets)
  }
  /**
   * Resolves when all that was sent is acknowledged and counts. If a send has failed it rejects with that failure, and
   * `abort` is what is left; PRODUCER_FENCED says that another producer has taken the place of this one.
   */
  async commit(): Promise<void> {
    const transactions = this.#ofTransactions()
    await this.flush()
    await transactions.end('commit')
  }
  /** Nothing of what was sent since `begin` counts. */
  async abort(): Promise<void> {
    const transactions = this.#ofTransactions()
    this.#sender.drop(new KafkaError('TRANSACTION_ABORTED'))
    await this.flush()
    await transactions.end('abort')
  }
  /**
   * Runs `work` in a transaction, and commits; if it throws, aborts, and throws the same.
   *
   *     await producer.transaction(async () => {
   *       await producer.send({ topic: 'totals', key, value })
   *       await producer.sendOffsets({ groupId: 'totals', offsets: [{ topic, partition, offset: offset + 1 }] })
   *     })
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.begin()
    let result: T
    try {
      result = await work()
      await this.flush()
    } catch (error) {
      await this.#abortAfter(error)
      throw error
    }
    try {
      await this.commit()
    } catch (error) {
      if (this.#transactions!.failure !== undefined) await this.#abortAfter(error)
      throw error
    }
    return result
  }
  /** The first error tells more than what an abort after it meets. */
  async #abortAfter(error: unknown): Promise<void> {
    try {
      await this.abort()
    } catch (later) {
      if (error instanceof Error && error.cause === undefined) error.cause = later
    }
  }
  #ofTransactions(): Transactions {
    if (this.#closing !== undefined) throw new KafkaError('CLOSED')
    if (this.#transactions !== undefined) return this.#transactions
    throw new KafkaError('INVALID_TXN_STATE', { message: 'Transactions need a producer with a transactionalId.' })
  }

  #send<TK, TV>(record: OutgoingRecord<TK, TV>, encoder: RecordEncoder<TK, TV> | undefined): Promise<RecordMetadata> {
    const delivery = new Delivery()
    if (this.#tracing === undefined) this.#encode(record, encoder, delivery, 0)
    else this.#encode(traced([record], this.#tracing, delivery)[0]!, encoder, delivery, 0)
    return delivery
  }
  #sendAll<TK, TV>(
    records: readonly OutgoingRecord<TK, TV>[],
    encoder: RecordEncoder<TK, TV> | undefined,
  ): Promise<RecordMetadata[]> {
    const delivery = new Deliveries(records.length)
    const sent = this.#tracing === undefined ? records : traced(records, this.#tracing, delivery.promise)
    for (let place = 0; place < sent.length; place++) this.#encode(sent[place]!, encoder, delivery, place)
    return delivery.promise
  }
  #encode<TK, TV>(
    record: OutgoingRecord<TK, TV>,
    encoder: RecordEncoder<TK, TV> | undefined,
    delivery: Addressee,
    place: number,
  ): void {
    if (this.#closing !== undefined) return delivery.fail(new KafkaError('CLOSED'))
    // Without serdes the types say that keys and values are bytes or text.
    if (encoder === undefined) return this.#give(record as OutgoingRecord, delivery, place)
    this.#order.run(
      encoder.prepare(record),
      () => this.#give(encoder.encode(record), delivery, place),
      error => delivery.fail(error),
    )
  }
  #give(record: OutgoingRecord, delivery: Addressee, place: number): void {
    const refusal = this.#refusal()
    if (refusal === undefined) this.#accumulator.add(record, delivery, place)
    else delivery.fail(refusal)
  }
  /** What waited for its serializer when the producer was closed is among what that flushes. */
  #refusal(): KafkaError | undefined {
    if (this.#isClosed) return new KafkaError('CLOSED')
    if (this.#transactions?.isOpen !== false) return undefined
    return new KafkaError('INVALID_TXN_STATE', { message: 'No transaction is open: begin one first.' })
  }
  async #close(timeoutMs: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = this.#cluster.options.clock.after(timeoutMs, resolve)
    await Promise.race([this.flush(), late])
    timer.cancel()
    this.#isClosed = true
    this.#sender.close(new KafkaError('CLOSED'))
    await this.#cluster.close()
  }
}

function encoderOf<K, V>(serializers: RecordSerializers<K, V>): RecordEncoder<K, V> | undefined {
  return serializers.key === undefined && serializers.value === undefined ? undefined : new RecordEncoder(serializers)
}

/** With a span for each, which ends with its fate. */
function traced<R extends OutgoingRecord<any, any>>(
  records: readonly R[],
  tracing: Tracing,
  fate: Promise<RecordMetadata | RecordMetadata[]>,
): R[] {
  const sent = records.map(record => tracing.send(record))
  fate.then(
    result => {
      for (const [place, { span }] of sent.entries())
        tracing.sent(span, Array.isArray(result) ? result[place]! : result)
    },
    (error: unknown) => {
      for (const { span } of sent) span.end({}, error)
    },
  )
  return sent.map(({ record }) => record)
}
