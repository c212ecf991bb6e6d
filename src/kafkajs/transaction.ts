// kafkajs's transactions: one at a time, each with a face of its own that is useless once it has ended.

import type { Producer as ClientProducer } from '../client/index.ts'
import type { CommittedElsewhere } from './committed-elsewhere.ts'
import { codecOf } from './compression.ts'
import { errorOf } from './error-of.ts'
import { KafkaJSNonRetriableError } from './errors.ts'
import { offsetOf } from './offsets.ts'
import type { Senders } from './producer.ts'
import type { Offsets, ProducerBatch, ProducerRecord } from './types/common.ts'
import type { Transaction } from './types/producer.ts'

export class TransactionGate {
  readonly #senders: Senders
  readonly #transactionalId: string | undefined
  readonly #committedElsewhere: CommittedElsewhere
  #isOpen = false

  constructor(senders: Senders, transactionalId: string | undefined, committedElsewhere: CommittedElsewhere) {
    this.#senders = senders
    this.#transactionalId = transactionalId
    this.#committedElsewhere = committedElsewhere
  }

  async begin(): Promise<Transaction> {
    if (!this.#transactionalId)
      throw new KafkaJSNonRetriableError('Must provide transactional id for transactional producer')
    if (this.#isOpen)
      throw new KafkaJSNonRetriableError(
        'There is already an ongoing transaction for this producer. Please end the transaction before beginning another.',
      )
    this.#isOpen = true
    try {
      const producer = this.#senders.producer({ transactionalId: this.#transactionalId })
      await producer.begin()
      return this.#transaction(producer)
    } catch (error) {
      this.#isOpen = false
      throw errorOf(error)
    }
  }

  #transaction(producer: ClientProducer): Transaction {
    let hasEnded = false
    const guarded =
      <Args extends unknown[], T>(run: (...args: Args) => Promise<T>) =>
      async (...args: Args): Promise<T> => {
        if (hasEnded) throw new KafkaJSNonRetriableError('Cannot continue to use transaction once ended')
        try {
          return await run(...args)
        } catch (error) {
          throw errorOf(error)
        }
      }
    const ending = (end: () => Promise<void>) =>
      guarded(async () => {
        await end()
        hasEnded = true
        this.#isOpen = false
      })
    return {
      sendBatch: guarded((batch: ProducerBatch) => this.#send(producer, batch)),
      send: guarded(({ topic, messages, ...options }: ProducerRecord) =>
        this.#send(producer, { ...options, topicMessages: [{ topic, messages }] }),
      ),
      sendOffsets: guarded(offsets => this.#sendOffsets(producer, offsets)),
      commit: ending(() => producer.commit()),
      abort: ending(() => producer.abort()),
      isActive: () => !hasEnded,
    }
  }
  async #send(producer: ClientProducer, batch: ProducerBatch) {
    await producer.compressWith(codecOf(batch.compression))
    return this.#senders.send(batch, producer)
  }
  async #sendOffsets(
    producer: ClientProducer,
    { consumerGroupId, topics }: Offsets & { consumerGroupId: string },
  ): Promise<void> {
    const offsets = topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => ({ topic, partition, offset: offsetOf(offset) })),
    )
    await producer.sendOffsets({ groupId: consumerGroupId, offsets })
    this.#committedElsewhere.tell(consumerGroupId, topics)
  }
}
