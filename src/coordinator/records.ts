// The records of __consumer_offsets that the groups' machine knows, to and from Kafka's bytes, and the durable state that
// they make.

import {
  codec,
  consumerOffsetsRecords,
  Reader,
  Writer,
  type Draft,
  type Fields,
  type Message,
} from '../protocol/index.ts'
import { applyToGroups, type ConsumerGroup } from './consumer-group/consumer-group.ts'
import {
  decodeConsumerGroupRecord,
  encodeConsumerGroupRecord,
  isOfConsumerGroup,
  type ConsumerGroupRecord,
} from './consumer-group/records.ts'
import { afterMarker, afterOffset, withOffsets, type PendingOffset, type PendingOffsets } from './offsets/pending.ts'
import type { ForeignRecord } from './record-format.ts'

export interface MemberMetadata {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly rebalanceTimeout: number
  readonly sessionTimeout: number
  readonly subscription: Buffer
  readonly assignment: Buffer
}
/** A classic group: the generation that its members were given, or that it is empty. */
export interface GroupMetadata {
  readonly protocolType: string
  readonly generation: number
  readonly protocol: string | null
  readonly leader: string | null
  /** −1: not known. */
  readonly currentStateTimestamp: number
  readonly members: readonly MemberMetadata[]
}
export interface CommittedOffset {
  readonly offset: number
  /** −1: not known. */
  readonly leaderEpoch: number
  readonly metadata: string
  readonly commitTimestamp: number
  /** −1: as long as the broker keeps it. */
  readonly expireTimestamp: number
  /** `noTopicId`: committed by the name alone. */
  readonly topicId: string
}
export const noTopicId: string = '0'.repeat(32)
/** Null as the value takes back what was there. */
export type GroupRecord =
  | ConsumerGroupRecord
  | { readonly is: 'group'; readonly groupId: string; readonly value: GroupMetadata | null }
  | {
      readonly is: 'offset'
      readonly groupId: string
      readonly topic: string
      readonly partition: number
      readonly value: CommittedOffset | null
    }
/** What a transaction commits of one group: pending until the marker of its producer (KIP-98). */
export interface TransactionalOffsets {
  readonly is: 'transactionalOffsets'
  readonly groupId: string
  readonly producerId: number
  readonly producerEpoch: number
  readonly offsets: readonly { readonly topic: string; readonly partition: number; readonly value: CommittedOffset }[]
}
/** The end of a transaction, for all groups of the partition. */
export interface OffsetsMarker {
  readonly is: 'marker'
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
  readonly result: 'commit' | 'abort'
}
/** All that the log holds; what belongs to a transaction has batches of its own (group-format.ts). */
export type LogRecord = GroupRecord | TransactionalOffsets | OffsetsMarker

/** By partition, by topic. */
export type GroupOffsets = ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>>
export interface Durable {
  readonly consumerGroups: ReadonlyMap<string, ConsumerGroup>
  /** The classic ones. */
  readonly groups: ReadonlyMap<string, GroupMetadata>
  readonly offsets: ReadonlyMap<string, GroupOffsets>
  readonly pending: PendingOffsets
}
type Mutable = {
  readonly consumerGroups: Map<string, ConsumerGroup>
  readonly groups: Map<string, GroupMetadata>
  readonly offsets: Map<string, Map<string, Map<number, CommittedOffset>>>
  readonly pending: Map<string, readonly PendingOffset[]>
}

export function noRecords(): Durable {
  return { consumerGroups: new Map(), groups: new Map(), offsets: new Map(), pending: new Map() }
}
/** Changes the state in place, and gives what takes the change back. */
export function applyRecord(durable: Durable, record: LogRecord): () => void {
  const state = durable as Mutable // readonly to all but this function
  if (isOfConsumerGroup(record)) return applyToGroups(state.consumerGroups, record)
  switch (record.is) {
    case 'group': {
      const before = state.groups.get(record.groupId)
      put(state.groups, record.groupId, record.value)
      return () => put(state.groups, record.groupId, before ?? null)
    }
    case 'offset':
      return applyOffset(state, record)
    case 'transactionalOffsets': {
      const { groupId, producerId, offsets } = record
      return setPending(state, groupId, withOffsets(state.pending.get(groupId) ?? [], producerId, offsets))
    }
    case 'marker':
      return applyMarker(state, record)
  }
}
function applyOffset(state: Mutable, record: GroupRecord & { is: 'offset' }): () => void {
  const { groupId, topic, partition, value } = record
  const before = state.offsets.get(groupId)?.get(topic)?.get(partition)
  const pending = state.pending.get(groupId)
  const undo = pending && setPending(state, groupId, afterOffset(pending, record, value))
  putOffset(state, record, value)
  return () => {
    putOffset(state, { groupId, topic, partition }, before ?? null)
    undo?.()
  }
}
function applyMarker(state: Mutable, { producerId, result }: OffsetsMarker): () => void {
  const undos: (() => void)[] = []
  for (const [groupId, before] of state.pending) {
    if (!before.some(offset => offset.producerId === producerId)) continue
    const { pending, committed } = afterMarker(before, producerId, result)
    for (const { topic, partition, value } of committed) {
      const was = state.offsets.get(groupId)?.get(topic)?.get(partition) ?? null
      putOffset(state, { groupId, topic, partition }, value)
      undos.push(() => putOffset(state, { groupId, topic, partition }, was))
    }
    undos.push(setPending(state, groupId, pending))
  }
  return () => {
    for (const undo of undos.toReversed()) undo()
  }
}
function setPending({ pending }: Mutable, groupId: string, offsets: readonly PendingOffset[]): () => void {
  const before = pending.get(groupId)
  put(pending, groupId, offsets.length === 0 ? null : offsets)
  return () => put(pending, groupId, before ?? null)
}
function put<K, V>(map: Map<K, V>, key: K, value: V | null): void {
  if (value === null) map.delete(key)
  else map.set(key, value)
}
function putOffset(
  { offsets }: Mutable,
  { groupId, topic, partition }: { readonly groupId: string; readonly topic: string; readonly partition: number },
  value: CommittedOffset | null,
): void {
  let topics = offsets.get(groupId),
    partitions = topics?.get(topic)
  if (value !== null) {
    if (topics === undefined) offsets.set(groupId, (topics = new Map()))
    if (partitions === undefined) topics.set(topic, (partitions = new Map()))
    partitions.set(partition, value)
    return
  }
  if (partitions?.delete(partition) && partitions.size === 0) topics?.delete(topic)
  if (topics?.size === 0) offsets.delete(groupId)
}

export interface RecordBytes {
  readonly key: Buffer
  readonly value: Buffer | null
}
const { groupMetadata, offsetCommit, legacyOffsetCommit } = consumerOffsetsRecords
/** The last version with expireTimestamp, which a commit that says how long it is to be kept needs. */
const versionWithExpiry = 1
const writer = new Writer()

export function encodeRecord(record: GroupRecord): RecordBytes {
  if (isOfConsumerGroup(record)) return encodeConsumerGroupRecord(record)
  if (record.is === 'group') {
    const { groupId, value } = record
    return {
      key: encode(groupMetadata.id, groupMetadata.key, 0, { group: groupId }),
      value: value && encode(groupMetadata.version, groupMetadata.value, groupMetadata.version, value),
    }
  }
  const { groupId, topic, partition, value } = record
  const version = value !== null && value.expireTimestamp !== -1 ? versionWithExpiry : offsetCommit.version
  return {
    key: encode(offsetCommit.id, offsetCommit.key, 0, { group: groupId, topic, partition }),
    value: value && encode(version, offsetCommit.value, version, value),
  }
}
function encode<F extends Fields>(prefix: number, message: Message<F>, version: number, value: Draft<F>): Buffer {
  writer.reset()
  writer.int16(prefix)
  codec(message, version).encode(writer, value)
  return writer.toBuffer()
}

const keyReader = new Reader(Buffer.alloc(0))
const valueReader = new Reader(Buffer.alloc(0))

/** What is read from `bytes` is copied: they may be a buffer that is used again. */
export function decodeRecord(
  bytes: Buffer,
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
): GroupRecord | ForeignRecord {
  const type = keyReader.reset(bytes, keyStart, keyEnd).int16()
  const version = valueStart === -1 ? -1 : valueReader.reset(bytes, valueStart, valueEnd).int16()
  switch (type) {
    case groupMetadata.id:
      if (!groupMetadata.value.versions.includes(version) && version !== -1) break
      return {
        is: 'group',
        groupId: codec(groupMetadata.key, 0).decode(keyReader).group,
        value: version === -1 ? null : decodeGroup(version),
      }
    case legacyOffsetCommit.id:
    case offsetCommit.id: {
      if (!offsetCommit.value.versions.includes(version) && version !== -1) break
      const { group, topic, partition } = codec(offsetCommit.key, 0).decode(keyReader)
      return {
        is: 'offset',
        groupId: group,
        topic,
        partition,
        value: version === -1 ? null : codec(offsetCommit.value, version).decode(valueReader),
      }
    }
  }
  return decodeConsumerGroupRecord(type, version, keyReader, valueReader) ?? { is: 'foreign', type, version }
}
function decodeGroup(version: number): GroupMetadata {
  const value = codec(groupMetadata.value, version).decode(valueReader)
  return {
    ...value,
    members: value.members.map(member => ({
      ...member,
      subscription: Buffer.from(member.subscription),
      assignment: Buffer.from(member.assignment),
    })),
  }
}
