// How the tools reach a cluster: --bootstrap-server, and a file of properties as Kafka's Java clients take them.

import { diskFiles, silentLogger, UserError, type Logger } from '../../base/index.ts'
import {
  createClient,
  KafkaError,
  securityFromProperties,
  type Client,
  type ClientOptions,
} from '../../client/index.ts'
import type { Terminal } from '../command.ts'
import { logged } from './java-log.ts'
import { ToolError } from './tool.ts'

export type Properties = ReadonlyMap<string, string>

export interface ConnectionOptions {
  readonly bootstrap: string
  readonly clientId: string
  /** As in --command-config. */
  readonly properties?: Properties
  /** What Kafka's client calls what is asked first: told when no broker can be reached. */
  readonly firstCall?: string
  /** Told each time that a broker cannot be reached, as by Kafka's client: it tries for a minute. */
  readonly terminal?: Terminal
}

/** Runs with a client, and closes it. */
export async function withCluster<T>(options: ConnectionOptions, run: (client: Client) => Promise<T>): Promise<T> {
  const client = createClient(clientOptions(options))
  try {
    return await run(client)
  } catch (error) {
    if (!(error instanceof KafkaError) || error.code !== 'NO_BROKER_AVAILABLE' || options.firstCall === undefined)
      throw error
    throw new ToolError(`Timed out waiting for a node assignment. Call: ${options.firstCall}`)
  } finally {
    await client.close()
  }
}

/** The properties that concern every client: those of security, addresses and patience. */
export function clientOptions({
  bootstrap,
  clientId,
  properties = new Map(),
  terminal,
}: ConnectionOptions): ClientOptions {
  const milliseconds = (name: string) => {
    const text = properties.get(name)
    if (text !== undefined && !/^\d+$/.test(text))
      throw new ToolError(`Invalid value ${text} for configuration ${name}: Not a number of type INT`)
    return text === undefined ? undefined : Number(text)
  }
  const requestTimeoutMs = milliseconds('request.timeout.ms')
  const retryTimeoutMs = milliseconds('default.api.timeout.ms')
  return {
    ...securityFromProperties(properties),
    bootstrap,
    clientId: properties.get('client.id') ?? clientId,
    ...(terminal === undefined ? {} : { logger: unreachableTold(terminal, bootstrap) }),
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    ...(retryTimeoutMs === undefined ? {} : { retryTimeoutMs }),
  }
}

function unreachableTold(terminal: Terminal, bootstrap: string): Logger {
  const addresses = bootstrap.split(',').map(address => address.trim())
  return {
    ...silentLogger,
    debug(event, { broker } = {}) {
      if (event !== 'connect failed') return
      // Kafka numbers what it was given from -1 down, until it knows better.
      const node = -1 - Math.max(0, addresses.indexOf(String(broker)))
      const text = `Connection to node ${node} (${broker}) could not be established. Node may not be available.`
      logged(terminal, 'WARN', text, 'org.apache.kafka.clients.NetworkClient')
    },
  }
}

/** The text of a file that an option names. Throws ToolError with Java's words where there is none. */
export function textOf(path: string): string {
  try {
    return diskFiles.readFile(path).toString('utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new ToolError(`${path} (No such file or directory)`)
    if (code === 'EISDIR') throw new ToolError(`${path} (Is a directory)`)
    throw new UserError('USAGE', `cannot read '${path}': ${(error as Error).message}`)
  }
}

export async function propertiesFile(path: string | undefined): Promise<Map<string, string>> {
  if (path === undefined) return new Map()
  const { parseProperties } = await import('../../platform/index.ts')
  return parseProperties(textOf(path))
}
