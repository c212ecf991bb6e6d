// The transactions of a producer (KIP-98, KIP-447; KIP-890 where the cluster has its version 2).
//
//             begin             send, sendOffsets              commit, abort
//   idle ──────────────▶ open ─────────────────────▶ open ─────────────────────▶ idle
//     (the first begin asks for the producer's id,     └─ a send fails ─▶ only abort is left
//      which fences whoever had the transactional id)
//
// With version 1 partitions are added before anything is sent to them. With version 2 they join by being written to, and
// every end of a transaction comes with the next epoch.

import { packageVersion } from '../../base/index.ts'
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  apiVersions,
  endTxn,
  errorName,
  initProducerId,
  txnOffsetCommit,
  type AnyApi,
  type DecodedResponseOf,
} from '../../protocol/index.ts'
import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster, DraftFor } from '../cluster.ts'
import { check, isStale, KafkaError } from '../errors.ts'
import type { ProducerId } from './partition-queue.ts'

export interface TransactionalOffset extends TopicPartition {
  /** The next record to be read. */
  readonly offset: number
  readonly leaderEpoch?: number
  readonly metadata?: string
}
/** Whose offsets they are. With the member the commit is refused once another has taken its partitions over (KIP-447). */
export interface OffsetsOfGroup {
  readonly groupId: string
  readonly member?: {
    readonly memberId: string
    readonly generation: number
    readonly groupInstanceId?: string | null
  }
  readonly offsets: readonly TransactionalOffset[]
}
export interface TransactionsOptions {
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
}

/** Above it, InitProducerId is about two-phase commit; AddPartitionsToTxn is for brokers. */
const initVersionMax = 5,
  addPartitionsVersionMax = 3

export class Transactions {
  readonly transactionalId: string
  readonly #timeoutMs: number
  readonly #cluster: Cluster
  /** Something that was waited for has come. */
  readonly #wake: () => void
  #version: 1 | 2 = 1
  #id: ProducerId | undefined
  #isOpen = false
  /** The coordinator knows of the transaction, or may. */
  #hasBegun = false
  /** Why the transaction can only be aborted. */
  #failure: unknown
  /** Another has taken the transactional id over: for good. */
  #fenced: KafkaError | undefined
  readonly #joined = new Set<string>()
  readonly #joining = new Map<string, TopicPartition>()
  #isAdding = false

  constructor(cluster: Cluster, { transactionalId, transactionTimeoutMs }: TransactionsOptions, wake: () => void) {
    this.transactionalId = transactionalId
    this.#timeoutMs = transactionTimeoutMs
    this.#cluster = cluster
    this.#wake = wake
  }
  get id(): ProducerId | undefined {
    return this.#id
  }
  get isOpen(): boolean {
    return this.#isOpen
  }
  get failure(): unknown {
    return this.#failure
  }
  /** Above it a produce request lets partitions join by themselves. */
  get produceVersionMax(): number {
    return this.#version === 2 ? Infinity : 11
  }
  /** A record will never be written, so what is left of the transaction must not be committed. */
  fail(error: unknown): void {
    if (this.#isOpen) this.#failure ??= error
  }

  async begin(): Promise<void> {
    if (this.#fenced) throw this.#fenced
    if (this.#isOpen) throw new KafkaError('INVALID_TXN_STATE', { message: 'A transaction is open already.' })
    if (this.#id === undefined) await this.#init(undefined)
    this.#isOpen = true
  }
  async #init(expected: ProducerId | undefined): Promise<void> {
    this.#version = await this.#versionOfCluster()
    const draft = { transactionalId: this.transactionalId, transactionTimeoutMs: this.#timeoutMs, ...expected }
    const { producerId, producerEpoch } = await this.#ask(
      initProducerId,
      draft,
      ({ errorCode }) => errorCode,
      initVersionMax,
    )
    this.#id = { producerId, producerEpoch }
  }
  async #versionOfCluster(): Promise<1 | 2> {
    const { finalizedFeatures } = await this.#cluster.retrying(() =>
      this.#cluster.askAny(apiVersions, { clientSoftwareName: 'millrace', clientSoftwareVersion: packageVersion() }),
    )
    const feature = finalizedFeatures.find(({ name }) => name === 'transaction.version')
    return (feature?.maxVersionLevel ?? 0) >= 2 ? 2 : 1
  }

  /** Whether a batch for the partition may be sent. If not, `wake` is called when that changes. */
  mayWrite(partition: TopicPartition): boolean {
    const key = keyOf(partition)
    if (this.#version === 1 && !this.#joined.has(key)) {
      this.#joining.set(key, partition)
      void this.#addJoining()
      return false
    }
    return true
  }
  wrote(): void {
    this.#hasBegun = true
  }
  async #addJoining(): Promise<void> {
    if (this.#isAdding) return
    this.#isAdding = true
    // Those that are wanted in this turn of the loop go together.
    await Promise.resolve()
    try {
      while (this.#joining.size > 0 && this.#failure === undefined) {
        const added = [...this.#joining]
        this.#joining.clear()
        await this.#addPartitions(added.map(([, partition]) => partition))
        for (const [key] of added) this.#joined.add(key)
      }
    } catch (error) {
      this.#joining.clear()
      this.fail(error)
    } finally {
      this.#isAdding = false
      this.#wake()
    }
  }
  async #addPartitions(partitions: readonly TopicPartition[]): Promise<void> {
    const byTopic = Map.groupBy(partitions, ({ topic }) => topic)
    const topics = [...byTopic].map(([name, list]) => ({ name, partitions: list.map(({ partition }) => partition) }))
    this.#hasBegun = true
    await this.#ask(
      addPartitionsToTxn,
      {
        v3AndBelowTransactionalId: this.transactionalId,
        v3AndBelowProducerId: this.#id!.producerId,
        v3AndBelowProducerEpoch: this.#id!.producerEpoch,
        v3AndBelowTopics: topics,
      },
      ({ resultsByTopicV3AndBelow: results }) =>
        results
          .flatMap(({ resultsByPartition }) => resultsByPartition)
          // One that is at fault has the others refused without an attempt.
          .map(({ partitionErrorCode }) => partitionErrorCode)
          .toSorted((one, other) => rank(one) - rank(other))[0] ?? 0,
      addPartitionsVersionMax,
    )
  }

  async sendOffsets({ groupId, member, offsets }: OffsetsOfGroup): Promise<void> {
    this.#mustBeOpen()
    if (offsets.length === 0) return
    const { transactionalId } = this,
      id = this.#id!
    try {
      this.#hasBegun = true
      if (this.#version === 1)
        await this.#ask(addOffsetsToTxn, { transactionalId, ...id, groupId }, ({ errorCode }) => errorCode)
      const byTopic = Map.groupBy(offsets, ({ topic }) => topic)
      const topics = [...byTopic].map(([name, list]) => ({
        name,
        partitions: list.map(({ partition, offset, leaderEpoch = -1, metadata = '' }) => ({
          partitionIndex: partition,
          committedOffset: offset,
          committedLeaderEpoch: leaderEpoch,
          committedMetadata: metadata,
        })),
      }))
      const { memberId = '', generation: generationId = -1, groupInstanceId = null } = member ?? {}
      const asMember = { memberId, generationId, groupInstanceId }
      await this.#ask(
        txnOffsetCommit,
        // Below version 3 a commit cannot say whose it is.
        version => ({
          transactionalId,
          groupId,
          ...id,
          topics,
          ...(version >= 3 || member ? asMember : { memberId: '' }),
        }),
        answer =>
          answer.topics.flatMap(({ partitions }) => partitions).find(({ errorCode }) => errorCode !== 0)?.errorCode ??
          0,
        this.#version === 2 ? Infinity : 4,
        groupId,
      )
    } catch (error) {
      this.fail(error)
      throw error
    }
  }

  /** What was sent has been acknowledged, or, where it aborts, will not be sent any more. */
  async end(result: 'commit' | 'abort'): Promise<void> {
    this.#mustBeOpen()
    const failure = this.#failure
    if (result === 'commit' && failure !== undefined) throw failure
    if (this.#hasBegun) await this.#end(result)
    this.#isOpen = this.#hasBegun = false
    this.#failure = undefined
    this.#joined.clear()
    // KIP-360: the numbers of records that were not written leave gaps, which only another epoch closes.
    if (failure !== undefined && this.#version === 1 && !this.#fenced) await this.#init(this.#id)
  }
  async #end(result: 'commit' | 'abort'): Promise<void> {
    const { transactionalId } = this,
      versionMax = this.#version === 2 ? Infinity : 4
    const draft = { transactionalId, ...this.#id!, committed: result === 'commit' }
    const { producerId, producerEpoch } = await this.#ask(endTxn, draft, ({ errorCode }) => errorCode, versionMax)
    if (this.#version === 2 && producerId >= 0) this.#id = { producerId, producerEpoch }
  }
  #mustBeOpen(): void {
    if (this.#fenced) throw this.#fenced
    if (!this.#isOpen)
      throw new KafkaError('INVALID_TXN_STATE', { message: 'No transaction is open: begin one first.' })
  }

  /** Asks the coordinator of the transactional id, or of a group, again and again as far as that may help. */
  async #ask<A extends AnyApi>(
    api: A,
    draft: DraftFor<A>,
    errorCodeOf: (answer: DecodedResponseOf<A>) => number,
    versionMax = Infinity,
    groupId?: string,
  ): Promise<DecodedResponseOf<A>> {
    const [key, kind] =
      groupId === undefined ? ([this.transactionalId, 'transaction'] as const) : ([groupId, 'group'] as const)
    const context = `${api.name} of transactional id '${this.transactionalId}'`
    try {
      return await this.#cluster.retrying(
        async () => {
          const coordinator = await this.#cluster.coordinator(key, kind)
          const options = versionMax === Infinity ? {} : { versionMax }
          const answer = await this.#cluster.ask(coordinator, 'coordinator', api, draft, options)
          check(errorCodeOf(answer), { context })
          return answer
        },
        { before: error => (isStale(error) ? this.#cluster.forgetCoordinator(key, kind) : undefined) },
      )
    } catch (error) {
      if (error instanceof KafkaError && fencing.has(error.code)) this.#fenced = error
      // KIP-890: the coordinator says that aborting is what is left.
      if (error instanceof KafkaError && error.code === 'TRANSACTION_ABORTABLE') this.fail(error)
      throw error
    }
  }
}
const fencing = new Set<string>(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_ID_MAPPING'])

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`
/** The error that explains the others first. */
function rank(errorCode: number): number {
  if (errorCode === 0) return 2
  return errorName(errorCode) === 'OPERATION_NOT_ATTEMPTED' ? 1 : 0
}
