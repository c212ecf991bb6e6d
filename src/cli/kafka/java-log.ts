// A line of the log that Kafka's tools write to standard error beside their output.

import { systemClock } from '../../base/index.ts'
import type { Terminal } from '../command.ts'

/** '[2024-05-01 12:00:00,000] WARN text (org.apache.kafka.tools.OffsetsUtils)' */
export function logged(terminal: Terminal, level: 'WARN' | 'ERROR', text: string, logger: string): void {
  const now = new Date(systemClock.now())
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`
  terminal.error(`[${day} ${time},${String(now.getMilliseconds()).padStart(3, '0')}] ${level} ${text} (${logger})`)
}
