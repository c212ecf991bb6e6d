// JoinGroup, SyncGroup, Heartbeat and LeaveGroup of every version, to and from the groups' machine. Bytes that are kept are
// copied: requests lie in buffers that are used again.

import {
  errorCode,
  type ErrorName,
  type heartbeat as heartbeatApi,
  type joinGroup as joinGroupApi,
  type leaveGroup as leaveGroupApi,
  type RequestOf,
  type ResponseOf,
  type syncGroup as syncGroupApi,
} from '../../protocol/index.ts'
import type { GroupCoordinator } from '../group-coordinator.ts'
import { noJoin, noSync } from '../step.ts'
import { isAnswer, type CallContext } from './call.ts'

export type JoinGroup = RequestOf<typeof joinGroupApi>
export type JoinGroupResponse = ResponseOf<typeof joinGroupApi>
export type SyncGroup = RequestOf<typeof syncGroupApi>
export type SyncGroupResponse = ResponseOf<typeof syncGroupApi>
export type Heartbeat = RequestOf<typeof heartbeatApi>
export type HeartbeatResponse = ResponseOf<typeof heartbeatApi>
export type LeaveGroup = RequestOf<typeof leaveGroupApi>
export type LeaveGroupResponse = ResponseOf<typeof leaveGroupApi>

export async function joinGroup(
  groups: GroupCoordinator,
  request: JoinGroup,
  { apiVersion, clientId, clientHost }: CallContext,
): Promise<JoinGroupResponse> {
  const { sessionTimeoutMs, memberId } = request
  const refuse = (error: ErrorName) => joinResponse({ ...noJoin, error, memberId }, apiVersion)
  if (request.groupId === '') return refuse('INVALID_GROUP_ID')
  if (sessionTimeoutMs < groups.config.sessionTimeoutMsMin || sessionTimeoutMs > groups.config.sessionTimeoutMsMax)
    return refuse('INVALID_SESSION_TIMEOUT')
  const answer = await groups.ask<'join'>({
    is: 'join',
    key: request.groupId,
    memberId,
    groupInstanceId: request.groupInstanceId,
    freshId: dashed(groups.random.uuid()),
    clientId,
    clientHost,
    sessionTimeoutMs,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs === -1 ? sessionTimeoutMs : request.rebalanceTimeoutMs,
    protocolType: request.protocolType,
    protocols: request.protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) })),
    reason: request.reason,
    comesAgain: apiVersion >= 4,
    canSkipAssignment: apiVersion >= 9,
  })
  return isAnswer<'join'>(answer, 'memberId') ? joinResponse(answer, apiVersion) : refuse(answer.error)
}
function joinResponse(answer: typeof noJoin, apiVersion: number): JoinGroupResponse {
  return {
    throttleTimeMs: 0,
    errorCode: errorCode(answer.error),
    generationId: answer.generation,
    protocolType: answer.protocolType,
    protocolName: answer.protocol ?? (apiVersion >= 7 ? null : ''),
    leader: answer.leader,
    skipAssignment: answer.skipAssignment,
    memberId: answer.memberId,
    members: answer.members,
  }
}
/** As Java writes a UUID. */
function dashed(uuid: string): string {
  return uuid.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}

export async function syncGroup(groups: GroupCoordinator, request: SyncGroup): Promise<SyncGroupResponse> {
  if (request.groupId === '') return syncResponse({ ...noSync, error: 'INVALID_GROUP_ID' })
  const answer = await groups.ask<'sync'>({
    is: 'sync',
    key: request.groupId,
    memberId: request.memberId,
    groupInstanceId: request.groupInstanceId,
    generation: request.generationId,
    protocolType: request.protocolType,
    protocol: request.protocolName,
    assignments: new Map(
      request.assignments.map(({ memberId, assignment }) => [memberId, Buffer.from(assignment)] as const),
    ),
  })
  return syncResponse(isAnswer<'sync'>(answer, 'assignment') ? answer : { ...noSync, error: answer.error })
}
function syncResponse({ error, protocolType, protocol, assignment }: typeof noSync): SyncGroupResponse {
  return { throttleTimeMs: 0, errorCode: errorCode(error), protocolType, protocolName: protocol, assignment }
}

export async function heartbeat(groups: GroupCoordinator, request: Heartbeat): Promise<HeartbeatResponse> {
  const { groupId: key, memberId, groupInstanceId, generationId: generation } = request
  if (key === '') return { throttleTimeMs: 0, errorCode: errorCode('INVALID_GROUP_ID') }
  const { error } = await groups.ask<'heartbeat'>({ is: 'heartbeat', key, memberId, groupInstanceId, generation })
  // Nobody's session runs while the group is loaded, so the member has done its part.
  return { throttleTimeMs: 0, errorCode: errorCode(error === 'COORDINATOR_LOAD_IN_PROGRESS' ? 'NONE' : error) }
}

export async function leaveGroup(
  groups: GroupCoordinator,
  request: LeaveGroup,
  { apiVersion }: CallContext,
): Promise<LeaveGroupResponse> {
  const { groupId: key } = request
  if (key === '') return { throttleTimeMs: 0, errorCode: errorCode('INVALID_GROUP_ID') }
  const isBatched = apiVersion >= 3
  const members = isBatched ? request.members : [{ memberId: request.memberId, groupInstanceId: null, reason: null }]
  const answer = await groups.ask<'leave'>({ is: 'leave', key, members })
  if (!isAnswer<'leave'>(answer, 'members')) return { throttleTimeMs: 0, errorCode: errorCode(answer.error) }
  if (!isBatched) return { throttleTimeMs: 0, errorCode: errorCode(answer.members[0]!.error) }
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    members: answer.members.map(({ error, ...member }) => ({ ...member, errorCode: errorCode(error) })),
  }
}
