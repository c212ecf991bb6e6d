// What the groups' coordinator is told by the broker's configuration, each by Kafka's name.

import type { CompressionCodec } from '../protocol/index.ts'

export interface GroupConfig {
  /** group.min.session.timeout.ms */
  readonly sessionTimeoutMsMin: number
  /** group.max.session.timeout.ms */
  readonly sessionTimeoutMsMax: number
  /** group.initial.rebalance.delay.ms: how long the first rebalance of an empty group waits for more members. */
  readonly initialRebalanceDelayMs: number
  /** group.max.size */
  readonly groupSizeMax: number
  /** offset.metadata.max.bytes */
  readonly offsetMetadataSizeMax: number
  /** offsets.retention.minutes, in milliseconds. */
  readonly offsetsRetentionMs: number
  /** offsets.retention.check.interval.ms */
  readonly offsetsRetentionCheckIntervalMs: number
  /** offsets.commit.timeout.ms: how long an answer may wait for what it tells of to be committed. */
  readonly commitTimeoutMs: number
  /** offsets.topic.compression.codec */
  readonly compression: CompressionCodec
  readonly consumer: ConsumerGroupConfig
}
/** Of groups of the consumer protocol (KIP-848). */
export interface ConsumerGroupConfig {
  /** group.coordinator.rebalance.protocols names it. */
  readonly isEnabled: boolean
  /** group.consumer.max.size */
  readonly sizeMax: number
  /** group.consumer.assignors: the first is for members that ask for none. */
  readonly assignors: readonly string[]
  /** group.consumer.migration.policy: whether a classic group becomes one of the consumer protocol while it runs. */
  readonly upgrades: boolean
  /** The same, back. */
  readonly downgrades: boolean
  /** consumer.session.timeout.ms of the group, or group.consumer.session.timeout.ms. */
  sessionTimeoutMs(groupId: string): number
  /** consumer.heartbeat.interval.ms of the group, or group.consumer.heartbeat.interval.ms. */
  heartbeatIntervalMs(groupId: string): number
}

export const groupConfigDefaults: GroupConfig = {
  sessionTimeoutMsMin: 6_000,
  sessionTimeoutMsMax: 1_800_000,
  initialRebalanceDelayMs: 3_000,
  groupSizeMax: 0x7fff_ffff,
  offsetMetadataSizeMax: 4_096,
  offsetsRetentionMs: 7 * 24 * 60 * 60_000,
  offsetsRetentionCheckIntervalMs: 600_000,
  commitTimeoutMs: 5_000,
  compression: 'none',
  consumer: {
    isEnabled: true,
    sizeMax: 0x7fff_ffff,
    assignors: ['uniform', 'range'],
    upgrades: true,
    downgrades: true,
    sessionTimeoutMs: () => 45_000,
    heartbeatIntervalMs: () => 5_000,
  },
}
