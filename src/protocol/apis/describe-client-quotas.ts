// DescribeClientQuotas: the quotas of the entities that match.
import { api, array, bool, float64, int16, int32, int8, string } from '../schema.ts'

export const describeClientQuotas = api(
  48,
  'DescribeClientQuotas',
  { versions: '0-1', flexible: '1+' },
  {
    request: {
      components: array({
        /** 'user', 'client-id' or 'ip'. */
        entityType: string,
        /** 0 the name, 1 the default, 2 any. */
        matchType: int8,
        /** Null unless it is a name. */
        match: string.nullable(),
      }),
      /** Leaves out entities that have further components. */
      strict: bool,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16,
      errorMessage: string.nullable(),
      entries: array({
        entity: array({ entityType: string, entityName: string.nullable() }),
        values: array({ key: string, value: float64 }),
      }).nullable(),
    },
  },
)
