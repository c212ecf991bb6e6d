// What the broker's configs say to the compaction of its logs.

import type { BrokerConfig } from '../metadata/index.ts'
import type { LogDirectoryOptions } from '../storage/index.ts'

export function cleanerSettingsOf(config: BrokerConfig): NonNullable<LogDirectoryOptions['cleaner']> {
  return {
    enabled: config.boolean('log.cleaner.enable'),
    dedupeBufferBytes: config.number('log.cleaner.dedupe.buffer.size'),
    loadFactor: config.number('log.cleaner.io.buffer.load.factor'),
    ioBufferBytes: config.number('log.cleaner.io.buffer.size'),
    ioBytesPerSecondMax: config.number('log.cleaner.io.max.bytes.per.second'),
  }
}
