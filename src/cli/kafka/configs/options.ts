// The options of kafka-configs, the entities that they name, and what goes together.

import { lookup } from 'node:dns/promises'

import type { GivenOptions } from '../options/joptsimple.ts'
import { ToolError, type Usage } from '../tool.ts'

const ofType = { type: 'String' } as const

export const options = {
  'bootstrap-server': { value: 'server to connect to', about: 'The brokers to ask first.' },
  'bootstrap-controller': {
    value: 'controller to connect to',
    about: 'The controllers to ask, which are not apart here.',
  },
  'command-config': { value: 'command config property file', about: 'Properties of the admin client.' },
  alter: { about: 'Change configs.' },
  describe: { about: 'Show configs.' },
  all: { about: 'Show all of them, and not only those that were set.' },
  'entity-type': {
    ...ofType,
    about: 'topics, clients, users, brokers, broker-loggers, ips, client-metrics or groups.',
  },
  'entity-name': { ...ofType, about: 'The name of the entity.' },
  'entity-default': { about: 'The default of clients, users, brokers or ips.' },
  'add-config': { ...ofType, about: "Configs to set: 'k1=v1,k2=[v1,v2,v2],k3=v3'." },
  'add-config-file': { ...ofType, about: 'A file of properties with configs to set.' },
  'delete-config': { ...ofType, about: "Configs to remove: 'k1,k2'." },
  topic: { ...ofType, about: 'A topic.' },
  client: { ...ofType, about: 'A client id.' },
  'client-defaults': { about: 'The default of all clients.' },
  user: { ...ofType, about: 'The name of a user.' },
  'user-defaults': { about: 'The default of all users.' },
  broker: { ...ofType, about: 'The id of a broker.' },
  'broker-defaults': { about: 'The default of all brokers.' },
  'broker-logger': { ...ofType, about: 'The id of a broker, for its loggers.' },
  'ip-defaults': { about: 'The default of all addresses.' },
  ip: { ...ofType, about: 'An address.' },
  group: { ...ofType, about: 'A group.' },
  'client-metrics': { ...ofType, about: 'A resource of metrics of clients.' },
} as const
export type Given = GivenOptions<typeof options>

export const entityTypes = [
  'topics',
  'clients',
  'users',
  'brokers',
  'ips',
  'client-metrics',
  'groups',
  'broker-loggers',
] as const
export type EntityType = (typeof entityTypes)[number]
export interface Entities {
  readonly types: readonly EntityType[]
  /** '' is the default of a type. */
  readonly names: readonly string[]
}

const flags = [
  ['topic', 'topics'],
  ['client', 'clients'],
  ['user', 'users'],
  ['broker', 'brokers'],
  ['broker-logger', 'broker-loggers'],
  ['ip', 'ips'],
  ['client-metrics', 'client-metrics'],
  ['group', 'groups'],
] as const
const defaultFlags = [
  ['client-defaults', 'clients'],
  ['user-defaults', 'users'],
  ['broker-defaults', 'brokers'],
  ['ip-defaults', 'ips'],
] as const

/** What the options name. Names and defaults stand in the order in which they were given. */
function entitiesOf(given: Given): { readonly types: string[]; readonly names: string[] } {
  const named = flags.filter(([flag]) => given.has(flag))
  const defaults = defaultFlags.filter(([flag]) => given.has(flag))
  const names = given.values('entity-name')
  let next = 0
  const inOrder = given.order
    .filter(name => name === 'entity-name' || name === 'entity-default')
    .map(name => (name === 'entity-name' ? names[next++]! : ''))
  return {
    types: [...given.values('entity-type'), ...[...named, ...defaults].map(([, type]) => type)],
    names: [...inOrder, ...named.map(([flag]) => given.value(flag)!), ...defaults.map(() => '')],
  }
}

/** Throws what is wrong with the options, in the order in which Kafka's tool looks. */
export async function check(given: Given, usage: Usage): Promise<Entities> {
  if (given.has('alter') === given.has('describe'))
    usage.fail('Command must include exactly one action: --describe, --alter')
  usage.excludes('describe', ['add-config', 'delete-config'])
  const { types, names } = entitiesOf(given)
  const doubled = types.filter((type, i) => types.indexOf(type) !== i)
  if (doubled.length > 0) throw new ToolError(`Duplicate entity type(s) specified: ${doubled.join(',')}`)
  if (!given.has('bootstrap-server') && !given.has('bootstrap-controller'))
    throw new ToolError('Either --bootstrap-server or --bootstrap-controller must be specified.')
  for (const type of types)
    if (!(entityTypes as readonly string[]).includes(type))
      throw new ToolError(
        `Invalid entity type ${type}, the entity type must be one of ${entityTypes.join(', ')} with a --bootstrap-server or --bootstrap-controller argument`,
      )
  if (types.length === 0) throw new ToolError('At least one entity type must be specified')
  if (types.length > 1 && types.toSorted().join() !== 'clients,users')
    throw new ToolError("Only 'users' and 'clients' entity types may be specified together")
  const isGeneral = given.has('entity-name') || given.has('entity-type') || given.has('entity-default')
  if (isGeneral && [...flags, ...defaultFlags].some(([flag]) => given.has(flag)))
    throw new ToolError('--entity-{type,name,default} should not be used in conjunction with specific entity flags')
  if (given.has('bootstrap-server') && given.has('bootstrap-controller'))
    throw new ToolError('Only one of --bootstrap-server or --bootstrap-controller can be specified')
  await checkNames(given, types)
  checkAction(given, types, names)
  if (given.has('alter') && types.length !== names.length)
    throw new ToolError('An entity name must be specified for every entity type')
  return { types: types as EntityType[], names }
}

async function checkNames(given: Given, types: readonly string[]): Promise<void> {
  if (types.includes('brokers') || types.includes('broker-loggers'))
    for (const option of ['entity-name', 'broker', 'broker-logger'] as const) {
      const id = given.value(option)
      if (id !== undefined && !/^[+-]?\d+$/.test(id))
        throw new ToolError(`The entity name for ${types[0]} must be a valid integer broker id, but it is: ${id}`)
    }
  if (types.includes('ips'))
    for (const option of ['entity-name', 'ip'] as const) {
      const address = given.value(option)
      if (address !== undefined && !(await isResolvable(address)))
        throw new ToolError(
          `The entity name for ${types[0]} must be a valid IP or resolvable host, but it is: ${address}`,
        )
    }
}
async function isResolvable(host: string): Promise<boolean> {
  try {
    await lookup(host)
    return true
  } catch {
    return false
  }
}

function checkAction(given: Given, types: readonly string[], names: readonly string[]): void {
  const hasName = names.some(name => name !== '')
  const hasDefaults = types.some(type => ['users', 'clients', 'brokers', 'ips'].includes(type))
  if (given.has('describe')) {
    if (!hasDefaults && given.has('entity-default'))
      throw new ToolError(`--entity-default must not be specified with --describe of ${types.join(',')}`)
    if (types.includes('broker-loggers') && !hasName)
      throw new ToolError(`An entity name must be specified with --describe of ${types.join(',')}`)
    return
  }
  if (hasDefaults && names.length === 0)
    throw new ToolError(
      'An entity-name or default entity must be specified with --alter of users, clients, brokers or ips',
    )
  if (!hasDefaults && !hasName)
    throw new ToolError(`An entity name must be specified with --alter of ${types.join(',')}`)
  if (given.has('add-config') && given.has('add-config-file'))
    throw new ToolError('Only one of --add-config or --add-config-file must be specified')
  if (!given.has('add-config') && !given.has('add-config-file') && !given.has('delete-config'))
    throw new ToolError(
      'At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter',
    )
}
