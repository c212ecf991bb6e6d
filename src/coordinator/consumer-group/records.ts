// The records of a group of the consumer protocol, to and from Kafka's bytes: one for each thing that changes by itself.

import {
  codec,
  consumerOffsetsRecords,
  writeRecord,
  type Decoded,
  type Fields,
  type Reader,
  type RecordDraftOf,
  type RecordType,
} from '../../protocol/index.ts'
import { topicPartitionsOf, type Assignment } from './assignment.ts'

const {
  consumerGroupMetadata,
  consumerGroupMemberMetadata,
  consumerGroupTargetAssignmentMetadata,
  consumerGroupTargetAssignmentMember,
  consumerGroupCurrentMemberAssignment,
  consumerGroupRegularExpression,
} = consumerOffsetsRecords
const types = {
  consumerGroupMetadata,
  consumerGroupMemberMetadata,
  consumerGroupTargetAssignmentMetadata,
  consumerGroupTargetAssignmentMember,
  consumerGroupCurrentMemberAssignment,
  consumerGroupRegularExpression,
}
type Types = typeof types
/** The key, flat, and the value: null takes back what was there. */
type RecordNamed<N extends keyof Types> =
  Types[N] extends RecordType<infer K, infer V>
    ? { readonly is: N } & Readonly<Decoded<K>> & { readonly value: Readonly<Decoded<V>> | null }
    : never
export type ConsumerGroupRecord = { [N in keyof Types]: RecordNamed<N> }[keyof Types]
export type ValueOf<N extends keyof Types> = NonNullable<RecordNamed<N>['value']>

export function targetRecord(groupId: string, memberId: string, target: Assignment): ConsumerGroupRecord {
  const value = { topicPartitions: topicPartitionsOf(target) }
  return { is: 'consumerGroupTargetAssignmentMember', groupId, memberId, value }
}
/** The order is Kafka's, which does not load another. */
export function memberTombstones(groupId: string, memberId: string): readonly ConsumerGroupRecord[] {
  return [
    { is: 'consumerGroupCurrentMemberAssignment', groupId, memberId, value: null },
    { is: 'consumerGroupTargetAssignmentMember', groupId, memberId, value: null },
    { is: 'consumerGroupMemberMetadata', groupId, memberId, value: null },
  ]
}

const byId = new Map(Object.entries(types).map(([name, type]) => [type.id, { name, type: type as AnyType }]))
type AnyType = RecordType<Fields, Fields>

export function isOfConsumerGroup(record: { readonly is: string }): record is ConsumerGroupRecord {
  return record.is in types
}
export function encodeConsumerGroupRecord(record: ConsumerGroupRecord): { key: Buffer; value: Buffer | null } {
  // The table ties the name to both messages.
  return writeRecord(types, { type: record.is, key: record, value: record.value } as RecordDraftOf<Types>)
}
/** Undefined for what is not known. The readers stand behind the type and the version, which is −1 for a tombstone. */
export function decodeConsumerGroupRecord(
  id: number,
  version: number,
  key: Reader,
  value: Reader,
): ConsumerGroupRecord | undefined {
  const found = byId.get(id)
  if (found === undefined || (version !== -1 && !found.type.value.versions.includes(version))) return undefined
  const { name, type } = found
  const record = {
    is: name,
    ...codec(type.key, 0).decode(key),
    value: version === -1 ? null : codec(type.value, version).decode(value),
  } as unknown as ConsumerGroupRecord // the table ties the name to both messages
  return record.is === 'consumerGroupMemberMetadata' ? withOwnBytes(record) : record
}
/** Bytes of a request, or of the log, lie in a buffer that is used again. */
function withOwnBytes(record: RecordNamed<'consumerGroupMemberMetadata'>): ConsumerGroupRecord {
  const classic = record.value?.classicMemberMetadata
  if (!classic || record.value === null) return record
  const supportedProtocols = classic.supportedProtocols.map(({ name, metadata }) => ({
    name,
    metadata: Buffer.from(metadata),
  }))
  return { ...record, value: { ...record.value, classicMemberMetadata: { ...classic, supportedProtocols } } }
}
