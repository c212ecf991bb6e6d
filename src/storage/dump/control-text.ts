// What a control record says: of transactions that end, and in KRaft's metadata of leaders, voters and snapshots.

import {
  codec,
  jsonText,
  kraftVersion,
  kraftVoters,
  leaderChange,
  messageJson,
  Reader,
  snapshotFooter,
  snapshotHeader,
  type Message,
} from '../../protocol/index.ts'
import { DumpFault } from './dump-line.ts'

/** By type; Kafka puts a colon behind one of the titles. */
const markers = ['ABORT', 'COMMIT']
const ofKRaft: { readonly [type: number]: readonly [title: string, message: Message<any>] } = {
  2: ['LeaderChange:', leaderChange],
  3: ['SnapshotHeader', snapshotHeader],
  4: ['SnapshotFooter', snapshotFooter],
  5: ['KRaftVersion', kraftVersion],
  6: ['KRaftVoters', kraftVoters],
}

export function controlText(key: Buffer | null, value: Buffer | null, offset: number): string {
  if (key === null || key.length < 4) throw new DumpFault(`a control record without a type at ${offset}`)
  const type = key.readInt16BE(2),
    marker = markers[type],
    known = ofKRaft[type]
  if (marker !== undefined) {
    if (value === null || value.length < 6) throw new DumpFault(`a marker without an epoch at ${offset}`)
    return ` endTxnMarker: ${marker} coordinatorEpoch: ${value.readInt32BE(2)}`
  }
  if (known === undefined) return ` controlType: UNKNOWN(${type})`
  const [title, message] = known
  if (value === null || value.length < 2) throw new DumpFault(`a control record without a version at ${offset}`)
  // Newer versions add fields behind those that are known.
  const version = Math.min(value.readInt16BE(), message.versions.to)
  try {
    return ` ${title} ${jsonText(messageJson(message, version, codec(message, version).decode(new Reader(value))))}`
  } catch (error) {
    throw new DumpFault(`${message.name} at ${offset}: ${(error as Error).message}`)
  }
}
