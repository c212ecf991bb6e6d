// kafkajs's logger: levels, namespaces, and a creator that applications may replace. By default lines of JSON on the console.

import { systemClock, type Clock, type LogFields, type Logger as ClientLogger } from '../base/index.ts'
import type { LogEntry, Logger, logCreator } from './types/config.ts'
import { logLevel } from './types/enumerations.ts'

/** A level that is given by the environment goes before any other. */
function levelOf<L extends logLevel | undefined>(given: L): logLevel | L {
  const name = (process.env['KAFKAJS_LOG_LEVEL'] ?? '').toUpperCase()
  return Object.hasOwn(logLevel, name) ? logLevel[name as keyof typeof logLevel] : given
}

export interface LoggerOptions {
  readonly level?: logLevel
  readonly logCreator?: logCreator
  readonly clock?: Clock
}
export function createLogger({
  level = logLevel.INFO,
  logCreator = consoleLogCreator,
  clock = systemClock,
}: LoggerOptions = {}): Logger {
  let rootLevel = levelOf(level)
  const write = logCreator(rootLevel)
  const within = (namespace: string, own?: logLevel): Logger => {
    const at =
      (label: string, level: logLevel) =>
      (message: string, extra: object = {}): void => {
        if (level > (own ?? rootLevel)) return
        const log = { timestamp: new Date(clock.now()).toISOString(), logger: 'kafkajs', message, ...extra }
        write({ namespace, level, label, log })
      }
    return {
      info: at('INFO', logLevel.INFO),
      error: at('ERROR', logLevel.ERROR),
      warn: at('WARN', logLevel.WARN),
      debug: at('DEBUG', logLevel.DEBUG),
      namespace: (name, level) => within(name, levelOf(level)),
      setLogLevel: level => {
        rootLevel = level
      },
    }
  }
  // kafkajs's root has no namespace at all.
  return within(undefined as unknown as string)
}

export const consoleLogCreator: logCreator =
  () =>
  ({ namespace, level, label, log }: LogEntry) => {
    const { timestamp, logger, message, ...extra } = log
    const prefix = namespace ? `[${namespace}] ` : ''
    const line = JSON.stringify({ level: label, timestamp, logger, message: `${prefix}${message}`, ...extra })
    if (level === logLevel.INFO) console.info(line)
    else if (level === logLevel.ERROR) console.error(line)
    else if (level === logLevel.WARN) console.warn(line)
    else console.log(line)
  }

/** What the client has to say, said by kafkajs's logger. */
export function clientLogger(logger: Logger): ClientLogger {
  const at = (name: 'debug' | 'info' | 'warn' | 'error') => (event: string, fields?: LogFields) =>
    logger[name](event, fields)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
