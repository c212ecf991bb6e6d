// How members and leader of a group tell each other of topics, partitions and user data: Kafka's consumer protocol.

import { readAssignment, readSubscription, writeAssignment, writeSubscription } from '../protocol/index.ts'
import type { ISerializer, MemberAssignment, MemberMetadata } from './types/consumer.ts'

const noData = Buffer.alloc(0)
/** kafkajs writes, and reads, what all versions begin with, under whatever version it is given. */
const layout = 0
/** JavaScript leaves it out where there is none. */
const given = (userData: Buffer | undefined) => userData ?? noData
function inLayout(bytes: Buffer): Buffer {
  const same = Buffer.from(bytes)
  same.writeInt16BE(layout)
  return same
}
const bufferOf = (bytes: Uint8Array | null) => (bytes === null ? noData : Buffer.from(bytes))

export const AssignerProtocol: {
  MemberMetadata: ISerializer<MemberMetadata>
  MemberAssignment: ISerializer<MemberAssignment>
} = {
  MemberMetadata: {
    encode({ version, topics, userData }) {
      const bytes = writeSubscription({ topics, userData: given(userData) }, layout)
      bytes.writeInt16BE(version)
      return bytes
    },
    decode(bytes) {
      const { topics, userData } = readSubscription(inLayout(bytes))
      return { version: bytes.readInt16BE(), topics, userData: bufferOf(userData) }
    },
  },
  MemberAssignment: {
    encode({ version, assignment, userData }) {
      const assignedPartitions = Object.entries(assignment).map(([topic, partitions]) => ({ topic, partitions }))
      const bytes = writeAssignment({ assignedPartitions, userData: given(userData) }, layout)
      bytes.writeInt16BE(version)
      return bytes
    },
    decode(bytes) {
      if (bytes.length < 2) return null
      const { assignedPartitions, userData } = readAssignment(inLayout(bytes))
      const assignment = Object.fromEntries(assignedPartitions.map(({ topic, partitions }) => [topic, [...partitions]]))
      return { version: bytes.readInt16BE(), assignment, userData: bufferOf(userData) }
    },
  },
}
