// CreateAcls: adds access control entries.
import { api, array, int16, int32, int8, string } from '../schema.ts'

export const createAcls = api(
  30,
  'CreateAcls',
  { versions: '1-3', flexible: '2+' },
  {
    request: {
      creations: array({
        /** 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user. */
        resourceType: int8,
        resourceName: string,
        /** 3 literal, 4 prefixed. */
        resourcePatternType: int8.default(3),
        principal: string,
        host: string,
        /** 2 all, 3 read, 4 write, 5 create, 6 delete, 7 alter, 8 describe, 9 cluster action, and so on to 15. */
        operation: int8,
        /** 2 deny, 3 allow. */
        permissionType: int8,
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      results: array({ errorCode: int16, errorMessage: string.nullable() }),
    },
  },
)
