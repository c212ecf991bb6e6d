// DescribeAcls, CreateAcls and DeleteAcls: who may do what. They are kept for the authorizer, and refused where there is none.

import {
  aclOperations,
  aclPatternTypes,
  aclPermissions,
  aclResourceTypes,
  findAcls,
  isRefusal,
  type Acl,
  type AclFilter,
} from '../../metadata/index.ts'
import { createAcls, deleteAcls, describeAcls, errorCode, errorMessage, type RequestOf } from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const describeAclsHandler = handler(
  describeAcls,
  {
    versions: '1-3',
    authorization: needsCluster('DESCRIBE', (_, error) => ({
      errorCode: errorCode(error),
      errorMessage: errorMessage(error),
      resources: [],
    })),
  },
  ({ body, context }) => {
    if (!context.authorizer.isEnabled)
      return {
        errorCode: errorCode('SECURITY_DISABLED'),
        errorMessage: 'No Authorizer is configured on the broker',
        resources: [],
      }
    const found = findAcls(context.metadata.image, filterOf(body))
    if (isRefusal(found)) return { errorCode: errorCode(found.error), errorMessage: found.message, resources: [] }
    const byResource = Map.groupBy(found, ({ resourceType, resourceName, patternType }) =>
      JSON.stringify([resourceType, resourceName, patternType]),
    )
    return {
      errorCode: errorCode('NONE'),
      errorMessage: null,
      resources: [...byResource.values()].map(acls => ({ ...resourceOf(acls[0]!), acls: acls.map(entryOf) })),
    }
  },
)

export const createAclsHandler = handler(
  createAcls,
  {
    versions: '1-3',
    authorization: needsCluster('ALTER', ({ body }, error) => ({
      results: body.creations.map(() => ({ errorCode: errorCode(error), errorMessage: errorMessage(error) })),
    })),
  },
  async ({ body, context }) => {
    if (!context.authorizer.isEnabled) return { results: body.creations.map(() => disabled) }
    const outcomes = await context.metadata.createAcls(
      body.creations.map(({ resourcePatternType, permissionType, ...acl }) => ({
        ...acl,
        patternType: resourcePatternType,
        permission: permissionType,
      })),
    )
    return {
      results: outcomes.map(outcome => ({
        errorCode: errorCode(outcome.error),
        errorMessage: isRefusal(outcome) ? outcome.message : null,
      })),
    }
  },
)

export const deleteAclsHandler = handler(
  deleteAcls,
  {
    versions: '1-3',
    authorization: needsCluster('ALTER', ({ body }, error) => ({
      filterResults: body.filters.map(() => ({
        errorCode: errorCode(error),
        errorMessage: errorMessage(error),
        matchingAcls: [],
      })),
    })),
  },
  async ({ body, context }) => {
    if (!context.authorizer.isEnabled)
      return { filterResults: body.filters.map(() => ({ ...disabled, matchingAcls: [] })) }
    const outcomes = await context.metadata.deleteAcls(body.filters.map(filterOf))
    return {
      filterResults: outcomes.map(outcome => ({
        errorCode: errorCode(outcome.error),
        errorMessage: isRefusal(outcome) ? outcome.message : null,
        matchingAcls: isRefusal(outcome)
          ? []
          : outcome.acls.map(acl => ({
              errorCode: errorCode('NONE'),
              errorMessage: null,
              ...resourceOf(acl),
              ...entryOf(acl),
            })),
      })),
    }
  },
)

const disabled = { errorCode: errorCode('SECURITY_DISABLED'), errorMessage: 'No Authorizer is configured.' }

function filterOf(filter: RequestOf<typeof deleteAcls>['filters'][number]): AclFilter {
  return {
    resourceType: filter.resourceTypeFilter,
    resourceName: filter.resourceNameFilter,
    patternType: filter.patternTypeFilter,
    principal: filter.principalFilter,
    host: filter.hostFilter,
    operation: filter.operation,
    permission: filter.permissionType,
  }
}
function resourceOf({ resourceType, resourceName, patternType }: Acl) {
  return { resourceType: aclResourceTypes[resourceType], resourceName, patternType: aclPatternTypes[patternType] }
}
function entryOf({ principal, host, operation, permission }: Acl) {
  return { principal, host, operation: aclOperations[operation], permissionType: aclPermissions[permission] }
}
