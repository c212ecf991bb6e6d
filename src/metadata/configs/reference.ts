// All configs as a reference shows them: of topics, brokers and groups, with type, default, bounds and what they do.

import type { ConfigDefinition } from './definition.ts'
import { brokerDocumentation, groupDocumentation, topicDocumentation } from './documentation.ts'
import { brokerConfigs, groupConfigs, isInternalConfig, topicConfigs } from './tables.ts'

export interface ConfigReference extends Pick<ConfigDefinition, 'type' | 'default' | 'update'> {
  readonly of: 'topic' | 'broker' | 'group'
  readonly name: string
  /** Which values are allowed: '[1,...]'; '' for all of the type. */
  readonly valid: string
  /** Undefined for one that is known and has no effect here. */
  readonly documentation: string | undefined
}

export function configReference(): ConfigReference[] {
  const kinds = [
    { of: 'topic', configs: topicConfigs, documentation: topicDocumentation },
    { of: 'broker', configs: brokerConfigs, documentation: brokerDocumentation },
    { of: 'group', configs: groupConfigs, documentation: groupDocumentation },
  ] as const
  return kinds.flatMap(({ of, configs, documentation }) =>
    [...configs]
      .filter(([name]) => !isInternalConfig(name))
      .map(([name, { type, default: initial, update, valid }]) => ({
        of,
        name,
        type,
        default: initial,
        update,
        valid: valid.text,
        documentation: documentation[name],
      })),
  )
}
