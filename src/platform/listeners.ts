// `listeners` and `advertised.listeners` as Kafka writes them, and what stands on the command line in their place.

import { UserError } from '../base/index.ts'
import type { ListenerAddress } from '../broker/index.ts'
import type { BrokerConfig } from '../metadata/index.ts'

export interface ListenerOptions {
  readonly host?: string | undefined
  readonly port?: number | undefined
}
interface Address {
  readonly name: string
  readonly host: string
  readonly port: number
}
const hostDefault = '127.0.0.1'
const portDefault = 9092

/**
 * The listeners of all brokers of the process. Those after the first have the ports that follow, at the smallest distance
 * at which none meets another's: three listeners on 9092, 9093 and 9094 make those of the next broker 9095, 9096 and
 * 9097. A semicolon within `listeners` and `advertised.listeners` begins those of the next broker by hand.
 */
export function listenersOf(config: BrokerConfig, given: ListenerOptions, brokers: number): ListenerAddress[][] {
  const groups = perBroker(config.text('listeners'), 'listeners')
  const isGiven = !isOnCommandLine(given) && config.given.has('listeners')
  const written = isGiven
    ? groups.map(group => withoutController(config, group))
    : [[{ name: 'PLAINTEXT', host: given.host ?? hostDefault, port: given.port ?? portDefault }]]
  const advertised = isGiven ? perBroker(config.text('advertised.listeners'), 'advertised.listeners') : []
  const protocols = protocolsOf(config)
  return all(written, brokers, 'listeners').map((addresses, index) => {
    check(addresses)
    const step = stepOf(written[0]!, brokers)
    const told = new Map((advertised[index] ?? advertised[0] ?? []).map(address => [address.name, address]))
    const shift = advertised[index] === undefined ? index * step : 0
    return addresses.map(address => {
      const other = told.get(address.name)
      return {
        ...address,
        securityProtocol: protocolOf(address.name, protocols),
        advertised: other && shifted(other, shift),
      }
    })
  })
}
const isOnCommandLine = ({ host, port }: ListenerOptions) => host !== undefined || port !== undefined
/** For whoever starts the brokers: what was configured, SSL and SASL with it, is not what clients find. */
export function displacedWarnings(config: BrokerConfig, given: ListenerOptions): string[] {
  const listeners = config.text('listeners')
  if (!isOnCommandLine(given) || !config.given.has('listeners') || listeners === null) return []
  return [`listeners=${listeners} is not used: a port or host on the command line takes its place, as PLAINTEXT`]
}
/** One group of addresses for each broker that has its own. */
function perBroker(text: string | null, name: string): Address[][] {
  return (text ?? '')
    .split(';')
    .filter(group => group.trim() !== '')
    .map(group => group.split(',').map(item => parse(item, name)))
}
function all(written: readonly Address[][], brokers: number, name: string): Address[][] {
  if (written.length === brokers) return [...written]
  if (written.length !== 1)
    throw new UserError('CONFIG', `'${name}' has those of ${written.length} brokers, and there are ${brokers}`)
  const step = stepOf(written[0]!, brokers)
  return Array.from({ length: brokers }, (_, index) => written[0]!.map(address => shifted(address, index * step)))
}
/** By how much the ports of each broker differ from those of the one before. */
function stepOf(addresses: readonly Address[], brokers: number): number {
  const ports = addresses.map(({ port }) => port).filter(port => port !== 0)
  for (let step = 1; ; step++) {
    const taken = Array.from({ length: brokers }, (_, index) => ports.map(port => port + index * step)).flat()
    if (new Set(taken).size === new Set(ports).size * brokers) return step
  }
}
function shifted<T extends Address>(address: T, by: number): T {
  return { ...address, port: address.port === 0 ? 0 : address.port + by }
}

/** `PLAINTEXT://host:9092`, `EXTERNAL://[::1]:9093`, `PLAINTEXT://:9092`. */
function parse(text: string, config: string): Address {
  const found = /^([^:/]+):\/\/(\[.*\]|[^:]*):(\d+)$/.exec(text.trim())
  const port = Number(found?.[3])
  if (found === null || port > 65_535)
    throw new UserError(
      'CONFIG',
      `'${text.trim()}' of ${config} is no listener: expected NAME://host:port, as in PLAINTEXT://localhost:9092`,
    )
  return { name: found[1]!.toUpperCase(), host: found[2]!.replace(/^\[(.*)\]$/, '$1'), port }
}
function check(addresses: readonly Address[]): void {
  const names = addresses.map(({ name }) => name)
  if (new Set(names).size < names.length)
    throw new UserError('CONFIG', `Each listener must have a different name, listeners: ${names.join(',')}`)
}
/** Those of a KRaft controller have nobody here who would ask on them. */
function withoutController(config: BrokerConfig, addresses: readonly Address[]): Address[] {
  const names = config.list('controller.listener.names').map(name => name.toUpperCase())
  const left = addresses.filter(({ name }) => !names.includes(name))
  if (left.length === 0) throw new UserError('CONFIG', "'listeners' names none that clients could use")
  return left
}

type SecurityProtocol = ListenerAddress['securityProtocol']
const securityProtocols: readonly string[] = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']

function protocolsOf(config: BrokerConfig): ReadonlyMap<string, string> {
  return new Map(
    (config.string('listener.security.protocol.map') ?? '')
      .split(',')
      .map(entry => entry.trim().toUpperCase().split(':') as [string, string]),
  )
}
function protocolOf(name: string, protocols: ReadonlyMap<string, string>): SecurityProtocol {
  const protocol = protocols.get(name) ?? name
  if (!securityProtocols.includes(protocol))
    throw new UserError(
      'CONFIG',
      `listener.security.protocol.map gives the listener ${name} no security protocol: ${securityProtocols.join(', ')} are served`,
    )
  return protocol as SecurityProtocol
}

/** Sentences for whoever starts the brokers: a listener that others reach, and that asks nobody who they are. */
export function exposureWarnings(listeners: readonly ListenerAddress[], config: BrokerConfig): string[] {
  return listeners
    .filter(({ host }) => !isLoopback(host))
    .filter(({ name, securityProtocol }) => !asksWho(name, securityProtocol, config))
    .map(
      ({ name, host, port }) =>
        `the listener ${name} takes whoever reaches ${host || 'any address of this machine'} on port ${port}: give it ` +
        'SASL or client certificates, or let it listen on 127.0.0.1',
    )
}
function asksWho(name: string, protocol: SecurityProtocol, config: BrokerConfig): boolean {
  if (protocol !== 'SSL') return protocol !== 'PLAINTEXT'
  const own = config.text(`listener.name.${name.toLowerCase()}.ssl.client.auth`)
  return (own ?? config.string('ssl.client.auth')) === 'required'
}
const isLoopback = (host: string) => host === 'localhost' || host === '::1' || host.startsWith('127.')
