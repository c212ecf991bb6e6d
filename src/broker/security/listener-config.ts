// The configs of one listener: what stands under `listener.name.<listener>.` (and there under a SASL mechanism), else what
// holds for all of them (KIP-103).

import type { BrokerConfig, BrokerConfigName } from '../../metadata/index.ts'

export class ListenerConfig {
  readonly listener: string
  readonly #config: BrokerConfig

  constructor(config: BrokerConfig, listener: string) {
    this.listener = listener
    this.#config = config
  }
  /** The whole name of what is set for this listener alone. */
  nameOf(name: BrokerConfigName, mechanism?: string): string {
    const listener = `listener.name.${this.listener.toLowerCase()}.`
    return mechanism === undefined ? listener + name : `${listener}${mechanism.toLowerCase()}.${name}`
  }
  string(name: BrokerConfigName): string | null {
    return (this.#value(name) as string | null) || null
  }
  number(name: BrokerConfigName): number {
    return this.#value(name) as number
  }
  boolean(name: BrokerConfigName): boolean {
    return this.#value(name) as boolean
  }
  list(name: BrokerConfigName): readonly string[] {
    return (this.#value(name) as readonly string[] | null) ?? []
  }
  /** What is set for this listener alone. */
  own(name: BrokerConfigName): string | undefined {
    return this.#config.text(this.nameOf(name)) ?? undefined
  }
  /** What is set for a mechanism of this listener. */
  ofMechanism(mechanism: string, name: BrokerConfigName): string | undefined {
    return this.#config.text(this.nameOf(name, mechanism)) ?? undefined
  }
  #value(name: BrokerConfigName) {
    const own = this.nameOf(name)
    return this.#config.value(this.#config.text(own) === null ? name : own)
  }
}
