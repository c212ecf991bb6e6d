// Offsets that transactions have committed and that do not count yet. They become the group's when the marker of a commit
// is in the log, and are gone with that of an abort.
//
//   TxnOffsetCommit ──▶ pending ──commit marker──▶ the group's, unless a later commit has overtaken it
//                          └──────abort marker───▶ gone

import type { CommittedOffset } from '../records.ts'

export interface PendingOffset {
  readonly producerId: number
  readonly topic: string
  readonly partition: number
  readonly value: CommittedOffset
  /** A commit that stands later in the log counts already: when the log is compacted, nothing else would be left. */
  readonly isOvertaken: boolean
}
/** By group, in the order of the log. */
export type PendingOffsets = ReadonlyMap<string, readonly PendingOffset[]>
interface Place {
  readonly topic: string
  readonly partition: number
}
const isAt =
  ({ topic, partition }: Place) =>
  (other: Place): boolean =>
    other.partition === partition && other.topic === topic

/** Whether the group must wait to know where it is in a partition. */
export function isPending(pending: PendingOffsets, groupId: string, place: Place): boolean {
  return pending.get(groupId)?.some(isAt(place)) ?? false
}

/** Those that a producer commits take the place of what it has committed before in the transaction. */
export function withOffsets(
  before: readonly PendingOffset[],
  producerId: number,
  offsets: readonly (Place & { readonly value: CommittedOffset })[],
): readonly PendingOffset[] {
  const replaced = (old: PendingOffset) => old.producerId === producerId && offsets.some(isAt(old))
  const added = offsets.map(offset => ({ ...offset, producerId, isOvertaken: false }))
  return [...before.filter(old => !replaced(old)), ...added]
}
/** A commit from outside of transactions, which counts at once; or the offset is deleted, and takes along what is pending. */
export function afterOffset(
  before: readonly PendingOffset[],
  place: Place,
  value: CommittedOffset | null,
): readonly PendingOffset[] {
  const isHere = isAt(place)
  if (value === null) return before.filter(old => !isHere(old))
  return before.map(old => (isHere(old) && !old.isOvertaken ? { ...old, isOvertaken: true } : old))
}
/** The transaction of the producer ends; gives what then is the group's, too. */
export function afterMarker(
  before: readonly PendingOffset[],
  producerId: number,
  result: 'commit' | 'abort',
): { readonly pending: readonly PendingOffset[]; readonly committed: readonly PendingOffset[] } {
  const isEnded = (offset: PendingOffset) => offset.producerId === producerId
  const committed = result === 'commit' ? before.filter(offset => isEnded(offset) && !offset.isOvertaken) : []
  let pending: readonly PendingOffset[] = before
  for (const offset of committed) {
    const end = pending.indexOf(offset)
    pending = [...afterOffset(pending.slice(0, end), offset, offset.value), ...pending.slice(end)]
  }
  return { pending: pending.filter(offset => !isEnded(offset)), committed }
}
