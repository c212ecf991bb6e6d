// ListTransactions: the transactions that a broker coordinates.
import { api, array, int16, int32, int64, string } from '../schema.ts'

export const listTransactions = api(
  66,
  'ListTransactions',
  { versions: '0-2', flexible: '0+' },
  {
    request: {
      /** Empty for all. So the producer ids. */
      stateFilters: array(string),
      producerIdFilters: array(int64),
      /** Only those open for more milliseconds; −1 for all. */
      durationFilter: int64.in('1+').default(-1),
      transactionalIdPattern: string.in('2+').nullable().default(null),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16,
      /** The states asked for that do not exist. */
      unknownStateFilters: array(string),
      transactionStates: array({ transactionalId: string, producerId: int64, transactionState: string }),
    },
  },
)
