// `listeners` and `advertised.listeners` as Kafka writes them, and what stands on the command line in their place.

import { UserError } from '../base/index.ts'
import type { ListenerAddress } from '../broker/index.ts'
import type { BrokerConfig } from '../metadata/index.ts'

export interface ListenerOptions {
  readonly host?: string | undefined
  readonly port?: number | undefined
}
const hostDefault = '127.0.0.1'
const portDefault = 9092

/** The listeners of the broker that is the `index`th of its process: each has the ports after those of the one before. */
export function listenersOf(config: BrokerConfig, { host, port }: ListenerOptions, index: number): ListenerAddress[] {
  const isGiven = config.given.has('listeners')
  const addresses =
    host !== undefined || port !== undefined || !isGiven
      ? [{ name: 'PLAINTEXT', host: host ?? hostDefault, port: port ?? portDefault }]
      : withoutController(config, config.list('listeners').map(parse))
  const advertised = new Map(config.list('advertised.listeners').map(text => [parse(text).name, parse(text)]))
  return addresses.map(address => {
    refuseEncryption(config, address.name)
    const told = port === undefined && host === undefined ? advertised.get(address.name) : undefined
    return { ...shifted(address, index), advertised: told && shifted(told, index) }
  })
}
function shifted<T extends { readonly port: number }>(address: T, index: number): T {
  return { ...address, port: address.port === 0 ? 0 : address.port + index }
}

/** `PLAINTEXT://host:9092`, `EXTERNAL://[::1]:9093`, `PLAINTEXT://:9092`. */
function parse(text: string): { name: string; host: string; port: number } {
  const found = /^([^:/]+):\/\/(\[.*\]|[^:]*):(\d+)$/.exec(text.trim())
  if (found === null)
    throw new UserError(
      'CONFIG',
      `'${text}' is no listener: expected NAME://host:port, as in PLAINTEXT://localhost:9092`,
    )
  const [, name, host, port] = found
  return { name: name!.toUpperCase(), host: host!.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }
}
/** Those of a KRaft controller have nobody here who would ask on them. */
function withoutController<T extends { readonly name: string }>(config: BrokerConfig, addresses: T[]): T[] {
  const names = config.list('controller.listener.names').map(name => name.toUpperCase())
  const left = addresses.filter(({ name }) => !names.includes(name))
  if (left.length === 0) throw new UserError('CONFIG', "'listeners' names none that clients could use")
  return left
}
function refuseEncryption(config: BrokerConfig, name: string): void {
  const protocols = new Map(
    (config.string('listener.security.protocol.map') ?? '')
      .split(',')
      .map(entry => entry.trim().toUpperCase().split(':') as [string, string]),
  )
  const protocol = protocols.get(name) ?? name
  if (protocol !== 'PLAINTEXT')
    throw new UserError('CONFIG', `the listener ${name} asks for ${protocol}; PLAINTEXT is the one protocol served`)
}
