// DeleteAcls: removes the access control entries that match.
import { api, array, int16, int32, int8, string } from '../schema.ts'

export const deleteAcls = api(
  31,
  'DeleteAcls',
  { versions: '1-3', flexible: '2+' },
  {
    request: {
      filters: array({
        /** 1 any, 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user. */
        resourceTypeFilter: int8,
        /** Null matches all. So do the two below. */
        resourceNameFilter: string.nullable(),
        /** 1 any, 2 all that match the name, 3 literal, 4 prefixed. */
        patternTypeFilter: int8.default(3),
        principalFilter: string.nullable(),
        hostFilter: string.nullable(),
        /** 1 any; else as when created. */
        operation: int8,
        /** 1 any, 2 deny, 3 allow. */
        permissionType: int8,
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      filterResults: array({
        errorCode: int16,
        errorMessage: string.nullable(),
        matchingAcls: array({
          errorCode: int16,
          errorMessage: string.nullable(),
          resourceType: int8,
          resourceName: string,
          patternType: int8.default(3),
          principal: string,
          host: string,
          operation: int8,
          permissionType: int8,
        }),
      }),
    },
  },
)
