// The consumer: reads the partitions that it was assigned, by hand or by its group, in batches or record by record.
//
//   await using consumer = client.consumer({ groupId: 'billing' })
//   consumer.subscribe('orders')
//   for await (const record of consumer) await bill(record)
//
// Commit rule: with `poll`, all that was given may be committed at once, so commit when it has been dealt with. With
// `for await`, a record may be committed once the next one is asked for; automatic commits go by it.

import { abortable, type Abortable } from '../abort.ts'
import type { CommittedOffset } from '../admin/groups.ts'
import { offsetsAt, type OffsetAt, type OffsetSpec } from '../admin/records.ts'
import { alarm } from '../alarm.ts'
import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster } from '../cluster.ts'
import { KafkaError } from '../errors.ts'
import { noMember } from '../membership/membership.ts'
import type { OffsetsOfGroup } from '../producer/transactions.ts'
import type { ConsumedRecord } from '../record.ts'
import { RecordDecoder } from '../serdes/record-decoder.ts'
import { ConsumerMetrics, type Lagging } from '../telemetry/client-metrics.ts'
import { Tracing } from '../telemetry/instrumentation.ts'
import { Assignment, type PartitionState } from './assignment.ts'
import { Commits } from './commits.ts'
import { batchesOf, type BatchSource } from './each-batch.ts'
import { Fetcher, type FetcherEvents } from './fetcher.ts'
import { GroupOffsets } from './group-offsets.ts'
import { GroupSession } from './group-session.ts'
import { invalid, settingsOf, type ConsumerOptions, type ConsumerSettings } from './options.ts'
import { Positions } from './positions.ts'
import type { RecordBatch } from './record-batch.ts'
import { RecordStream } from './record-stream.ts'
import { Shelf } from './shelf.ts'

/** Who reads what has been fetched already lets others have a turn at least this often: what decompresses needs it too. */
const turnMs = 20

export interface PollOptions {
  /** How long to wait where there is nothing yet. Hooks are waited for in any case. */
  readonly maxWaitMs?: number
  /** Ends the waiting, with its reason. */
  readonly signal?: AbortSignal
}
const maxWaitMsDefault = 1_000

export class Consumer<K = Buffer | null, V = Buffer | null> implements AsyncIterable<ConsumedRecord<K, V>> {
  readonly #cluster: Cluster
  readonly #settings: ConsumerSettings
  /** Undefined without serdes: records are bytes then. */
  readonly #decoder: RecordDecoder<K, V> | undefined
  readonly #assignment = new Assignment()
  readonly #shelf = new Shelf(this.#assignment)
  readonly #commits: Commits
  readonly #positions: Positions
  readonly #fetcher: Fetcher
  readonly #events: FetcherEvents
  readonly #tracing: Tracing | undefined
  readonly #source: BatchSource<K, V>
  #session: GroupSession | undefined
  #turnAt: number
  #failure: { readonly error: unknown } | undefined
  #hasNews = false
  #tellNews: () => void = () => {}
  #isPolling = false
  #closing: Promise<void> | undefined

  constructor(cluster: Cluster, options: ConsumerOptions<K, V> = {}) {
    this.#cluster = cluster
    this.#settings = settingsOf(options)
    const { metrics, instrumentation, clientId } = cluster.options
    const labels = { clientId, groupId: this.#settings.groupId }
    if (instrumentation !== undefined) this.#tracing = new Tracing(instrumentation, labels)
    this.#decoder = options.key === undefined && options.value === undefined ? undefined : new RecordDecoder(options)
    this.#events = {
      metrics: metrics === undefined ? undefined : new ConsumerMetrics(metrics, labels, () => this.#lags()),
      arrived: () => this.#news(),
      failed: error => {
        this.#failure ??= { error }
        this.#news()
      },
    }
    const { groupId, isolation } = this.#settings
    const requireStable = isolation === 'read_committed'
    const offsets =
      groupId === undefined
        ? undefined
        : new GroupOffsets(cluster, { groupId, requireStable }, () => this.#session?.identity ?? noMember)
    this.#commits = new Commits(
      cluster,
      this.#settings,
      this.#assignment,
      offsets,
      () => this.#session,
      this.#events.metrics,
    )
    this.#positions = new Positions(cluster, this.#settings, this.#assignment, offsets, this.#events)
    this.#fetcher = new Fetcher(cluster, this.#settings, this.#assignment, this.#events)
    this.#turnAt = cluster.options.clock.monotonic()
    this.#source = {
      isClosing: () => this.#closing !== undefined,
      poll: signal => this.#poll(signal === undefined ? {} : { signal }),
      stateOf: batch => this.#assignment.get(batch),
      putBack: (batches, given) => this.#shelf.putBack(batches, given),
    }
  }

  /** Reads these topics as a member of its group, which it joins with the next poll. */
  subscribe(topics: string | RegExp | readonly (string | RegExp)[]): void {
    const { groupId } = this.#settings
    if (groupId === undefined) throw invalid('subscribe needs a groupId; assign reads without a group')
    if (this.#session !== undefined) return this.#session.subscribe([topics].flat())
    if (this.#assignment.size > 0) throw invalid('a consumer has its partitions by assign or by subscribe, not both')
    const settings = { ...this.#settings, groupId }
    this.#session = new GroupSession(this.#cluster, settings, this.#assignment, [topics].flat(), {
      ...this.#events,
      commit: async partitions => {
        if (settings.autoCommit) await this.#commits.commitQuietly(partitions)
      },
    })
  }
  /** Reads these partitions, and no others, from the offset, or else from where the group has committed, or as `offsetReset` says. */
  assign(partitions: readonly (TopicPartition & { readonly offset?: number | 'earliest' | 'latest' })[]): void {
    if (this.#session !== undefined) throw invalid('a consumer has its partitions by assign or by subscribe, not both')
    this.#assignment.clear()
    for (const { topic, partition, offset } of partitions)
      this.#assignment.add(
        { topic, partition },
        offset ?? (this.#settings.groupId === undefined ? 'reset' : 'committed'),
      )
    this.#news()
  }
  get assignment(): readonly TopicPartition[] {
    return this.#assignment.partitions
  }
  /**
   * Which member of its group it is: what `producer.sendOffsets` tells, so that the offsets of one who has lost its
   * partitions are refused (KIP-447). Throws UNKNOWN_MEMBER_ID while it is none: what it read is another's to commit.
   */
  get member(): NonNullable<OffsetsOfGroup['member']> {
    const identity = this.#session?.identity ?? noMember
    // Without a member the coordinator would take the offsets, whoever has the partitions by now.
    if (identity.generation < 0) throw new KafkaError('UNKNOWN_MEMBER_ID')
    const { memberId, generation, groupInstanceId } = identity
    return { memberId, generation, groupInstanceId }
  }

  /**
   * What has come, a batch a list entry: at least one, or none after `maxWaitMs`. One poll at a time. The batches are good
   * until the next one.
   */
  async poll(options: PollOptions = {}): Promise<RecordBatch<K, V>[]> {
    const batches = await this.#poll(options)
    this.#shelf.allRead(batches)
    return batches
  }
  /** The same as a list of records, in the order of each partition. They may be kept. */
  async pollRecords(options: PollOptions = {}): Promise<ConsumedRecord<K, V>[]> {
    return (await this.poll(options)).flatMap(batch => batch.records())
  }
  /** Batch after batch, until the consumer is closed. One may be committed once the next is asked for, and is good until then. */
  batches({ signal }: Abortable = {}): AsyncGenerator<RecordBatch<K, V>, void, undefined> {
    return batchesOf(this.#source, signal)
  }
  /** The records of all partitions, one by one, until the consumer is closed. */
  records({ signal }: Abortable = {}): AsyncGenerator<ConsumedRecord<K, V>, void, undefined> {
    return new RecordStream(this.#source, this.#tracing, signal)
  }
  [Symbol.asyncIterator](): AsyncGenerator<ConsumedRecord<K, V>, void, undefined> {
    return this.records()
  }

  /** Goes on at another place in a partition. */
  seek({ topic, partition, offset }: TopicPartition & { readonly offset: number | 'earliest' | 'latest' }): void {
    this.#assigned({ topic, partition }).beginAt(offset)
    this.#news()
  }
  /** Gives nothing of these partitions until `resume`. */
  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#assigned(partition).paused = true
  }
  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#assigned(partition).paused = false
    this.#news()
  }
  get paused(): readonly TopicPartition[] {
    return [...this.#assignment].filter(({ paused }) => paused).map(({ topic, partition }) => ({ topic, partition }))
  }
  /** The offset of the record that is given next; undefined while that is being looked up, or for what is not assigned. */
  position(partition: TopicPartition): number | undefined {
    return this.#assignment.get(partition)?.position
  }
  /** The end of the partition, as the last fetch told. */
  highWatermark(partition: TopicPartition): number | undefined {
    return this.#assignment.get(partition)?.highWatermark
  }
  /** How many offsets lie between the position and the end that may be read, as of the last fetch; undefined before it. */
  lag(partition: TopicPartition): number | undefined {
    const state = this.#assignment.get(partition)
    return state === undefined ? undefined : this.#lagOf(state)
  }
  #lagOf({ position, highWatermark, lastStableOffset }: PartitionState): number | undefined {
    const end = this.#settings.isolation === 'read_committed' ? lastStableOffset : highWatermark
    return position === undefined || end === undefined ? undefined : Math.max(0, end - position)
  }
  #lags(): Lagging[] {
    return [...this.#assignment].map(state => {
      const { topic, partition } = state
      return { topic, partition, lag: this.#lagOf(state) ?? 0 }
    })
  }
  /** Whether all that was there at the last fetch has been given. */
  atEnd(): boolean {
    return [...this.#assignment].every(state => this.#lagOf(state) === 0)
  }
  /** The first records at or after a time, or the ends of the logs. */
  offsets(partitions: readonly TopicPartition[], at: OffsetSpec, { signal }: Abortable = {}): Promise<OffsetAt[]> {
    return abortable(offsetsAt(this.#cluster, partitions, at, this.#settings.isolation), signal)
  }

  /** Stores these offsets for the group, or those up to which everything was read. */
  commit(offsets?: readonly CommittedOffset[], { signal }: Abortable = {}): Promise<void> {
    return abortable(this.#commits.commit(offsets), signal)
  }
  /** What the group has stored of these partitions; those without an offset are left out. */
  async committed(partitions: readonly TopicPartition[], { signal }: Abortable = {}): Promise<CommittedOffset[]> {
    return abortable(this.#commits.stored.fetch(partitions), signal)
  }

  /** Commits if that is automatic, leaves the group (a static member does not), and ends what is waiting in `poll`. */
  close({ timeoutMs = 10_000 } = {}): Promise<void> {
    this.#closing ??= this.#close(timeoutMs)
    return this.#closing
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #poll(options: PollOptions): Promise<RecordBatch<K, V>[]> {
    if (this.#isPolling) throw invalid('another poll of this consumer is under way')
    if (this.#closing !== undefined) throw new KafkaError('CLOSED')
    this.#isPolling = true
    this.#session?.pollBegins()
    const startedAt = this.#tracing === undefined ? 0 : this.#cluster.options.clock.now()
    try {
      const batches = await this.#decodable(await this.#next(options))
      if (this.#events.metrics !== undefined || this.#tracing !== undefined) this.#tell(batches, startedAt)
      return batches
    } finally {
      this.#session?.pollEnds()
      this.#isPolling = false
    }
  }
  /** With serdes, what they wait for is there; what cannot be read is known, where it is to be left out. */
  async #decodable(fetched: RecordBatch[]): Promise<RecordBatch<K, V>[]> {
    // Without serdes, K and V are what the bytes are; with them, the decoder makes it so.
    const batches = fetched as RecordBatch<unknown, unknown>[] as RecordBatch<K, V>[]
    if (this.#decoder === undefined || batches.length === 0) return batches
    for (const batch of batches) batch.decoder = this.#decoder
    try {
      await this.#decoder.prepare(batches)
    } catch (error) {
      this.#shelf.putBack(batches, 0)
      throw error
    }
    return batches
  }
  #tell(batches: readonly RecordBatch<K, V>[], startedAt: number): void {
    const count = batches.reduce((sum, batch) => sum + batch.count, 0)
    this.#events.metrics?.given(count)
    if (count > 0) this.#tracing?.polled(count, startedAt)
  }
  async #next({ maxWaitMs = maxWaitMsDefault, signal }: PollOptions): Promise<RecordBatch[]> {
    const { clock } = this.#cluster.options
    const session = this.#session
    let now = clock.monotonic()
    const deadline = now + maxWaitMs
    this.#shelf.takeBack()
    if (this.#settings.autoCommit) this.#commits.fromTimeToTime(now)
    for (;;) {
      this.#hasNews = false
      signal?.throwIfAborted()
      if (this.#closing !== undefined) return []
      const lookAgain = session?.lookAfter(now) ?? Infinity
      this.#throwFailure()
      const batches = session?.isRebalancing === true ? [] : this.#shelf.take(this.#settings.pollRecordsMax)
      this.#positions.ensure()
      const fetchAgain = this.#fetcher.send()
      if (batches.length > 0) {
        if (now - this.#turnAt > turnMs) await this.#turn()
        return batches
      }
      const isInHook = session?.isInHook === true
      if (now >= deadline && !isInHook) return []
      const until = Math.min(isInHook ? Infinity : deadline, lookAgain, fetchAgain)
      await this.#untilNews(Math.min(until - now, maxWaitMsDefault), signal)
      now = this.#turnAt = clock.monotonic()
    }
  }
  #turn(): Promise<void> {
    const { clock } = this.#cluster.options
    return new Promise(resolve =>
      clock.soon(() => {
        this.#turnAt = clock.monotonic()
        resolve()
      }),
    )
  }

  #assigned(partition: TopicPartition): PartitionState {
    const state = this.#assignment.get(partition)
    if (state === undefined) throw invalid(`${partition.topic}-${partition.partition} is not assigned to this consumer`)
    return state
  }

  #throwFailure(): void {
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure.error
  }
  #news(): void {
    this.#hasNews = true
    this.#tellNews()
  }
  async #untilNews(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#hasNews) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#tellNews = resolve
    const timer = alarm(this.#cluster.options.clock, Math.max(0, ms), resolve)
    const stop = () => resolve()
    signal?.addEventListener('abort', stop, { once: true })
    await promise
    timer.cancel()
    signal?.removeEventListener('abort', stop)
  }

  async #close(timeoutMs: number): Promise<void> {
    this.#news()
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = this.#cluster.options.clock.after(timeoutMs, resolve)
    await Promise.race([this.#leave(), late])
    timer.cancel()
    this.#session?.stop()
    await this.#fetcher.close()
    await this.#cluster.close()
  }
  async #leave(): Promise<void> {
    await this.#commits.settled()
    if (this.#session !== undefined) await this.#session.leave()
    else if (this.#settings.autoCommit) await this.#commits.commitQuietly(this.#assignment.partitions)
  }
}
