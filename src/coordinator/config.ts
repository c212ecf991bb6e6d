// What the groups' coordinator is told by the broker's configuration, each by Kafka's name.

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
}

export const groupConfigDefaults: GroupConfig = {
  sessionTimeoutMsMin: 6_000,
  sessionTimeoutMsMax: 1_800_000,
  initialRebalanceDelayMs: 3_000,
  groupSizeMax: 0x7fff_ffff,
  offsetMetadataSizeMax: 4_096,
  offsetsRetentionMs: 7 * 24 * 60 * 60_000,
  offsetsRetentionCheckIntervalMs: 600_000,
}
