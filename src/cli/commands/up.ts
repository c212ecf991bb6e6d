// millrace up: starts the platform and keeps it running until Ctrl-C or SIGTERM.

import { boundYoungGeneration, createLogger, diskFiles, systemClock, UserError, type Logger } from '../../base/index.ts'
import {
  configFromEnvironment,
  parseProperties,
  startPlatform,
  type CopySource,
  type HttpOptions,
  type Platform,
  type RecoveryProgress,
} from '../../platform/index.ts'
import { command, formatOption, numberOption, type Given, type Terminal } from '../command.ts'
import { copyLines, copyOptions, copySourceOf } from '../copy-source.ts'

export const upOptions = {
  data: { value: 'DIR', about: 'where everything is kept (log.dirs, else millrace-data)' },
  memory: { about: 'keep everything in memory: gone when it ends' },
  host: { value: 'HOST', about: 'the address to listen on (127.0.0.1)' },
  port: { value: 'N', about: "the broker's port (9092); 0 picks a free one" },
  brokers: { value: 'N', about: 'how many brokers, each with a port of its own (1)' },
  http: {
    value: 'HOST:PORT|off',
    about: "where it tells how it is, and answers 'millrace why' (127.0.0.1:8080, or a free port where that is taken)",
  },
  'cluster-id': { value: 'ID', about: 'of a new data directory; one that has an id keeps it' },
  properties: { value: 'FILE', about: 'an Apache Kafka server.properties' },
  override: { value: 'KEY=VALUE', about: 'one property; may be repeated', many: true },
  'add-scram': {
    value: 'USER',
    about: 'a first user: SCRAM-SHA-256=[name=alice,password=secret]; may be repeated',
    many: true,
  },
  format: { value: 'text|json', about: 'how to print events' },
  verbose: { short: 'v', about: 'log what happens in detail' },
} as const

export default command({
  name: 'up',
  usage: '[--data DIR] [--port N] [--properties FILE] [--override KEY=VALUE]…',
  options: { ...upOptions, ...copyOptions },
  examples: [
    'millrace up',
    'millrace up --data /var/lib/kafka/data --override num.partitions=3',
    'millrace up --memory --port 0 --format json',
    'millrace up --from prod:9092 --topics orders,payments --since 1h    # a copy to develop against',
  ],
  async run(given, _words, terminal) {
    const format = formatOption(given)
    const copy = await copySourceOf(given, terminal)
    boundYoungGeneration(systemClock)
    const platform = await start(given, terminal, { copy })
    if (format === 'json') terminal.out(readyLine(platform))
    else describe(platform, terminal, given.from)
    const http = await platform.http
    if (http !== undefined)
      terminal.out(format === 'json' ? JSON.stringify({ event: 'http', address: http }) : `  HTTP      http://${http}`)
    if (format === 'text') terminal.out('Ctrl-C stops it')
    await aborted(terminal.signal)
    if (format === 'text') terminal.out('stopping')
    await platform.stop()
    if (format === 'json') terminal.out(JSON.stringify({ event: 'stopped' }))
    return 0
  },
})

/** Starts the platform as the options say; `demo` takes the same ones. */
export async function start(
  given: Given<typeof upOptions>,
  terminal: Terminal,
  { temporary, copy }: { readonly temporary?: string | undefined; readonly copy?: CopySource | undefined } = {},
): Promise<Platform> {
  const properties = new Map([
    ...(given.properties === undefined ? [] : parseProperties(readText(given.properties))),
    ...configFromEnvironment(process.env),
    ...(given.override ?? []).map(overrideOf),
  ])
  if (given.memory && given.data !== undefined) throw new UserError('USAGE', 'either --memory or --data, not both')
  const port = numberOption(given.port, { option: 'port', min: 0, max: 65_535 })
  const brokers = numberOption(given.brokers, { option: 'brokers', min: 1, max: 100 })
  return startPlatform({
    dataPath: given.memory
      ? undefined
      : (given.data ?? temporary ?? properties.get('log.dirs') ?? properties.get('log.dir') ?? 'millrace-data'),
    properties,
    logger: loggerOf(given, terminal),
    onRecovery: progress => terminal.error(recoveryLine(progress, formatOption(given))),
    ...httpOption(given.http),
    ...(copy === undefined ? {} : { copy }),
    ...(given['add-scram'] === undefined ? {} : { addScram: given['add-scram'] }),
    ...(given.host === undefined ? {} : { host: given.host }),
    ...(port === undefined ? {} : { port }),
    ...(given['cluster-id'] === undefined ? {} : { clusterId: given['cluster-id'] }),
    ...(brokers === undefined ? {} : { brokers }),
  })
}

function httpOption(given: string | undefined): { http?: HttpOptions } {
  if (given === 'off') return {}
  if (given === undefined) return { http: { host: '127.0.0.1', port: 8080, orAnother: true } }
  const [, host, port] = /^(?:(.+):)?(\d+)$/.exec(given) ?? []
  if (port === undefined || Number(port) > 65_535)
    throw new UserError('USAGE', `--http takes HOST:PORT, a port, or off, not '${given}'`)
  return { http: { host: host?.replace(/^\[(.*)\]$/, '$1') ?? '127.0.0.1', port: Number(port), orAnother: false } }
}

function loggerOf(given: Given<typeof upOptions>, terminal: Terminal): Logger {
  return createLogger({
    level: given.verbose ? 'debug' : 'warn',
    format: formatOption(given),
    now: () => systemClock.now(),
    write: line => terminal.error(line),
  })
}

function readText(path: string): string {
  try {
    return diskFiles.readFile(path).toString('utf8')
  } catch (error) {
    throw new UserError('USAGE', `cannot read the properties file '${path}': ${(error as Error).message}`)
  }
}

function overrideOf(text: string): [key: string, value: string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UserError('USAGE', `--override takes KEY=VALUE, not '${text}'`)
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}

/** A large directory takes its time after a crash; who waits is told how much is left. */
function recoveryLine({ logs, logsTotal, bytes, bytesTotal }: RecoveryProgress, format: 'text' | 'json'): string {
  if (format === 'json') return JSON.stringify({ event: 'recovering', logs, logsTotal, bytes, bytesTotal })
  const megabytes = (count: number) => `${Math.round(count / 1e6)} MB`
  return `recovering logs, since they were not closed: ${logs} of ${logsTotal}, ${megabytes(bytes)} of ${megabytes(bytesTotal)}`
}

function readyLine({ bootstrap, startMs, copy }: Platform): string {
  const { copied, kept } = copy ?? {}
  return JSON.stringify({ event: 'ready', pid: process.pid, bootstrap, startMs: Math.round(startMs), copied, kept })
}

function describe(
  { endpoints, startMs, warnings, copy }: Platform,
  terminal: Terminal,
  from: string | undefined,
): void {
  for (const warning of warnings) terminal.error(`warning: ${warning}`)
  terminal.out(`Millrace is up after ${Math.round(startMs)} ms`)
  for (const { name, address } of endpoints) terminal.out(`  ${name.padEnd(10)}${address}`)
  if (copy !== undefined) for (const line of copyLines(copy, from!)) terminal.out(line)
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
