// Access control entries: who may do what, as the cluster's authorizer reads them.

import { createAcls, deleteAcls, describeAcls } from '../../protocol/index.ts'
import type { Cluster } from '../cluster.ts'
import { check } from '../errors.ts'

const resourceTypes = { topic: 2, group: 3, cluster: 4, transactionalId: 5, delegationToken: 6, user: 7 } as const
const patternTypes = { literal: 3, prefixed: 4 } as const
const operations = {
  all: 2,
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  clusterAction: 9,
  describeConfigs: 10,
  alterConfigs: 11,
  idempotentWrite: 12,
  createTokens: 13,
  describeTokens: 14,
  twoPhaseCommit: 15,
} as const
const permissions = { deny: 2, allow: 3 } as const
const any = 1
/** Of filters: every entry that applies to the resource of that name. */
const match = 2

export interface AclEntry {
  readonly resourceType: keyof typeof resourceTypes
  /** '*' with a literal pattern: all of them. The cluster's is 'kafka-cluster'. */
  readonly resourceName: string
  readonly patternType: keyof typeof patternTypes
  /** 'User:alice'; 'User:*' is everybody. */
  readonly principal: string
  /** An address; '*' is any. */
  readonly host: string
  readonly operation: keyof typeof operations
  readonly permission: keyof typeof permissions
}
/** What is not named may be anything. `patternType` 'match' finds what applies to the resource, whatever its pattern. */
export type AclEntryFilter = Partial<Omit<AclEntry, 'patternType'>> & {
  readonly patternType?: AclEntry['patternType'] | 'match'
}

/** Throws SECURITY_DISABLED on a cluster without an authorizer. */
export class AclAdmin {
  readonly #cluster: Cluster
  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  async describe(filter: AclEntryFilter = {}): Promise<AclEntry[]> {
    const answer = await this.#cluster.retrying(() => this.#cluster.askAny(describeAcls, aclFilterFields(filter)))
    check(answer.errorCode, { context: 'describe access control entries', message: answer.errorMessage })
    return answer.resources.flatMap(({ acls, ...resource }) => acls.map(entry => aclEntryOf({ ...resource, ...entry })))
  }

  /** What exists already stays. Throws the first refusal, after all were tried. */
  async create(entries: readonly AclEntry[]): Promise<void> {
    const creations = entries.map(aclCreation)
    const answer = await this.#cluster.retrying(() => this.#cluster.askController(createAcls, { creations }))
    for (const [index, { errorCode, errorMessage }] of answer.results.entries()) {
      const { resourceType, resourceName } = entries[index]!
      check(errorCode, { context: `allow or deny ${resourceType} '${resourceName}'`, message: errorMessage })
    }
  }

  /** Gives what the filters found, which is gone. */
  async delete(filters: readonly AclEntryFilter[]): Promise<AclEntry[]> {
    const answer = await this.#cluster.retrying(() =>
      this.#cluster.askController(deleteAcls, { filters: filters.map(aclFilterFields) }),
    )
    return answer.filterResults.flatMap(({ errorCode, errorMessage, matchingAcls }) => {
      check(errorCode, { context: 'delete access control entries', message: errorMessage })
      return matchingAcls.map(acl => {
        check(acl.errorCode, { context: `delete an entry of '${acl.resourceName}'`, message: acl.errorMessage })
        return aclEntryOf(acl)
      })
    })
  }
}

/** An entry as CreateAcls takes it. */
export function aclCreation({ resourceType, patternType, operation, permission, ...entry }: AclEntry) {
  return {
    ...entry,
    resourceType: resourceTypes[resourceType],
    resourcePatternType: patternTypes[patternType],
    operation: operations[operation],
    permissionType: permissions[permission],
  }
}
/** A filter as DescribeAcls and DeleteAcls take it. */
export function aclFilterFields(filter: AclEntryFilter) {
  const {
    resourceType,
    resourceName = null,
    patternType,
    principal = null,
    host = null,
    operation,
    permission,
  } = filter
  return {
    resourceTypeFilter: resourceType === undefined ? any : resourceTypes[resourceType],
    resourceNameFilter: resourceName,
    patternTypeFilter: patternType === undefined ? any : patternType === 'match' ? match : patternTypes[patternType],
    principalFilter: principal,
    hostFilter: host,
    operation: operation === undefined ? any : operations[operation],
    permissionType: permission === undefined ? any : permissions[permission],
  }
}
/** An entry as the protocol has it, for people. */
export function aclEntryOf(raw: {
  readonly resourceType: number
  readonly resourceName: string
  readonly patternType: number
  readonly principal: string
  readonly host: string
  readonly operation: number
  readonly permissionType: number
}): AclEntry {
  const { resourceName, principal, host } = raw
  return {
    resourceType: nameOf(resourceTypes, raw.resourceType),
    resourceName,
    patternType: nameOf(patternTypes, raw.patternType),
    principal,
    host,
    operation: nameOf(operations, raw.operation),
    permission: nameOf(permissions, raw.permissionType),
  }
}
/** A cluster that is newer than this client may have others: they are told by their number. */
function nameOf<T extends Readonly<Record<string, number>>>(names: T, number: number): keyof T {
  return Object.keys(names).find(name => names[name] === number) ?? `${number}`
}
