// Kafka's ConfigResource: what configs belong to, by the numbers that requests use.

import type { ConfigResourceType } from '../metadata/index.ts'

/** Loggers have levels, not configs, and no place in the metadata. */
export const brokerLogger = 8

const types: ReadonlyMap<number, ConfigResourceType> = new Map([
  [2, 'TOPIC'],
  [4, 'BROKER'],
  [16, 'CLIENT_METRICS'],
  [32, 'GROUP'],
])
export function configResourceType(resourceType: number): ConfigResourceType | undefined {
  return types.get(resourceType)
}
