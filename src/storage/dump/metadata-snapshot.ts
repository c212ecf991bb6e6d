// Snapshots of KRaft's metadata: files of batches like a log, named after the offset and the epoch at which they end.

import { DumpFault } from './dump-line.ts'

export const snapshotOfMetadata = '.checkpoint'
/** What a cluster begins with, made when its directory is formatted. */
const bootstrap = `bootstrap${snapshotOfMetadata}`
const numbered = /^(\d{20})-(\d{10})\.checkpoint$/

export const isSnapshotOfMetadata = (name: string): boolean => name === bootstrap || numbered.test(name)

export function snapshotTitle(name: string): string {
  if (name === bootstrap) return 'KRaft bootstrap snapshot'
  const [, offset, epoch] = numbered.exec(name) ?? []
  if (offset === undefined) throw new DumpFault(`${name} is not named after an offset and an epoch`)
  return `Snapshot end offset: ${Number(offset)}, epoch: ${Number(epoch)}`
}
