// Configs of topics, brokers and groups: read with their sources, changed key by key (KIP-339).

import {
  describeConfigs,
  incrementalAlterConfigs,
  type AnyApi,
  type DecodedResponseOf,
  type RequestDraftOf,
} from '../../protocol/index.ts'
import type { Cluster } from '../cluster.ts'
import { check } from '../errors.ts'

/** The numbers that the protocol gives to kinds of resources. */
const resourceTypes = { topic: 2, broker: 4, group: 32 } as const
const sources = [
  'unknown',
  'topic',
  'broker',
  'all brokers',
  'static',
  'default',
  'logger',
  'client metrics',
  'group',
] as const
const operations = { set: 0, delete: 1, append: 2, subtract: 3 } as const

export interface ConfigResource {
  readonly type: keyof typeof resourceTypes
  /** A topic's or group's name, a broker's id; '' for all brokers. */
  readonly name: string
}
export interface ConfigEntry {
  readonly name: string
  /** Null for a sensitive one, and where it has no value. */
  readonly value: string | null
  readonly source: (typeof sources)[number]
  readonly readOnly: boolean
  readonly sensitive: boolean
}
export interface ConfigChange {
  readonly name: string
  readonly operation: keyof typeof operations
  /** Not for `delete`, which goes back to what would apply without it. */
  readonly value?: string
}

export class ConfigAdmin {
  readonly #cluster: Cluster
  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** All configs in force, or those of `names`. Of a topic that there is not, UNKNOWN_TOPIC_OR_PARTITION, at once. */
  async describe(resource: ConfigResource, names?: readonly string[]): Promise<ConfigEntry[]> {
    const resources = [
      { resourceType: resourceTypes[resource.type], resourceName: resource.name, configurationKeys: names ?? null },
    ]
    const answer = await this.#cluster.retrying(() => this.#of(resource, describeConfigs, { resources }))
    return answer.results.flatMap(({ errorCode, errorMessage, configs }) => {
      check(errorCode, { context: told(resource), message: errorMessage })
      return configs.map(({ name, value, configSource, readOnly, isSensitive }) => ({
        name,
        value,
        source: sources[configSource] ?? 'unknown',
        readOnly,
        sensitive: isSensitive,
      }))
    })
  }

  async alter(
    resource: ConfigResource,
    changes: readonly ConfigChange[],
    { validateOnly = false } = {},
  ): Promise<void> {
    const configs = changes.map(({ name, operation, value }) => ({
      name,
      configOperation: operations[operation],
      value: value ?? null,
    }))
    const resources = [{ resourceType: resourceTypes[resource.type], resourceName: resource.name, configs }]
    const answer = await this.#cluster.retrying(() =>
      this.#of(resource, incrementalAlterConfigs, { resources, validateOnly }),
    )
    for (const { errorCode, errorMessage } of answer.responses)
      check(errorCode, { context: told(resource), message: errorMessage })
  }

  /** A broker's own configs are asked of itself: only it knows its file. */
  async #of<A extends AnyApi>(
    { type, name }: ConfigResource,
    api: A,
    draft: RequestDraftOf<A>,
  ): Promise<DecodedResponseOf<A>> {
    if (type !== 'broker' || name === '') return this.#cluster.askController(api, draft)
    if (!this.#cluster.view.brokers.has(Number(name))) await this.#cluster.refresh([])
    return this.#cluster.ask(Number(name), 'main', api, draft)
  }
}

const told = ({ type, name }: ConfigResource) => `configs of ${type} '${name}'`
