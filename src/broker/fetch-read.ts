// One pass over the partitions that a fetch is about: what each has to give at this moment.

import { errorCode, noBytes, type ErrorName, type fetch, type RequestOf, type ResponseOf } from '../protocol/index.ts'
import { storageError, type LogRead, type PartitionLog } from '../storage/index.ts'
import type { BrokerContext } from './context.ts'
import { leaderHint } from './leader-hints.ts'
import type { FetchLimit, Partition } from './partition.ts'

type FetchRequest = RequestOf<typeof fetch>
type PartitionResponse = NonNullable<NonNullable<ResponseOf<typeof fetch>['responses']>[number]>['partitions'][number]

/** What a request, or its session, says of one partition. The topic goes by its name below version 13, then by its id. */
export interface FetchTarget {
  readonly topic: string
  readonly topicId: string
  readonly index: number
  readonly currentLeaderEpoch: number
  readonly fetchOffset: number
  readonly lastFetchedEpoch: number
  readonly logStartOffset: number
  readonly maxBytes: number
}
export interface PartitionData {
  readonly topic: string
  readonly topicId: string
  /** Undefined where this broker cannot serve it. */
  readonly partition: Partition | undefined
  /** There is something to tell that must not wait: an error, a diverging epoch. */
  readonly isUrgent: boolean
  /** There is a batch, and it is larger than what was left to be given. */
  readonly isTooLarge: boolean
  /** Something is given, and what follows on it was larger than what was left. */
  readonly isCutShort: boolean
  readonly response: PartitionResponse & {
    readonly records: Uint8Array
    readonly highWatermark: number
    readonly logStartOffset: number
  }
  /** The first offset after the records, or after a gap that ends where reading may. */
  readonly nextOffset: number
  /** To be called once the records have been sent, or are not sent. */
  readonly release: () => void
}
export interface FetchReading {
  readonly data: readonly PartitionData[]
  readonly sizeBytes: number
  readonly isUrgent: boolean
  /** A partition has more to give than was taken: nothing need be waited for. */
  readonly isCutShort: boolean
}
export interface ReadOptions {
  readonly version: number
  readonly maxBytes: number
  /** The broker that asks, or a negative number for a consumer. */
  readonly replicaId: number
  /** Whether whoever asks may read the topic of this name. */
  readonly mayRead: (topic: string) => boolean
  readonly isolation: 'readUncommitted' | 'readCommitted'
}

export function targetsOf({ topics }: FetchRequest): FetchTarget[] {
  return topics.flatMap(({ topic, topicId, partitions }) =>
    partitions.map(
      ({ partition, currentLeaderEpoch, fetchOffset, lastFetchedEpoch, logStartOffset, partitionMaxBytes }) => ({
        topic,
        topicId,
        index: partition,
        currentLeaderEpoch,
        fetchOffset,
        lastFetchedEpoch,
        logStartOffset,
        maxBytes: partitionMaxBytes,
      }),
    ),
  )
}
export function limitOf({ replicaId, isolation }: Pick<ReadOptions, 'replicaId' | 'isolation'>): FetchLimit {
  return replicaId >= 0 ? 'endOffset' : isolation === 'readCommitted' ? 'lastStableOffset' : 'highWatermark'
}

/**
 * Has what lies in files read before it is asked for, so that no device holds up the loop. Undefined: nothing need be
 * waited for.
 */
export function prepareAll(
  context: BrokerContext,
  targets: readonly FetchTarget[],
  options: ReadOptions,
): Promise<unknown> | undefined {
  if (!context.logDirectory.hasSlowReads) return undefined
  const limit = limitOf(options),
    arriving: Promise<void>[] = []
  let bytesLeft = Math.min(options.maxBytes, context.answerMemory.bytesLeft)
  for (const target of targets) {
    const partition = find(context, target, options.version).partition
    if (typeof partition === 'string' || !options.mayRead(partition.topic)) continue
    const maxBytes = Math.max(0, Math.min(target.maxBytes, bytesLeft))
    const arrival = partition.prepareRead(target.fetchOffset, { maxBytes, minOneBatch: arriving.length === 0, limit })
    if (arrival === undefined) continue
    arriving.push(arrival)
    bytesLeft -= maxBytes
    if (bytesLeft <= 0) break
  }
  return arriving.length === 0 ? undefined : Promise.all(arriving)
}
function find({ partitions }: BrokerContext, target: FetchTarget, version: number) {
  const topic = version >= 13 ? partitions.byId(target.topicId) : partitions.byName(target.topic)
  return { name: topic.name, partition: topic.find(target.index) }
}

export function readAll(context: BrokerContext, targets: readonly FetchTarget[], options: ReadOptions): FetchReading {
  let bytesLeft = Math.min(options.maxBytes, context.answerMemory.bytesLeft)
  let sizeBytes = 0
  let isUrgent = false,
    isCutShort = false
  const limit = limitOf(options)
  const data = targets.map(target => {
    const one = readOne(context, target, options, { bytesLeft, isFirst: sizeBytes === 0 }),
      oneBytes = one.response.records.length
    sizeBytes += oneBytes
    // Full: an answer of many partitions would else look into the file of each. As for Kafka, one whose first batch does
    // not fit leaves its room to those behind it.
    bytesLeft = one.isCutShort && bytesLeft < target.maxBytes ? 0 : bytesLeft - oneBytes
    isUrgent ||= one.isUrgent
    isCutShort ||= one.isTooLarge || (oneBytes > 0 && one.nextOffset < one.partition!.fetchEnd(limit))
    return one
  })
  return { data, sizeBytes, isUrgent, isCutShort }
}

function readOne(
  context: BrokerContext,
  target: FetchTarget,
  options: ReadOptions,
  { bytesLeft, isFirst }: { readonly bytesLeft: number; readonly isFirst: boolean },
): PartitionData {
  const { version, replicaId } = options
  const { name: topic, partition } = find(context, target, version)
  // Of an id that nobody knows there is no name: it is told as unknown.
  const unauthorized = topic !== '' && !options.mayRead(topic) ? 'TOPIC_AUTHORIZATION_FAILED' : undefined
  if (unauthorized !== undefined || typeof partition === 'string')
    return refused(context, { target, topic, version }, undefined, unauthorized ?? (partition as ErrorName))
  const refusal =
    replicaId >= 0 && !partition.hasReplica(replicaId)
      ? 'UNKNOWN_TOPIC_OR_PARTITION'
      : partition.checkLeader(target.currentLeaderEpoch)
  if (refusal !== 'NONE') return refused(context, { target, topic, version }, partition, refusal)

  const { log } = partition
  const diverging = divergingEpoch(partition, target)
  if (diverging === 'OFFSET_OUT_OF_RANGE') return refused(context, { target, topic, version }, partition, diverging)
  const limit = limitOf(options)
  const outcome = diverging
    ? undefined
    : partition.read(target.fetchOffset, {
        // KIP-74: the first batch found is given whatever its size, or a consumer could never get past it.
        maxBytes: Math.max(0, Math.min(target.maxBytes, bytesLeft)),
        minOneBatch: isFirst,
        limit,
      })
  if (outcome !== undefined && outcome.error !== 'NONE')
    return refused(context, { target, topic, version }, partition, outcome.error)
  const isCommittedRead = options.isolation === 'readCommitted' && replicaId < 0
  const aborted = isCommittedRead && outcome !== undefined ? abortedIn(log, target.fetchOffset, outcome) : []
  if (aborted === 'KAFKA_STORAGE_ERROR') {
    outcome?.release()
    return refused(context, { target, topic, version }, partition, aborted)
  }
  if (replicaId >= 0 && !diverging) partition.followerFetched(replicaId, target.fetchOffset, target.logStartOffset)
  const records = outcome?.records ?? noBytes
  return {
    topic: target.topic,
    topicId: target.topicId,
    partition,
    isUrgent: diverging !== undefined,
    isTooLarge: !isFirst && outcome !== undefined && isTooLarge(outcome, target.fetchOffset, partition.fetchEnd(limit)),
    isCutShort: records.length > 0 && outcome!.isCutShort,
    response: {
      partitionIndex: target.index,
      errorCode: errorCode('NONE'),
      highWatermark: partition.highWatermark,
      lastStableOffset: partition.fetchEnd('lastStableOffset'),
      logStartOffset: log.logStartOffset,
      divergingEpoch: diverging,
      abortedTransactions: isCommittedRead ? aborted : null,
      records,
    },
    nextOffset: outcome === undefined ? target.fetchOffset : outcome.lastOffset + 1,
    release: outcome?.release ?? nothing,
  }
}
/** A gap up to the limit gives nothing either, and is known by the offset that it leads to. */
function isTooLarge({ records, lastOffset }: LogRead, offset: number, limitOffset: number): boolean {
  return records.length === 0 && lastOffset < offset && offset < limitOffset
}
/** KIP-595: whoever's last batch is of an epoch that ended elsewhere has to cut its log there. */
function divergingEpoch(
  { log }: Partition,
  { lastFetchedEpoch, fetchOffset }: FetchTarget,
): { epoch: number; endOffset: number } | 'OFFSET_OUT_OF_RANGE' | undefined {
  if (lastFetchedEpoch < 0) return undefined
  const { epoch, endOffset } = log.endOffsetForEpoch(lastFetchedEpoch)
  if (epoch < 0 || endOffset < 0) return 'OFFSET_OUT_OF_RANGE'
  return epoch < lastFetchedEpoch || endOffset < fetchOffset ? { epoch, endOffset } : undefined
}
function abortedIn(log: PartitionLog, from: number, { records, lastOffset }: LogRead) {
  try {
    return records.length === 0 ? [] : log.abortedTransactions(from, lastOffset + 1)
  } catch (error) {
    return storageError(error)
  }
}
function refused(
  context: BrokerContext,
  { target, topic, version }: { target: FetchTarget; topic: string; version: number },
  partition: Partition | undefined,
  error: ErrorName,
): PartitionData {
  const isWrongBroker = error === 'NOT_LEADER_OR_FOLLOWER' || error === 'FENCED_LEADER_EPOCH'
  return {
    topic: target.topic,
    topicId: target.topicId,
    partition,
    isUrgent: true,
    isTooLarge: false,
    isCutShort: false,
    response: {
      partitionIndex: target.index,
      errorCode: errorCode(error),
      highWatermark: partition?.highWatermark ?? -1,
      lastStableOffset: -1,
      logStartOffset: partition?.log.logStartOffset ?? -1,
      currentLeader: isWrongBroker && version >= 12 ? leaderHint(context, topic, target.index) : undefined,
      abortedTransactions: null,
      records: noBytes,
    },
    nextOffset: target.fetchOffset,
    release: nothing,
  }
}
function nothing(): void {}
