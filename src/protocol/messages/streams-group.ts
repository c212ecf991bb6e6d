// __consumer_offsets: a streams group (KIP-1071), a record for each thing that changes by itself.
import { array, int16, int32, int64exact, int8, message, string, struct, uint16 } from '../schema.ts'
import { recordType } from './coordinator-record.ts'

const ofGroup = { groupId: string }
const ofMember = { groupId: string, memberId: string }
const version0 = { versions: '0', flexible: '0+' } as const
const settings = { key: string, value: string }

const metadata = recordType(
  17,
  message('StreamsGroupMetadataKey', { versions: '0' }, ofGroup),
  message('StreamsGroupMetadataValue', version0, {
    epoch: int32,
    metadataHash: int64exact,
    validatedTopologyEpoch: int32.default(-1).tag(0, '0+'),
    lastAssignmentConfigs: array(settings).nullable().tag(1, '0+'),
  }),
)
const memberMetadata = recordType(
  19,
  message('StreamsGroupMemberMetadataKey', { versions: '0' }, ofMember),
  message('StreamsGroupMemberMetadataValue', version0, {
    instanceId: string.nullable(),
    rackId: string.nullable(),
    clientId: string,
    clientHost: string,
    rebalanceTimeoutMs: int32.default(-1),
    topologyEpoch: int32,
    processId: string,
    userEndpoint: struct({ host: string, port: uint16 }).nullable().default(null),
    clientTags: array(settings),
  }),
)
const targetAssignmentMetadata = recordType(
  20,
  message('StreamsGroupTargetAssignmentMetadataKey', { versions: '0' }, ofGroup),
  message('StreamsGroupTargetAssignmentMetadataValue', version0, { assignmentEpoch: int32 }),
)
const tasks = array({ subtopologyId: string, partitions: array(int32) })
const targetAssignmentMember = recordType(
  21,
  message('StreamsGroupTargetAssignmentMemberKey', { versions: '0' }, ofMember),
  message('StreamsGroupTargetAssignmentMemberValue', version0, {
    activeTasks: tasks,
    standbyTasks: tasks,
    warmupTasks: tasks,
  }),
)
const assignedTasks = array({
  subtopologyId: string,
  partitions: array(int32),
  /** Of active tasks: since which epoch the member has each. */
  assignmentEpochs: array(int32).nullable().tag(0, '0+'),
})
const currentMemberAssignment = recordType(
  22,
  message('StreamsGroupCurrentMemberAssignmentKey', { versions: '0' }, ofMember),
  message('StreamsGroupCurrentMemberAssignmentValue', version0, {
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    activeTasks: assignedTasks,
    standbyTasks: assignedTasks,
    warmupTasks: assignedTasks,
    activeTasksPendingRevocation: assignedTasks,
    standbyTasksPendingRevocation: assignedTasks,
    warmupTasksPendingRevocation: assignedTasks,
  }),
)
const internalTopics = array({
  name: string,
  partitions: int32,
  replicationFactor: int16,
  topicConfigs: array(settings),
})
/** In a group that is copartitioned, topics are told by their place in the lists of the subtopology. */
const places = array(int16)
const topology = recordType(
  23,
  message('StreamsGroupTopologyKey', { versions: '0' }, ofGroup),
  message('StreamsGroupTopologyValue', version0, {
    epoch: int32,
    subtopologies: array({
      subtopologyId: string,
      sourceTopics: array(string),
      sourceTopicRegex: array(string),
      stateChangelogTopics: internalTopics,
      repartitionSinkTopics: array(string),
      repartitionSourceTopics: internalTopics,
      copartitionGroups: array({ sourceTopics: places, sourceTopicRegex: places, repartitionSourceTopics: places }),
    }),
  }),
)

export const streamsGroupRecords = {
  streamsGroupMetadata: metadata,
  streamsGroupMemberMetadata: memberMetadata,
  streamsGroupTargetAssignmentMetadata: targetAssignmentMetadata,
  streamsGroupTargetAssignmentMember: targetAssignmentMember,
  streamsGroupCurrentMemberAssignment: currentMemberAssignment,
  streamsGroupTopology: topology,
}
