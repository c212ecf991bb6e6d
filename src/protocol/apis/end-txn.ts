// EndTxn: commits or aborts a transaction. From version 5 on the epoch rises each time (KIP-890).
import { api, bool, int16, int32, int64, string } from '../schema.ts'

export const endTxn = api(
  26,
  'EndTxn',
  { versions: '0-5', flexible: '3+' },
  {
    request: {
      transactionalId: string,
      producerId: int64,
      producerEpoch: int16,
      /** Else it is aborted. */
      committed: bool,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16,
      /** Another than before when the epochs are used up. */
      producerId: int64.in('5+').default(-1).ignorable(),
      producerEpoch: int16.in('5+').default(-1).ignorable(),
    },
  },
)
