// What a broker is started with, put together: the development defaults, a properties file, the environment, and what
// stands on the command line, each stronger than the one before. Together they are the static configuration.

import type { Configs } from '../image.ts'
import type { ConfigResourceType } from '../records.ts'
import { BrokerConfig } from './broker-config.ts'
import { brokerDocumentation, groupDocumentation, topicDocumentation } from './documentation.ts'
import { baseName, brokerConfig, brokerConfigs } from './tables.ts'

/**
 * Where a broker for development begins, in place of Kafka's defaults, which suit a cluster of three: the values of the
 * server.properties that Kafka is delivered with, and no waiting for further members of a group. They count as given, so
 * DescribeConfigs shows them as static configuration, not as built-in defaults.
 */
// oxfmt-ignore
export const developmentDefaults: Configs = new Map([
  ['offsets.topic.replication.factor',                 '1'], // one broker cannot hold three replicas
  ['transaction.state.log.replication.factor',         '1'],
  ['transaction.state.log.min.isr',                    '1'],
  ['share.coordinator.state.topic.replication.factor', '1'],
  ['share.coordinator.state.topic.min.isr',            '1'],
  ['group.initial.rebalance.delay.ms',                 '0'], // every test that starts a consumer would pay three seconds
])

export interface GivenConfigs {
  /** A parsed server.properties. */
  readonly properties?: Configs
  /** As configFromEnvironment gives it. */
  readonly environment?: Configs
  readonly overrides?: Configs
  /** Begin from developmentDefaults. */
  readonly development?: boolean
}
export interface ConfigWarning {
  readonly name: string
  readonly reason: 'unknown' | 'no effect'
  /** A sentence for the log. */
  readonly message: string
}

/** Throws a UserError that names all wrong values. What is merely useless is a warning. */
export function brokerConfigOf({
  properties = new Map(),
  environment = new Map(),
  overrides = new Map(),
  development = true,
}: GivenConfigs): { config: BrokerConfig; warnings: ConfigWarning[] } {
  const chosen = new Map([...properties, ...environment, ...overrides])
  const given = new Map([...(development ? developmentDefaults : []), ...chosen])
  // Kafka's older name of the node's id is kept in step with the newer one.
  const id = chosen.get('node.id') ?? chosen.get('broker.id')
  if (id !== undefined) for (const name of ['node.id', 'broker.id']) given.set(name, id)
  return { config: BrokerConfig.of(given), warnings: configWarnings(chosen.keys()) }
}

function configWarnings(names: Iterable<string>): ConfigWarning[] {
  return [...names].flatMap((name): ConfigWarning[] => {
    if (brokerConfig(name) !== undefined) return noEffectWarnings('BROKER', [name])
    const near = nearest(name)
    const hint = near === undefined ? '' : `; did you mean '${near}'?`
    return [{ name, reason: 'unknown', message: `'${name}' is not a broker config of Apache Kafka 4.2${hint}` }]
  })
}

const documented: Readonly<Record<ConfigResourceType, Readonly<Record<string, string>>>> = {
  TOPIC: topicDocumentation,
  BROKER: brokerDocumentation,
  GROUP: groupDocumentation,
  CLIENT_METRICS: {},
}
/** Of the configs that can be set on a resource and do nothing there. */
export function noEffectWarnings(type: ConfigResourceType, names: Iterable<string>): ConfigWarning[] {
  return [...names]
    .filter(name => documented[type][baseName(name)] === undefined)
    .map(name => ({ name, reason: 'no effect', message: `'${name}' is known, and has no effect in Millrace` }))
}

/** How many letters may be wrong in a name that is still recognised. */
const distanceMax = 3
function nearest(name: string): string | undefined {
  let best: string | undefined
  let bestDistance = distanceMax + 1
  for (const known of brokerConfigs.keys()) {
    const distance = editDistance(name, known, bestDistance)
    if (distance < bestDistance) [best, bestDistance] = [known, distance]
  }
  return best
}
/** Levenshtein's, or `limit` where it is at least that. */
function editDistance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) >= limit) return limit
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)))
    if (Math.min(...next) >= limit) return limit
    row = next
  }
  return row.at(-1)!
}
