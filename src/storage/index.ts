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
export { storageError } from './file-errors.ts'
export { noTopicId } from './partition-metadata.ts'
export type { RecoveryProgress } from './recovery/open-logs.ts'
export type { RecordFault, Refusal } from './log-validator.ts'
export type { Durability } from './durable-offsets.ts'
export type { Appended, AppendOptions, AppendOutcome, LogRead, ReadLimits, ReadOutcome } from './log-outcomes.ts'
export type { PartitionLog } from './partition-log.ts'
export type { ProducerBatch, ProducerEntry } from './producer-entry.ts'
export type { AppendOrigin } from './producer-state.ts'
export type { FoundRecord } from './time-search.ts'
export { dumpFiles, type DumpOptions } from './dump/dump-files.ts'
export type { DumpLine } from './dump/dump-line.ts'
export { filesToDump } from './dump/find-files.ts'
export { internalDecoder } from './dump/internal-decoders.ts'
export { bytesMaxDefault } from './dump/log-dump.ts'
export {
  decoderNamed,
  decoderNames,
  plainDecoder,
  type DecoderName,
  type RecordDecoder,
} from './dump/record-decoders.ts'
export { snapshotDirectory, type SnapshotSize } from './snapshot.ts'
