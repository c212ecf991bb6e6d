// ListPartitionReassignments (KIP-455): which partitions are on their way to other brokers.

import { errorCode, listPartitionReassignments } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const listPartitionReassignmentsHandler = handler(
  listPartitionReassignments,
  { versions: '0', differs: ['Partitions are not moved between brokers, so none is ever listed.'] },
  () => ({ errorCode: errorCode('NONE'), errorMessage: null, topics: [] }),
)
