// The structured log: one line an event, for people on a terminal or as JSON for machines.

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogFields = { readonly [name: string]: string | number | boolean | null | undefined }

export interface Logger {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

export interface LoggerOptions {
  readonly level?: LogLevel
  readonly format?: 'text' | 'json'
  readonly now: () => number
  readonly write: (line: string) => void
}

/** Writes events of `level` and above, one line each. Newlines in values are escaped: a line is an event. */
export function createLogger({ level = 'info', format = 'text', now, write }: LoggerOptions): Logger {
  const from = levels.indexOf(level)
  const at =
    (own: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      if (levels.indexOf(own) < from) return
      const time = new Date(now()).toISOString()
      write(
        format === 'json'
          ? JSON.stringify(withHead({ time, level: own, event }, fields))
          : `${time} ${own.toUpperCase().padEnd(5)} ${event}${Object.entries(fields)
              .filter(([, value]) => value !== undefined)
              .map(([name, value]) => ` ${name}=${typeof value === 'string' ? JSON.stringify(value) : value}`)
              .join('')}`,
      )
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** What an event tells of itself comes first, and is not what a field of that name says. */
function withHead(head: LogFields, fields: LogFields): LogFields {
  return { ...head, ...fields, ...head }
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }
