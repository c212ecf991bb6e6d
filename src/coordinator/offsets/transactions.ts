// Offsets that a transaction commits (TxnOffsetCommit), and the marker that ends it.

import type { CommitInTransaction, Marker } from '../requests.ts'
import type { Step } from '../step.ts'
import { checkCommit, committedOffsets, refusedCommit } from './commit.ts'

/** What a marker is about, which ends a transaction for all groups of a partition. */
export const noGroup = ''

export function commitInTransaction(step: Step, request: CommitInTransaction): void {
  const { to, key: groupId, producerId, producerEpoch } = request
  const fault = checkCommit(step, { ...request, isTransactional: true })
  if (fault !== undefined) return step.answer<'commitInTransaction'>(to, refusedCommit(request, fault))
  const { results, offsets } = committedOffsets(step, request, -1)
  if (offsets.length > 0) step.write({ is: 'transactionalOffsets', groupId, producerId, producerEpoch, offsets })
  step.answer<'commitInTransaction'>(to, { error: 'NONE', topics: results })
}

export function endTransaction(step: Step, { to, producerId, producerEpoch, coordinatorEpoch, result }: Marker): void {
  step.write({ is: 'marker', producerId, producerEpoch, coordinatorEpoch, result })
  step.answer<'marker'>(to, { error: 'NONE' })
}
