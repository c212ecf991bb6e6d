// What configs belong to decides what it takes to see or change them.

import { refusal, type Refusal } from '../../metadata/index.ts'
import { errorMessage } from '../../protocol/index.ts'
import { configResourceType } from '../config-resource.ts'
import type { Access } from './access.ts'

export function configRefusal(
  access: Access,
  operation: 'DESCRIBE_CONFIGS' | 'ALTER_CONFIGS',
  { resourceType, resourceName }: { readonly resourceType: number; readonly resourceName: string },
): Refusal | undefined {
  const type = configResourceType(resourceType)
  const isAllowed =
    type === 'TOPIC' || type === 'GROUP'
      ? access.allows(operation, type, resourceName)
      : access.allows(operation, 'CLUSTER')
  const error =
    type === 'TOPIC' || type === 'GROUP' ? (`${type}_AUTHORIZATION_FAILED` as const) : 'CLUSTER_AUTHORIZATION_FAILED'
  return isAllowed ? undefined : refusal(error, errorMessage(error))
}
