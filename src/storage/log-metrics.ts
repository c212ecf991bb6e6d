// What a data directory tells of itself, as Kafka's log manager and its cleaner do: syncs and how long they take, the device,
// compaction, files, and the memory of the cache.

import { tellMemory, type FamilyName, type MBeans, type MBeanTimer } from '../base/index.ts'
import { isOfFiles } from './file-errors.ts'
import type { LogDirectory } from './log-directory.ts'

const ofLogs = (type: string, name: string, about: string): FamilyName => ({ domain: 'kafka.log', type, name, about })
const flushes = ofLogs('LogFlushStats', 'LogFlushRateAndTimeMs', 'Syncs of logs, and how long they took, in ms')
const offlineCount = ofLogs('LogManager', 'OfflineLogDirectoryCount', 'Data directories of which no log can be used')
const isOffline = ofLogs('LogManager', 'LogDirectoryOffline', '1 where no log of the data directory can be used')
const uncleanable = ofLogs(
  'LogCleanerManager',
  'uncleanable-partitions-count',
  'Logs that cannot be compacted, since it has failed',
)
const own = (type: string, name: string, about: string): FamilyName => ({ domain: 'millrace', type, name, about })
const totalBytes = own('log-directory', 'total-bytes', 'Bytes of the device that holds the data directory')
const usableBytes = own(
  'log-directory',
  'usable-bytes',
  'Bytes that are free on the device that holds the data directory',
)
const openFiles = own('log-directory', 'open-files', 'Files of logs that are open')
const cleanerRead = own('log-cleaner', 'read-bytes-total', 'Bytes that compaction has read')
const cleanerWritten = own('log-cleaner', 'written-bytes-total', 'Bytes that compaction has written')

export function flushTimer(metrics: MBeans | undefined): MBeanTimer | undefined {
  return metrics?.timer(flushes)
}
export function registerLogMetrics(metrics: MBeans, directory: LogDirectory): void {
  const tags = { logDirectory: directory.path },
    { cleaner, cache } = directory
  const offline = () => {
    const logs = [...directory.logs.values()]
    return Number(logs.length > 0 && logs.every(({ fault }) => fault !== undefined))
  }
  metrics.gauge(offlineCount, {}, offline)
  metrics.gauge(isOffline, tags, offline)
  metrics.gauge(uncleanable, tags, () => cleaner.uncleanableCount)
  metrics.attribute(totalBytes, tags, () => space(directory).totalBytes)
  metrics.attribute(usableBytes, tags, () => space(directory).usableBytes)
  metrics.attribute(openFiles, tags, () => directory.openFileCount)
  metrics.attribute(cleanerRead, tags, () => cleaner.readBytes)
  metrics.attribute(cleanerWritten, tags, () => cleaner.writtenBytes)
  tellMemory(metrics, 'tail-cache', { usedBytes: () => cache.sizeBytes, limitBytes: () => cache.sizeMax })
}
/** Not known where the device is gone. */
function space(directory: LogDirectory): { readonly totalBytes: number; readonly usableBytes: number } {
  try {
    return directory.space()
  } catch (error) {
    if (!isOfFiles(error)) throw error
    return { totalBytes: NaN, usableBytes: NaN }
  }
}
