// Kafka's ConfigResource: what configs belong to, by the numbers that requests use.

import type { ConfigResourceType } from '../metadata/index.ts'

/** Loggers have levels, not configs, and no place in the metadata. */
export const configResourceTypes = {
  TOPIC: 2,
  BROKER: 4,
  BROKER_LOGGER: 8,
  CLIENT_METRICS: 16,
  GROUP: 32,
} as const satisfies Record<ConfigResourceType | 'BROKER_LOGGER', number>
export const brokerLogger = configResourceTypes.BROKER_LOGGER

/** undefined: not a resource that has configs. */
export function configResourceType(resourceType: number): ConfigResourceType | undefined {
  const [name] = Object.entries(configResourceTypes).find(([, number]) => number === resourceType) ?? []
  return name === 'BROKER_LOGGER' ? undefined : (name as ConfigResourceType | undefined)
}
