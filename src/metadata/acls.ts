// Access control entries: who may or may not do what to which resources. Kept and found as Kafka's AclControlManager and
// AclBindingFilter keep and find them; what they come to is the broker's to decide.

import { type Decision, type Refusal, refusal, type Result } from './decision.ts'
import type { ClusterImage } from './image.ts'
import type { MetadataRecord } from './records.ts'

/** With the numbers of Kafka's ResourceType, PatternType, AclOperation and AclPermissionType. 1 is ANY, in filters only. */
export const aclResourceTypes = {
  TOPIC: 2,
  GROUP: 3,
  CLUSTER: 4,
  TRANSACTIONAL_ID: 5,
  DELEGATION_TOKEN: 6,
  USER: 7,
} as const
export const aclPatternTypes = { LITERAL: 3, PREFIXED: 4 } as const
export const aclOperations = {
  ALL: 2,
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DELETE: 6,
  ALTER: 7,
  DESCRIBE: 8,
  CLUSTER_ACTION: 9,
  DESCRIBE_CONFIGS: 10,
  ALTER_CONFIGS: 11,
  IDEMPOTENT_WRITE: 12,
  CREATE_TOKENS: 13,
  DESCRIBE_TOKENS: 14,
  TWO_PHASE_COMMIT: 15,
} as const
export const aclPermissions = { DENY: 2, ALLOW: 3 } as const
export const aclAny = 1
/** Of pattern filters: whatever entry applies to the resource of that name. */
export const aclMatch = 2
/** The one name of the resource CLUSTER. */
export const clusterName = 'kafka-cluster'
export const aclWildcard = '*'

export type AclResourceType = keyof typeof aclResourceTypes
export type AclOperation = keyof typeof aclOperations
export interface Acl {
  readonly resourceType: AclResourceType
  /** '*' with LITERAL: all of the type. */
  readonly resourceName: string
  readonly patternType: keyof typeof aclPatternTypes
  /** 'User:alice'; 'User:*' is everybody. */
  readonly principal: string
  /** An address, or '*'. */
  readonly host: string
  readonly operation: AclOperation
  readonly permission: keyof typeof aclPermissions
}
/** An entry as a request says it, in numbers. */
export interface RawAcl {
  readonly resourceType: number
  readonly resourceName: string
  readonly patternType: number
  readonly principal: string
  readonly host: string
  readonly operation: number
  readonly permission: number
}
/** null and ANY match all. */
export type AclFilter = Omit<RawAcl, 'resourceName' | 'principal' | 'host'> & {
  readonly resourceName: string | null
  readonly principal: string | null
  readonly host: string | null
}

export const aclKey = (acl: Acl): string =>
  JSON.stringify([
    acl.resourceType,
    acl.resourceName,
    acl.patternType,
    acl.principal,
    acl.host,
    acl.operation,
    acl.permission,
  ])

/** Each by itself. What exists already is as good as created. */
export function createAcls(image: ClusterImage, acls: readonly RawAcl[]): Decision<readonly Result[]> {
  const records: MetadataRecord[] = []
  const made = new Set<string>()
  const outcome = acls.map((raw): Result => {
    const acl = aclOf(raw)
    if ('error' in acl) return acl
    const key = aclKey(acl)
    if (!image.acls.has(key) && !made.has(key)) records.push({ type: 'aclCreated', acl })
    made.add(key)
    return { error: 'NONE' }
  })
  return { records, outcome }
}

export type DeletedAcls = Result<{ readonly acls: readonly Acl[] }>
/** What each filter found is gone. */
export function deleteAcls(image: ClusterImage, filters: readonly AclFilter[]): Decision<readonly DeletedAcls[]> {
  const gone = new Map<string, Acl>()
  const outcome = filters.map((filter): DeletedAcls => {
    const acls = findAcls(image, filter)
    if ('error' in acls) return acls
    for (const acl of acls) gone.set(aclKey(acl), acl)
    return { error: 'NONE', acls }
  })
  return { records: [...gone.values()].map(acl => ({ type: 'aclDeleted', acl })), outcome }
}

export function findAcls(image: ClusterImage, filter: AclFilter): Acl[] | Refusal {
  const { resourceType, patternType, operation, permission, resourceName, principal, host } = filter
  if (!isKnown(aclResourceTypes, resourceType) || !(patternType === aclMatch || isKnown(aclPatternTypes, patternType)))
    return invalid('Unknown patternFilter.')
  if (!isKnown(aclOperations, operation) || !isKnown(aclPermissions, permission)) return invalid('Unknown entryFilter.')
  const is = (filtered: number, own: number) => filtered === aclAny || filtered === own
  return [...image.acls.values()].filter(
    acl =>
      is(resourceType, aclResourceTypes[acl.resourceType]) &&
      is(operation, aclOperations[acl.operation]) &&
      is(permission, aclPermissions[acl.permission]) &&
      (principal === null || principal === acl.principal) &&
      (host === null || host === acl.host) &&
      (patternType === aclMatch
        ? resourceName === null || applies(acl, resourceName)
        : is(patternType, aclPatternTypes[acl.patternType]) &&
          (resourceName === null || resourceName === acl.resourceName)),
  )
}
const isKnown = (names: Readonly<Record<string, number>>, number: number) =>
  number === aclAny || Object.values(names).includes(number)

/** Whether the pattern of an entry covers a resource. */
export function applies({ patternType, resourceName }: Acl, name: string): boolean {
  return patternType === 'PREFIXED'
    ? name.startsWith(resourceName)
    : resourceName === name || resourceName === aclWildcard
}

function aclOf(raw: RawAcl): Acl | Refusal {
  const resourceType = nameOf(aclResourceTypes, raw.resourceType)
  const patternType = nameOf(aclPatternTypes, raw.patternType)
  const operation = nameOf(aclOperations, raw.operation)
  const permission = nameOf(aclPermissions, raw.permission)
  if (resourceType === 'CLUSTER' && raw.resourceName !== clusterName)
    return invalid(`The only valid name for the CLUSTER resource is ${clusterName}`)
  if (raw.resourceName === '') return invalid('Invalid empty resource name')
  if (resourceType === undefined) return invalid(`Invalid resourceType ${told(raw.resourceType)}`)
  if (patternType === undefined)
    return invalid(`Invalid patternType ${raw.patternType === aclMatch ? 'MATCH' : told(raw.patternType)}`)
  if (operation === undefined) return invalid(`Invalid operation ${told(raw.operation)}`)
  if (permission === undefined) return invalid(`Invalid permissionType ${told(raw.permission)}`)
  const { resourceName, principal, host } = raw
  if (!/^[^:]+:/.test(principal))
    return invalid(`Invalid principal "${principal}": expected Type:name, as in User:alice`)
  return { resourceType, resourceName, patternType, principal, host, operation, permission }
}
const invalid = (message: string) => refusal('INVALID_REQUEST', message)
const told = (number: number) => (number === aclAny ? 'ANY' : 'UNKNOWN')
function nameOf<T extends Readonly<Record<string, number>>>(names: T, number: number): (keyof T & string) | undefined {
  return Object.keys(names).find(name => names[name] === number)
}
