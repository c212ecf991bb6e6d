// The configuration of one broker: what was given at its start, what was changed since, and the defaults, in layers. Reading
// a key gives the strongest layer's value, parsed.

import { UserError } from '../../base/index.ts'
import type { ClusterImage, Configs } from '../image.ts'
import { configsOf } from '../image.ts'
import type { ConfigValue } from './definition.ts'
import { brokerConfig, brokerConfigs, type BrokerConfigName } from './tables.ts'
import { canonical, parseValue } from './value.ts'

export type LayerSource = 'DYNAMIC_BROKER_CONFIG' | 'DYNAMIC_DEFAULT_BROKER_CONFIG' | 'STATIC_BROKER_CONFIG'
export interface Layer {
  readonly source: LayerSource
  readonly values: Configs
}

export class BrokerConfig {
  /** The strongest first. Below all of them lie the defaults. */
  readonly layers: readonly Layer[]
  readonly #parsed = new Map<string, ConfigValue>()

  private constructor(layers: readonly Layer[]) {
    this.layers = layers
  }
  /** Of the keys that a broker is started with. Throws a UserError that names every wrong value. */
  static of(given: Configs | Readonly<Record<string, string | number | boolean>>): BrokerConfig {
    const entries = given instanceof Map ? [...(given as Configs)] : Object.entries(given)
    const values = new Map(entries.map(([name, value]) => [name, String(value)]))
    const faults = [...values].flatMap(([name, text]) => {
      const definition = brokerConfig(name)
      return (definition && parseValue(name, definition, text).fault) ?? []
    })
    if (faults.length > 0) throw new UserError('CONFIG', faults.join('\n'))
    return new BrokerConfig([{ source: 'STATIC_BROKER_CONFIG', values }])
  }
  /** With what was decided at the start for keys that nobody gave. */
  including(decided: Configs): BrokerConfig {
    const others = this.layers.filter(({ source }) => source !== 'STATIC_BROKER_CONFIG')
    return new BrokerConfig([
      ...others,
      { source: 'STATIC_BROKER_CONFIG', values: new Map([...decided, ...this.given]) },
    ])
  }
  /** With what the cluster's metadata sets for all brokers and for this one. */
  dynamic(image: ClusterImage, nodeId: number): BrokerConfig {
    const own = configsOf(image, 'BROKER', String(nodeId)),
      everyone = configsOf(image, 'BROKER', '')
    const [given] = this.layers.filter(({ source }) => source === 'STATIC_BROKER_CONFIG')
    return new BrokerConfig([
      { source: 'DYNAMIC_BROKER_CONFIG', values: own },
      { source: 'DYNAMIC_DEFAULT_BROKER_CONFIG', values: everyone },
      given!,
    ])
  }
  /** With these in the place of what the cluster's metadata sets for this broker, or for all of them. */
  with(source: Exclude<LayerSource, 'STATIC_BROKER_CONFIG'>, values: Configs): BrokerConfig {
    const order: readonly LayerSource[] = [
      'DYNAMIC_BROKER_CONFIG',
      'DYNAMIC_DEFAULT_BROKER_CONFIG',
      'STATIC_BROKER_CONFIG',
    ]
    const others = this.layers.filter(layer => layer.source !== source)
    return new BrokerConfig(
      [...others, { source, values }].toSorted((a, b) => order.indexOf(a.source) - order.indexOf(b.source)),
    )
  }
  get given(): Configs {
    return this.layers.at(-1)!.values
  }

  boolean(name: BrokerConfigName): boolean {
    return this.value(name) as boolean
  }
  number(name: BrokerConfigName): number {
    return this.value(name) as number
  }
  /** A number that need not be set. */
  optionalNumber(name: BrokerConfigName): number | undefined {
    return (this.value(name) as number | null) ?? undefined
  }
  string(name: BrokerConfigName): string | null {
    return this.value(name) as string | null
  }
  list(name: BrokerConfigName): readonly string[] {
    return (this.value(name) as readonly string[] | null) ?? []
  }
  value(name: string): ConfigValue {
    const known = this.#parsed.get(name)
    if (known !== undefined) return known
    const text = this.#strongest(name),
      definition = brokerConfig(name)
    const parsed = text === null || definition === undefined ? { value: text } : parseValue(name, definition, text)
    if (parsed.fault !== undefined) throw new TypeError(parsed.fault) // what was given was checked when it was set
    this.#parsed.set(name, parsed.value)
    return parsed.value
  }
  /** As Kafka shows it; null where it has no value. */
  text(name: string): string | null {
    const text = this.#strongest(name),
      definition = brokerConfig(name)
    return text === null || definition === undefined ? text : canonical(definition.type, text)
  }
  #strongest(name: string): string | null {
    for (const { values } of this.layers) {
      const text = values.get(name)
      if (text !== undefined) return text
    }
    return brokerConfigs.get(name)?.default ?? null
  }
}
