// AlterClientQuotas: sets and removes the quotas of users, client ids and addresses.
import { api, array, bool, float64, int16, int32, string } from '../schema.ts'

export const alterClientQuotas = api(
  49,
  'AlterClientQuotas',
  { versions: '0-1', flexible: '1+' },
  {
    request: {
      entries: array({
        entity: array({
          /** 'user', 'client-id' or 'ip'. */
          entityType: string,
          /** Null for the default of the type. */
          entityName: string.nullable(),
        }),
        ops: array({
          key: string,
          value: float64,
          /** Then the value says nothing. */
          remove: bool,
        }),
      }),
      validateOnly: bool,
    },
    response: {
      throttleTimeMs: int32.default(0),
      entries: array({
        errorCode: int16,
        errorMessage: string.nullable(),
        entity: array({ entityType: string, entityName: string.nullable() }),
      }),
    },
  },
)
