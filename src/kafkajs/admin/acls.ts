// Access control lists, as kafkajs's admin makes, finds and deletes them.

import { createAcls, deleteAcls, describeAcls } from '../../protocol/index.ts'
import { check, errorOfCode } from '../error-of.ts'
import type { AclFilter, Admin } from '../types/admin.ts'
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from '../types/enumerations.ts'
import { asking, checkNumbers, invalid, type AdminOutside } from './requests.ts'

export function aclMethods(outside: AdminOutside): Pick<Admin, 'createAcls' | 'describeAcls' | 'deleteAcls'> {
  return {
    async createAcls({ acl }) {
      if (!acl || !Array.isArray(acl)) throw invalid(`Invalid ACL array ${acl}`)
      if (acl.length === 0) throw invalid('Empty ACL array')
      for (const field of ['principal', 'host', 'resourceName'] as const)
        if (acl.some(one => typeof one[field] !== 'string'))
          throw invalid(`Invalid ACL array, the ${field}s have to be a valid string`)
      checkKinds(acl, 'operation type', 'resource pattern type')
      await asking(outside, async cluster => {
        const { results } = await cluster.askController(createAcls, { creations: acl })
        for (const { errorCode } of results) check(errorCode)
      })
      return true
    },
    async describeAcls(filter) {
      for (const field of ['principal', 'host', 'resourceName'] as const)
        if (!isOptionalText(filter[field])) throw invalid(`Invalid ${field}, the ${field} have to be a valid string`)
      const { operation, resourcePatternType, permissionType, resourceType } = filter
      checkKind(operation, AclOperationTypes, 'operation type')
      checkKind(resourcePatternType, ResourcePatternTypes, 'resource pattern filter type')
      checkKind(permissionType, AclPermissionTypes, 'permission type')
      checkKind(resourceType, AclResourceTypes, 'resource type')
      const answer = await asking(outside, async cluster => {
        const answer = await cluster.askController(describeAcls, draftOf(filter))
        check(answer.errorCode)
        return answer
      })
      const resources = answer.resources.map(({ resourceType, resourceName, patternType, acls }) => ({
        resourceType: resourceType as AclResourceTypes,
        resourceName,
        resourcePatternType: patternType as ResourcePatternTypes,
        acls: acls.map(({ principal, host, operation, permissionType }) => ({
          principal,
          host,
          operation: operation as AclOperationTypes,
          permissionType: permissionType as AclPermissionTypes,
        })),
      }))
      return { throttleTime: answer.throttleTimeMs, errorCode: 0, resources }
    },
    async deleteAcls({ filters }) {
      if (!filters || !Array.isArray(filters)) throw invalid(`Invalid ACL Filter array ${filters}`)
      if (filters.length === 0) throw invalid('Empty ACL Filter array')
      for (const field of ['principal', 'host', 'resourceName'] as const)
        if (filters.some(filter => !isOptionalText(filter[field])))
          throw invalid(`Invalid ACL Filter array, the ${field}s have to be a valid string`)
      checkKinds(filters, 'operation type', 'resource pattern type')
      const answer = await asking(outside, async cluster => {
        const answer = await cluster.askController(deleteAcls, { filters: filters.map(draftOf) })
        for (const { errorCode } of answer.filterResults) check(errorCode)
        return answer
      })
      const filterResponses = answer.filterResults.map(({ errorCode, errorMessage, matchingAcls }) => ({
        errorCode,
        ...messageOf(errorMessage),
        matchingAcls: matchingAcls.map(({ errorCode, errorMessage, patternType, ...acl }) => ({
          errorCode,
          ...messageOf(errorMessage),
          principal: acl.principal,
          host: acl.host,
          resourceName: acl.resourceName,
          resourceType: acl.resourceType as AclResourceTypes,
          resourcePatternType: patternType as ResourcePatternTypes,
          operation: acl.operation as AclOperationTypes,
          permissionType: acl.permissionType as AclPermissionTypes,
        })),
      }))
      for (const { matchingAcls } of filterResponses)
        for (const { errorCode } of matchingAcls) {
          const error = errorOfCode(errorCode)
          if (error !== undefined) throw error
        }
      return { throttleTime: answer.throttleTimeMs, filterResponses }
    },
  }
}

type Kinds = Pick<AclFilter, 'operation' | 'resourcePatternType' | 'permissionType' | 'resourceType'>
function checkKinds(list: readonly Kinds[], operation: string, pattern: string): void {
  checkNumbers(list, 'operation', AclOperationTypes, operation)
  checkNumbers(list, 'resourcePatternType', ResourcePatternTypes, pattern)
  checkNumbers(list, 'permissionType', AclPermissionTypes, 'permission type')
  checkNumbers(list, 'resourceType', AclResourceTypes, 'resource type')
}
function checkKind(given: number, allowed: { readonly [name: string]: number }, what: string): void {
  if (!Object.values(allowed).includes(given)) throw invalid(`Invalid ${what} ${given}`)
}
/** Null where there is none, whatever the types of kafkajs say: that is what it gives. */
const messageOf = (errorMessage: string | null) => ({ errorMessage: errorMessage as string })
const isOptionalText = (given: unknown) => given === undefined || typeof given === 'string'

const draftOf = (filter: AclFilter) => ({
  resourceTypeFilter: filter.resourceType,
  resourceNameFilter: filter.resourceName ?? null,
  patternTypeFilter: filter.resourcePatternType,
  principalFilter: filter.principal ?? null,
  hostFilter: filter.host ?? null,
  operation: filter.operation,
  permissionType: filter.permissionType,
})
