// What a topic's configs come to: its own, else what its broker says under the names that stand behind them, else Kafka's
// defaults; and as the plain object that a log is given.

import type { Configs } from '../image.ts'
import type { BrokerConfig } from './broker-config.ts'
import { type TopicConfigName, topicConfigs, topicSynonyms } from './tables.ts'
import { canonical, parseValue } from './value.ts'

/** The value of one config of a topic as Kafka shows it; null: none. */
export function topicConfigText(name: TopicConfigName, own: Configs, config: BrokerConfig): string | null {
  const { type, default: initial } = topicConfigs.get(name)!
  const set = own.get(name)
  if (set !== undefined) return canonical(type, set)
  for (const synonym of topicSynonyms[name] ?? []) {
    const text = config.text(synonym.name)
    if (text === null) continue
    if (synonym.factor === 1 && name !== 'retention.ms') return text
    // Any negative retention is "for ever", which a topic spells -1.
    const scaled = BigInt(text) * BigInt(synonym.factor)
    return String(name === 'retention.ms' && scaled < 0n ? -1n : scaled)
  }
  return initial
}

/** Every config that a topic comes to, by name: parsed where it was asked for by type. */
export class TopicConfig {
  readonly #own: Configs
  readonly #config: BrokerConfig
  constructor(own: Configs, config: BrokerConfig) {
    this.#own = own
    this.#config = config
  }
  number(name: TopicConfigName): number {
    return this.#parsed(name) as number
  }
  boolean(name: TopicConfigName): boolean {
    return this.#parsed(name) as boolean
  }
  string(name: TopicConfigName): string {
    return this.#parsed(name) as string
  }
  list(name: TopicConfigName): readonly string[] {
    return this.#parsed(name) as readonly string[]
  }
  text(name: TopicConfigName): string | null {
    return topicConfigText(name, this.#own, this.#config)
  }
  #parsed(name: TopicConfigName): unknown {
    const text = this.text(name)
    if (text === null) return null
    const parsed = parseValue(name, topicConfigs.get(name)!, text)
    if (parsed.fault !== undefined) throw new TypeError(parsed.fault) // checked when it was set
    return parsed.value
  }
}

/** Sizes and times without a limit are Infinity. */
export interface LogConfigValues {
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly segmentJitterMs: number
  readonly segmentIndexBytes: number
  readonly indexIntervalBytes: number
  readonly flushMessages: number
  readonly flushMs: number
  readonly retentionBytes: number
  readonly retentionMs: number
  readonly fileDeleteDelayMs: number
  readonly maxMessageBytes: number
  readonly messageTimestampType: 'CreateTime' | 'LogAppendTime'
  readonly messageTimestampBeforeMaxMs: number
  readonly messageTimestampAfterMaxMs: number
  readonly compressionType: 'producer' | 'uncompressed' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  readonly compressionGzipLevel: number
  readonly compressionZstdLevel: number
  readonly cleanupPolicy: readonly ('compact' | 'delete')[]
  readonly deleteRetentionMs: number
  readonly minCompactionLagMs: number
  readonly maxCompactionLagMs: number
  readonly minCleanableDirtyRatio: number
  readonly minInsyncReplicas: number
  readonly uncleanLeaderElectionEnable: boolean
}
/** The configs of a topic that its logs and replicas go by. */
export function logConfigOf(own: Configs, config: BrokerConfig): LogConfigValues {
  const topic = new TopicConfig(own, config)
  return {
    // internal.segment.bytes is Kafka's way round the lower bound of segment.bytes, for tests (KIP-1030).
    segmentBytes:
      topic.text('internal.segment.bytes') === null
        ? topic.number('segment.bytes')
        : topic.number('internal.segment.bytes'),
    segmentMs: topic.number('segment.ms'),
    segmentJitterMs: topic.number('segment.jitter.ms'),
    segmentIndexBytes: topic.number('segment.index.bytes'),
    indexIntervalBytes: topic.number('index.interval.bytes'),
    flushMessages: topic.number('flush.messages'),
    flushMs: topic.number('flush.ms'),
    retentionBytes: unlimited(topic.number('retention.bytes')),
    retentionMs: unlimited(topic.number('retention.ms')),
    fileDeleteDelayMs: topic.number('file.delete.delay.ms'),
    maxMessageBytes: topic.number('max.message.bytes'),
    messageTimestampType: topic.string('message.timestamp.type') as LogConfigValues['messageTimestampType'],
    messageTimestampBeforeMaxMs: topic.number('message.timestamp.before.max.ms'),
    messageTimestampAfterMaxMs: topic.number('message.timestamp.after.max.ms'),
    compressionType: topic.string('compression.type') as LogConfigValues['compressionType'],
    compressionGzipLevel: topic.number('compression.gzip.level'),
    compressionZstdLevel: topic.number('compression.zstd.level'),
    cleanupPolicy: topic.list('cleanup.policy') as LogConfigValues['cleanupPolicy'],
    deleteRetentionMs: topic.number('delete.retention.ms'),
    minCompactionLagMs: topic.number('min.compaction.lag.ms'),
    maxCompactionLagMs: topic.number('max.compaction.lag.ms'),
    minCleanableDirtyRatio: topic.number('min.cleanable.dirty.ratio'),
    minInsyncReplicas: topic.number('min.insync.replicas'),
    uncleanLeaderElectionEnable: topic.boolean('unclean.leader.election.enable'),
  }
}
const unlimited = (value: number) => (value < 0 ? Infinity : value)
