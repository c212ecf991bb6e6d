// base: the ports to the world (clock, chance, files, sockets), and what every module needs.

export { boundedFiles, type BoundedFiles } from './bounded-files.ts'
export { BufferPool } from './buffer-pool.ts'
export { Chain, Link } from './chain.ts'
export { crc32c } from './crc32c.ts'
export { systemClock, type Clock, type Timer } from './clock.ts'
export {
  derTags,
  type DerValue,
  integerOf,
  objectIdOf,
  pemOf,
  readDer,
  within,
  writeDer,
  writeObjectId,
} from './der.ts'
export { lockDirectory } from './directory-lock.ts'
export { diskFiles } from './disk-files.ts'
export type { File, Files } from './files.ts'
export { systemFetch, type Fetch } from './http.ts'
export { memoryFiles, type FileOperation, type MemoryFiles, type MemoryFilesOptions } from './memory-files.ts'
export type { NodeSocket, NodeTlsOptions } from './node-types.ts'
export { ManualClock } from './manual-clock.ts'
export { createLogger, silentLogger, type Logger, type LoggerOptions, type LogFields, type LogLevel } from './logger.ts'
export { Histogram, quantiles } from './mbeans/histogram.ts'
export {
  beansOf,
  MBeans,
  type Bean,
  type Family,
  type FamilyName,
  type Reading,
  type Tags,
  type Timer as MBeanTimer,
} from './mbeans/mbeans.ts'
export { tellMemory } from './mbeans/memory-budgets.ts'
export { Meter } from './mbeans/meter.ts'
export { Counter, Metrics, type Labels, type Sample } from './metrics.ts'
export { ownMapping, unmap } from './own-mapping.ts'
export { deviceBytesPerMs } from './uncached.ts'
export { PageAlignedBuffers, pageSize } from './page-aligned-buffers.ts'
export { watchProcess, type ProcessReading, type ProcessWatch } from './process-watch.ts'
export { SeededRandom, seedFromEnvironment, systemRandom, type Random } from './random.ts'
export { runSeeds, seedsFromEnvironment, type Seeds } from './seeds.ts'
export type { ConnectOptions, Listener, ListenOptions, Receiver, Socket, Sockets } from './sockets.ts'
export {
  parentThread,
  startThread,
  threadModule,
  type StartThread,
  type Thread,
  type ThreadListener,
} from './threads.ts'
export {
  checkTls,
  TlsError,
  type TlsClientSettings,
  type TlsServerSettings,
  type TlsSettings,
  type TlsVersion,
} from './tls.ts'
export { threadBusyMs } from './thread-time.ts'
export { packageVersion } from './version.ts'
export { Turns } from './turns.ts'
export { UserError } from './user-error.ts'
export { tcpSockets, type TcpOptions } from './tcp-sockets.ts'
export { boundYoungGeneration } from './young-generation.ts'
