// ConsumerGroupHeartbeat and ConsumerGroupDescribe of every version, to and from the groups' machine.

import {
  errorCode,
  type consumerGroupDescribe as describeApi,
  type consumerGroupHeartbeat as heartbeatApi,
  type ErrorName,
  type RequestOf,
  type ResponseOf,
} from '../../protocol/index.ts'
import { assignmentOf, topicPartitionsOf, type Assignment } from '../consumer-group/assignment.ts'
import { epochOfJoin, epochOfLeave, epochOfStaticLeave } from '../consumer-group/member.ts'
import type { GroupCoordinator } from '../group-coordinator.ts'
import { isAnswer, type CallContext } from './call.ts'

export type ConsumerGroupHeartbeat = RequestOf<typeof heartbeatApi>
export type ConsumerGroupHeartbeatResponse = ResponseOf<typeof heartbeatApi>
export type ConsumerGroupDescribe = RequestOf<typeof describeApi>
export type ConsumerGroupDescribeResponse = ResponseOf<typeof describeApi>

/** From this version on members make their ids themselves. */
const versionWithOwnIds = 1

export async function consumerGroupHeartbeat(
  groups: GroupCoordinator,
  request: ConsumerGroupHeartbeat,
  { apiVersion, clientId, clientHost }: CallContext,
): Promise<ConsumerGroupHeartbeatResponse> {
  const refuse = (error: ErrorName, errorMessage: string | null) => ({
    errorCode: errorCode(error),
    errorMessage,
    memberEpoch: 0,
    heartbeatIntervalMs: 0,
  })
  const { consumer } = groups.config
  if (!consumer.isEnabled) return refuse('UNSUPPORTED_VERSION', null)
  const fault = faultOf(request, apiVersion)
  if (fault !== undefined) return refuse('INVALID_REQUEST', fault)
  const { serverAssignor } = request
  if (serverAssignor !== null && !consumer.assignors.includes(serverAssignor)) {
    const supported = consumer.assignors.join(', ')
    const message = `ServerAssignor ${serverAssignor} is not supported. Supported assignors: ${supported}.`
    return refuse('UNSUPPORTED_ASSIGNOR', message)
  }
  const { groupId: key, topicPartitions, ...said } = request
  const answer = await groups.ask<'consumerHeartbeat'>({
    ...said,
    is: 'consumerHeartbeat',
    key,
    freshId: groups.random.uuid(),
    clientId,
    clientHost,
    owned: topicPartitions && assignmentOf(topicPartitions),
  })
  if (!isAnswer<'consumerHeartbeat'>(answer, 'memberEpoch')) return refuse(answer.error, null)
  return {
    errorCode: errorCode(answer.error),
    errorMessage: answer.message,
    memberId: answer.memberId,
    memberEpoch: answer.memberEpoch,
    heartbeatIntervalMs: answer.heartbeatIntervalMs,
    assignment: answer.assignment && { topicPartitions: topicPartitionsOf(answer.assignment) },
  }
}
function faultOf(request: ConsumerGroupHeartbeat, apiVersion: number): string | undefined {
  const { memberEpoch } = request
  const isEmpty = (text: string | null) => text?.trim() === ''
  const needsId = apiVersion >= versionWithOwnIds || memberEpoch > 0 || memberEpoch === epochOfLeave
  if (needsId && isEmpty(request.memberId)) return "MemberId can't be empty."
  if (isEmpty(request.groupId)) return "GroupId can't be empty."
  if (isEmpty(request.instanceId)) return "InstanceId can't be empty."
  if (isEmpty(request.rackId)) return "RackId can't be empty."
  if (memberEpoch === epochOfJoin) {
    if (request.rebalanceTimeoutMs === -1) return 'RebalanceTimeoutMs must be provided in first request.'
    if (request.topicPartitions === null || request.topicPartitions.length > 0)
      return 'TopicPartitions must be empty when (re-)joining.'
    if (request.subscribedTopicNames === null && request.subscribedTopicRegex === null)
      return 'Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.'
  }
  if (memberEpoch === epochOfStaticLeave && request.instanceId === null) return "InstanceId can't be null."
  return memberEpoch < epochOfStaticLeave ? 'MemberEpoch is invalid.' : undefined
}

export async function consumerGroupDescribe(
  groups: GroupCoordinator,
  request: ConsumerGroupDescribe,
): Promise<ConsumerGroupDescribeResponse> {
  return { groups: await Promise.all(request.groupIds.map(groupId => describeOne(groups, groupId))) }
}
async function describeOne(
  groups: GroupCoordinator,
  groupId: string,
): Promise<ConsumerGroupDescribeResponse['groups'][number]> {
  const refuse = (error: ErrorName, errorMessage: string | null) => ({
    errorCode: errorCode(error),
    errorMessage,
    groupId,
    groupState: '',
    groupEpoch: 0,
    assignmentEpoch: 0,
    assignorName: '',
    members: [],
  })
  if (!groups.config.consumer.isEnabled) return refuse('UNSUPPORTED_VERSION', null)
  if (groupId === '') return refuse('INVALID_GROUP_ID', null)
  const answer = await groups.ask<'consumerDescribe'>({ is: 'consumerDescribe', key: groupId })
  if (!isAnswer<'consumerDescribe'>(answer, 'group')) return refuse(answer.error, null)
  const { group } = answer
  if (group === undefined) return refuse(answer.error, answer.message)
  return {
    errorCode: 0,
    groupId,
    groupState: group.state,
    groupEpoch: group.epoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: group.assignor,
    members: group.members.map(member => ({
      memberId: member.memberId,
      instanceId: member.instanceId,
      rackId: member.rackId,
      memberEpoch: member.memberEpoch,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: [...member.subscribedTopicNames],
      subscribedTopicRegex: member.subscribedTopicRegex,
      assignment: named(groups, member.assigned),
      targetAssignment: named(groups, member.target),
      memberType: member.classic === null ? 1 : 0,
    })),
  }
}
function named({ topics }: GroupCoordinator, assignment: Assignment) {
  const topicPartitions = topicPartitionsOf(assignment).flatMap(({ topicId, partitions }) => {
    const topicName = topics.nameOf(topicId)
    return topicName === undefined ? [] : [{ topicId, topicName, partitions }]
  })
  return { topicPartitions }
}
