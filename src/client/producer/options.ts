// How a producer is set, by Kafka's own defaults.

import type { CompressionCodec } from '../../protocol/index.ts'
import { KafkaError } from '../errors.ts'
import { partitionerOf, type Partitioner, type PartitionerName } from '../partitioner.ts'
import type { Bytes } from '../record.ts'
import type { RecordSerializers } from '../serdes/record-encoder.ts'

export interface ProducerOptions<K = Bytes | null | undefined, V = Bytes | null | undefined> extends RecordSerializers<
  K,
  V
> {
  /** What is waited for: nothing, the leader, or all replicas in sync. */
  readonly acks?: 0 | 1 | 'all'
  /** No duplicates and no reordering when a send is tried again. Needs acks 'all', and is on with it. */
  readonly idempotent?: boolean
  readonly compression?: CompressionCodec
  /** gzip: 1 to 9; zstd: 1 to 22. */
  readonly compressionLevel?: number
  /** How long a record waits for others that travel in the same batch. */
  readonly lingerMs?: number
  /** What a batch is filled up to, before compression. */
  readonly batchSizeBytes?: number
  /** Records that wait or are under way, together: beyond it, `send` waits. */
  readonly bufferSizeBytes?: number
  /** How long `send` waits for room in the buffer, or to learn of its topic. */
  readonly maxBlockMs?: number
  /** From `send` to the acknowledgement, retries included: then the send fails with DELIVERY_TIMED_OUT. */
  readonly deliveryTimeoutMs?: number
  /** The largest request, and so the largest record. */
  readonly requestSizeMaxBytes?: number
  /** Requests under way to one broker: at most 5 of an idempotent producer. */
  readonly inFlightMax?: number
  /**
   * Makes the producer transactional: everything is sent between `begin` and `commit` or `abort`. Another producer with
   * the same id takes its place, and fences it.
   */
  readonly transactionalId?: string
  /** How long a transaction may take before the cluster aborts it. */
  readonly transactionTimeoutMs?: number
  /** By name, or a function of your own; where that gives undefined, the default 'murmur2_random' chooses. */
  readonly partitioner?: PartitionerName | Partitioner
}
export type ProducerSettings = Required<Omit<ProducerOptions, Optional | 'compression' | 'partitioner'>> &
  Pick<ProducerOptions<never, never>, Optional> & { compression: CompressionCodec; readonly partitioner: Partitioner }
type Optional = keyof RecordSerializers<unknown, unknown> | 'compressionLevel' | 'transactionalId'

/** Brokers remember the last five batches of a producer in a partition. */
const inFlightMaxOfIdempotent = 5

export function settingsOf(options: ProducerOptions<never, never>): ProducerSettings {
  const acks = options.acks ?? 'all'
  const settings: ProducerSettings = {
    compression: 'none',
    lingerMs: 5,
    batchSizeBytes: 64 * 1024,
    bufferSizeBytes: 32 * 1024 * 1024,
    maxBlockMs: 60_000,
    deliveryTimeoutMs: 120_000,
    requestSizeMaxBytes: 1024 * 1024,
    inFlightMax: inFlightMaxOfIdempotent,
    transactionTimeoutMs: 60_000,
    ...options,
    acks,
    partitioner: partitionerOf(options.partitioner ?? 'murmur2_random'),
    idempotent: options.idempotent ?? acks === 'all',
  }
  if (settings.idempotent && acks !== 'all') throw invalid(`an idempotent producer needs acks 'all', not ${acks}`)
  if (settings.transactionalId !== undefined && !settings.idempotent)
    throw invalid('a transactional producer is idempotent')
  if (settings.idempotent && settings.inFlightMax > inFlightMaxOfIdempotent)
    throw invalid(`inFlightMax of an idempotent producer is at most ${inFlightMaxOfIdempotent}`)
  for (const name of ['batchSizeBytes', 'bufferSizeBytes', 'requestSizeMaxBytes', 'inFlightMax'] as const)
    if (!(settings[name] >= 1)) throw invalid(`${name} must be at least 1, not ${settings[name]}`)
  return settings
}
const invalid = (message: string) => new KafkaError('INVALID_ARGUMENT', { message })
