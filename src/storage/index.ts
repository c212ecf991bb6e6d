// storage: the logs of partitions in data directories, in Apache Kafka's file formats.

export {
  LogDirectory,
  type HousekeepingIntervals,
  type LogDescription,
  type LogDirectoryOptions,
  type NewLog,
} from './log-directory.ts'
export { logName, parseLogName, type LogName, type TopicPartition } from './file-names.ts'
export { defaultLogConfig, type LogConfig } from './log-config.ts'
export type { RecordFault, Refusal } from './log-validator.ts'
export {
  PartitionLog,
  type Appended,
  type AppendOptions,
  type AppendOutcome,
  type Durability,
  type LogRead,
  type ReadLimits,
  type ReadOutcome,
} from './partition-log.ts'
export type { ProducerBatch, ProducerEntry } from './producer-entry.ts'
export type { AppendOrigin } from './producer-state.ts'
export type { FoundRecord } from './time-search.ts'
