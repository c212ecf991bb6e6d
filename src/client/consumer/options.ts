// How a consumer is set, mostly by Kafka's own defaults.

import type { Assignor, TopicPartition } from '../assignors/assignor.ts'
import { cooperativeStickyAssignor } from '../assignors/cooperative-sticky.ts'
import { rangeAssignor } from '../assignors/range.ts'
import { KafkaError } from '../errors.ts'
import type { RecordDeserializers } from '../serdes/record-decoder.ts'
import type { ConsumerObserver } from './observer.ts'
import { checkOffsetReset, type OffsetReset } from './offset-reset.ts'

/** Told of partitions that come and go, and awaited, before anything else happens to them. */
export type PartitionsHook = (partitions: readonly TopicPartition[]) => void | Promise<void>

export interface ConsumerOptions<K = Buffer | null, V = Buffer | null> extends RecordDeserializers<K, V> {
  /** Needed for `subscribe`, and for committing. */
  readonly groupId?: string
  /** KIP-345: a member of this name keeps its partitions over a restart shorter than the session timeout. */
  readonly groupInstanceId?: string
  /**
   * 'consumer' is the protocol of KIP-848: the coordinator assigns, and rebalances stop nobody who keeps what they have. It
   * needs Apache Kafka 4.0 or newer; assignors, sessionTimeoutMs and heartbeatIntervalMs are then the cluster's to set.
   */
  readonly groupProtocol?: 'classic' | 'consumer'
  /** Of the consumer protocol, by its name in the cluster: 'uniform', 'range'. Without it the cluster chooses. */
  readonly remoteAssignor?: string
  /** In order of preference; all members of a group must have one in common. range, then cooperative-sticky: as in Java's. */
  readonly assignors?: readonly Assignor[]
  /** Commits what was read, every `autoCommitIntervalMs`, when partitions are given up, and when it is closed. */
  readonly autoCommit?: boolean
  readonly autoCommitIntervalMs?: number
  /** Where to begin without a committed offset, or when the log does not have it any more. */
  readonly offsetReset?: OffsetReset
  /** 'read_committed' leaves out what aborted transactions wrote, and waits for the open ones. */
  readonly isolation?: 'read_uncommitted' | 'read_committed'
  /** Of one answer, and of one partition in it. A batch that is larger comes all the same. */
  readonly maxBytes?: number
  readonly maxPartitionBytes?: number
  /** What lies fetched and waits to be read: beyond it nothing more is fetched, until the reader has caught up. */
  readonly bufferSizeBytes?: number
  /** A broker waits for `minBytes`, but not longer than `maxWaitMs`. */
  readonly minBytes?: number
  readonly maxWaitMs?: number
  /** What one poll gives at most; batches are whole, so it may be more by the last. */
  readonly pollRecordsMax?: number
  /** Checks the CRC of every batch. */
  readonly checkCrcs?: boolean
  readonly sessionTimeoutMs?: number
  readonly heartbeatIntervalMs?: number
  /** A reader that does not poll for this long loses its partitions to others. */
  readonly maxPollIntervalMs?: number
  /** KIP-392: where this reader is. A cluster that is set to then has it read from a replica nearby. */
  readonly rack?: string | null
  /** Told of what happens, for metrics and logs. */
  readonly observer?: ConsumerObserver
  readonly onAssigned?: PartitionsHook
  /** Still ours: the last moment to commit. */
  readonly onRevoked?: PartitionsHook
  /** Somebody else's already. */
  readonly onLost?: PartitionsHook
}
type Given =
  | keyof RecordDeserializers<unknown, unknown>
  | 'groupId'
  | 'groupInstanceId'
  | 'remoteAssignor'
  | 'onAssigned'
  | 'onRevoked'
  | 'onLost'
export type ConsumerSettings = Required<Omit<ConsumerOptions, Given>> & Pick<ConsumerOptions<unknown, unknown>, Given>

export function settingsOf(options: ConsumerOptions<unknown, unknown>): ConsumerSettings {
  const settings: ConsumerSettings = {
    groupProtocol: 'classic',
    assignors: [rangeAssignor, cooperativeStickyAssignor],
    autoCommit: options.groupId !== undefined,
    autoCommitIntervalMs: 5_000,
    offsetReset: 'latest',
    isolation: 'read_uncommitted',
    maxBytes: 16 * 1024 * 1024,
    maxPartitionBytes: 1024 * 1024,
    bufferSizeBytes: 64 * 1024 * 1024,
    minBytes: 1,
    maxWaitMs: 500,
    pollRecordsMax: 5_000,
    checkCrcs: true,
    sessionTimeoutMs: 45_000,
    heartbeatIntervalMs: 3_000,
    maxPollIntervalMs: 300_000,
    rack: null,
    observer: {},
    ...options,
  }
  checkOffsetReset(settings.offsetReset)
  if (settings.groupId === '') throw invalid('groupId is empty')
  if (settings.autoCommit && settings.groupId === undefined) throw invalid('autoCommit needs a groupId')
  if (settings.assignors.length === 0) throw invalid('assignors is empty')
  const foreign = settings.groupProtocol === 'consumer' ? ofClassicProtocol : ofConsumerProtocol
  for (const name of foreign)
    if (options[name] !== undefined)
      throw invalid(`${name} has no effect with groupProtocol '${settings.groupProtocol}': leave it out`)
  return settings
}
/** What is the coordinator's to say in the other protocol: to pass it over in silence would promise what is not kept. */
const ofClassicProtocol = ['assignors', 'sessionTimeoutMs', 'heartbeatIntervalMs'] as const
const ofConsumerProtocol = ['remoteAssignor'] as const
export const invalid = (message: string): KafkaError => new KafkaError('INVALID_ARGUMENT', { message })
