// The coordinator of transactions as the broker sees it: requests in, answers out, each by the partition of
// __transaction_state that its transactional id belongs to. What a transaction is and does stands in transactions.ts.

import type { Clock, Logger, Timer } from '../../base/index.ts'
import { partitionCounts, type PartitionCounts } from '../group-overview.ts'
import type { Outside, Refusal, To } from '../machine.ts'
import { partitionFor } from '../partition-for.ts'
import { Shard, type CoordinatorLog } from '../shard.ts'
import { Unanswered } from '../unanswered.ts'
import { verified } from './add-partitions.ts'
import { isInTransition } from './decision.ts'
import { TransactionFormat } from './format.ts'
import type {
  Answers,
  ProducerAnswer,
  ProducerIdAndEpoch,
  TransactionEffect,
  TransactionRequest,
  TransactionTypes,
  VerifyAnswer,
} from './requests.ts'
import type { Transaction, TransactionPartitions } from './transaction.ts'
import { transactionMachine, type TransactionConfig } from './transactions.ts'

/** The markers of one transaction, until every partition has taken its own. */
export interface MarkersToWrite {
  readonly transactionalId: string
  readonly transaction: Transaction
  /** By which partitions tell a coordinator from one that came before it. */
  readonly coordinatorEpoch: number
  /** Aborted when the transactional id is another broker's. */
  readonly signal: AbortSignal
}
export interface TransactionCoordinatorOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly config: TransactionConfig
  /** How many partitions __transaction_state has, or will have. */
  readonly partitionCount: () => number
  /** Unique for ever. Undefined: none is to be had now, on a full disk, say. */
  readonly producerId: () => Promise<number | undefined>
  /** Resolves when all markers are written; rejects when the signal is aborted. */
  readonly writeMarkers: (markers: MarkersToWrite) => Promise<void>
}
interface Led {
  readonly shard: Shard<TransactionTypes>
  readonly coordinatorEpoch: number
  readonly resignation: AbortController
  /** Transactions whose markers are being written: transactional id → producer id and epoch. */
  readonly writing: Map<string, string>
  /** Requests that wait for something to be committed. */
  readonly waiting: Set<() => void>
}
/** Producers come again, as Kafka has them do. */
const noProducerIdNow: Refusal = { error: 'COORDINATOR_LOAD_IN_PROGRESS' }
type WithoutTo<R> = R extends { readonly to: To } ? Omit<R, 'to'> : never
export type Question<Is extends keyof Answers> = WithoutTo<Extract<TransactionRequest, { is: Is }>>

export class TransactionCoordinator {
  readonly config: TransactionConfig
  readonly #options: TransactionCoordinatorOptions
  readonly #led = new Map<number, Led>()
  readonly #unanswered = new Unanswered<Answers[keyof Answers] | Refusal>()
  #cleaning: Timer | undefined

  constructor(options: TransactionCoordinatorOptions) {
    this.config = options.config
    this.#options = options
  }

  partitionFor(transactionalId: string): number {
    return partitionFor(transactionalId, this.#options.partitionCount())
  }

  /** This broker leads the partition from now on: its transactions are loaded, and then served. */
  async lead(partition: number, log: CoordinatorLog, coordinatorEpoch: number): Promise<void> {
    this.resign(partition)
    const { clock, logger } = this.#options
    const led: Led = {
      coordinatorEpoch,
      resignation: new AbortController(),
      writing: new Map(),
      waiting: new Set(),
      shard: new Shard({
        partition,
        log,
        machine: transactionMachine(this.config),
        format: new TransactionFormat(),
        clock,
        logger,
        outside: this.#outside(effect => this.#perform(led, effect)),
      }),
    }
    this.#led.set(partition, led)
    this.#cleaning ??= this.#cleanLater()
    await led.shard.load()
  }
  /** Another broker leads it now, or none. */
  resign(partition: number): void {
    const led = this.#led.get(partition)
    this.#led.delete(partition)
    led?.resignation.abort()
    led?.shard.resign()
    for (const wake of led?.waiting ?? []) wake()
  }
  /** The partition keeps everything before this offset. */
  committed(partition: number, highWatermark: number): void {
    const led = this.#led.get(partition)
    led?.shard.runtime.committed(highWatermark)
    for (const wake of led?.waiting ?? []) wake()
  }
  /** The partition has lost what it held from this offset on. */
  lost(partition: number, fromOffset: number): void {
    this.#led.get(partition)?.shard.runtime.lost(fromOffset)
  }
  partitionCounts(): PartitionCounts {
    return partitionCounts([...this.#led.values()].map(({ shard }) => shard.runtime))
  }
  close(): void {
    this.#cleaning?.cancel()
    for (const partition of this.#led.keys()) this.resign(partition)
  }
  #cleanLater(): Timer {
    return this.#options.clock.after(this.config.expirationCheckIntervalMs, () => {
      for (const { shard } of this.#led.values())
        for (const key of shard.keys()) shard.runtime.happen({ is: 'expire', key })
      this.#cleaning = this.#cleanLater()
    })
  }

  /** Asks the machine of the id's partition. */
  ask<Is extends keyof Answers>(question: Question<Is>): Promise<Answers[Is] | Refusal> {
    const { key } = question as { readonly key: string }
    return this.#askShard(this.#led.get(this.partitionFor(key))?.shard, question)
  }
  /** Asks the machines of all partitions that are led here. */
  askAll<Is extends keyof Answers>(question: Question<Is>): Promise<(Answers[Is] | Refusal)[]> {
    return Promise.all([...this.#led.values()].map(({ shard }) => this.#askShard(shard, question)))
  }
  /**
   * Asks again while a transition is under way, for as long as the configuration says. The end of the transaction before
   * is what a busy producer meets all the time, and it takes milliseconds, where clients that are told to come again
   * wait for much longer.
   */
  async askPatiently<Is extends 'initProducerId' | 'addPartitions' | 'endTransaction'>(
    question: Question<Is>,
  ): Promise<Answers[Is] | Refusal> {
    const { clock } = this.#options,
      until = clock.monotonic() + this.config.transitionWaitMsMax,
      { key } = question as { readonly key: string }
    for (;;) {
      const answer = await this.ask<Is>(question)
      const leftMs = until - clock.monotonic(),
        led = this.#led.get(this.partitionFor(key))
      if (answer.error !== 'CONCURRENT_TRANSACTIONS' || led === undefined || leftMs <= 0) return answer
      // The answer, too, has waited for a commit, and may have waited for the very one.
      if (isInTransition(led.shard.runtime.state, key)) await this.#somethingCommitted(led, leftMs)
    }
  }
  #somethingCommitted({ waiting }: Led, atMostMs: number): Promise<void> {
    return new Promise(resolve => {
      const wake = () => {
        waiting.delete(wake)
        timer.cancel()
        resolve()
      }
      const timer = this.#options.clock.after(atMostMs, wake)
      waiting.add(wake)
    })
  }
  /** Asks, and once more with a fresh producer id where the machine wants one. */
  async askForProducer<Is extends 'initProducerId' | 'endTransaction'>(
    question: Question<Is>,
  ): Promise<ProducerAnswer | Refusal> {
    const answer = await this.askPatiently<Is>(question)
    if (!('wantsProducerId' in answer)) return answer
    const freshProducerId = await this.#options.producerId()
    if (freshProducerId === undefined) return noProducerIdNow
    const again = await this.askPatiently<Is>({ ...question, freshProducerId })
    return 'wantsProducerId' in again ? { error: 'COORDINATOR_NOT_AVAILABLE' } : again
  }
  /**
   * Whether the partitions are in the transaction, without waiting; undefined where that cannot be said at once, since
   * the id is not coordinated here or is being changed.
   */
  verifyNow(
    request: ProducerIdAndEpoch & { readonly key: string; readonly partitions: TransactionPartitions },
  ): VerifyAnswer | undefined {
    const runtime = this.#led.get(this.partitionFor(request.key))?.shard.runtime
    if (!runtime?.isLeading || runtime.state.uncommitted(request.key)) return undefined
    return verified(runtime.state.durable, request)
  }
  #askShard<Is extends keyof Answers>(
    shard: Shard<TransactionTypes> | undefined,
    question: Question<Is>,
  ): Promise<Answers[Is] | Refusal> {
    if (shard === undefined) return Promise.resolve({ error: 'NOT_COORDINATOR' })
    // The machine answers a question in its own kind.
    return this.#unanswered.ask(to =>
      shard.runtime.take({ ...question, to } as unknown as TransactionRequest),
    ) as Promise<Answers[Is] | Refusal>
  }

  #outside(perform: (effect: TransactionEffect) => void): Outside<TransactionTypes> {
    return {
      perform,
      answer: (to, response) => this.#unanswered.answer(to, response),
    }
  }
  #perform(led: Led, effect: TransactionEffect): void {
    const { logger, producerId } = this.#options
    switch (effect.is) {
      case 'told':
        return logger.info(effect.event, { transactionalId: effect.transactionalId, ...effect.fields })
      case 'wantProducerId':
        return void producerId()
          .then(freshProducerId => {
            if (freshProducerId === undefined) throw new Error('none is to be had now')
            led.shard.runtime.happen({ ...effect.event, freshProducerId })
          })
          .catch((error: unknown) => logger.error('no producer id for a transaction', { error: String(error) }))
      case 'writeMarkers':
        return void this.#writeMarkers(led, effect).catch((error: unknown) => {
          if (!led.resignation.signal.aborted)
            logger.error('markers could not be written', { id: effect.transactionalId, error: String(error) })
        })
    }
  }
  async #writeMarkers(led: Led, effect: TransactionEffect & { readonly is: 'writeMarkers' }): Promise<void> {
    const { transactionalId, transaction } = effect
    const { producerId, producerEpoch } = transaction
    const producer = `${producerId} ${producerEpoch}`
    if (led.writing.get(transactionalId) === producer) return
    led.writing.set(transactionalId, producer)
    const { coordinatorEpoch, resignation } = led
    try {
      await this.#options.writeMarkers({ transactionalId, transaction, coordinatorEpoch, signal: resignation.signal })
    } finally {
      if (led.writing.get(transactionalId) === producer) led.writing.delete(transactionalId)
    }
    led.shard.runtime.happen({ is: 'markersWritten', key: transactionalId, producerId, producerEpoch })
  }
}
