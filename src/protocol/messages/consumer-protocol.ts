// What the members of a classic group of consumers tell each other through the coordinator, which does not look into it:
// the metadata of JoinGroup and the assignment of SyncGroup, where the protocol type is 'consumer'.
import { array, bytes, int32, message, string, type Decoded, type Draft } from '../schema.ts'
import { WireError } from '../wire-error.ts'
import { readVersionedLeniently, readVersionedPrefix, writeVersioned } from './versioned.ts'

const topicPartition = { topic: string.mapKey(), partitions: array(int32) }

export const consumerProtocolSubscription = message(
  'ConsumerProtocolSubscription',
  { versions: '0-3' },
  {
    topics: array(string),
    userData: bytes.nullable().default(null),
    /** KIP-429: what the member still has, so that cooperative assignors can leave it there. */
    ownedPartitions: array(topicPartition).in('1+').ignorable(),
    generationId: int32.in('2+').default(-1).ignorable(),
    rackId: string.in('3+').nullable().default(null).ignorable(),
  },
)
export const consumerProtocolAssignment = message(
  'ConsumerProtocolAssignment',
  { versions: '0-3' },
  { assignedPartitions: array(topicPartition), userData: bytes.nullable().default(null) },
)

type Subscription = typeof consumerProtocolSubscription.fields
type Assignment = typeof consumerProtocolAssignment.fields
export type ConsumerSubscription = Decoded<Subscription>
export type ConsumerAssignment = Decoded<Assignment>

/**
 * Each version only adds to the one before, so members of different versions understand each other. A client may claim a
 * version whose further fields it does not write (kafkajs): what all versions begin with is taken from it.
 */
export function readSubscription(bytes: Uint8Array): ConsumerSubscription {
  try {
    return readVersionedLeniently(consumerProtocolSubscription, bytes)
  } catch (error) {
    if (!(error instanceof WireError && error.code === 'TRUNCATED')) throw error
    return readVersionedPrefix(consumerProtocolSubscription, bytes)
  }
}
/**
 * The topics alone, as a coordinator reads them: version 0 begins all others, and a client may claim a version whose
 * further fields it does not write.
 */
export function readSubscribedTopics(bytes: Uint8Array): readonly string[] {
  return readVersionedPrefix(consumerProtocolSubscription, bytes).topics
}
export function writeSubscription(subscription: Draft<Subscription>, version = 3): Buffer {
  return writeVersioned(consumerProtocolSubscription, version, subscription)
}
/** No bytes at all are what a member is given that gets nothing. */
export function readAssignment(bytes: Uint8Array): ConsumerAssignment {
  return bytes.length === 0
    ? { assignedPartitions: [], userData: null }
    : readVersionedLeniently(consumerProtocolAssignment, bytes)
}
export function writeAssignment(assignment: Draft<Assignment>, version = 3): Buffer {
  return writeVersioned(consumerProtocolAssignment, version, assignment)
}
