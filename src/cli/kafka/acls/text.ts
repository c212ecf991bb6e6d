// Access control entries as Kafka writes them.

import type { AclEntry } from '../../../client/index.ts'
import type { ResourceFilter } from './entries.ts'

/** 'DESCRIBE_CONFIGS' of 'describeConfigs' */
export const upper = (name: string): string => name.replaceAll(/[A-Z]/g, letter => `_${letter}`).toUpperCase()

type Resource = Pick<AclEntry, 'resourceType' | 'resourceName' | 'patternType'>
export const resourceText = (resource: Resource): string => `ResourcePattern(${placeText(resource)})`
export const filterText = (filter: ResourceFilter): string =>
  `ResourcePattern(${placeText({ ...filter, patternType: filter.patternType ?? 'any' })})`
const placeText = ({ resourceType, resourceName, patternType }: Record<keyof Resource, string>) =>
  `resourceType=${upper(resourceType)}, name=${resourceName}, patternType=${upper(patternType)}`

export function entryText({ principal, host, operation, permission }: Omit<AclEntry, keyof Resource>): string {
  return `(principal=${principal}, host=${host}, operation=${upper(operation)}, permissionType=${upper(permission)})`
}
