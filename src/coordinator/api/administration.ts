// ListGroups, DescribeGroups and DeleteGroups of every version, to and from the groups' machine.

import {
  errorCode,
  type deleteGroups as deleteGroupsApi,
  type describeGroups as describeGroupsApi,
  type listGroups as listGroupsApi,
  type RequestOf,
  type ResponseOf,
} from '../../protocol/index.ts'
import type { GroupCoordinator } from '../group-coordinator.ts'
import type { ListAnswer } from '../requests.ts'
import { isAnswer, type CallContext } from './call.ts'

export type ListGroups = RequestOf<typeof listGroupsApi>
export type ListGroupsResponse = ResponseOf<typeof listGroupsApi>
export type DescribeGroups = RequestOf<typeof describeGroupsApi>
export type DescribeGroupsResponse = ResponseOf<typeof describeGroupsApi>
export type DeleteGroups = RequestOf<typeof deleteGroupsApi>
export type DeleteGroupsResponse = ResponseOf<typeof deleteGroupsApi>

/** Of the partitions that are led here: a client asks every broker. */
export async function listGroups(groups: GroupCoordinator, request: ListGroups): Promise<ListGroupsResponse> {
  const listed: ListAnswer['groups'][number][] = []
  for (const answer of await groups.askAll<'list'>({ is: 'list', key: '' }))
    if (isAnswer<'list'>(answer, 'groups')) listed.push(...answer.groups)
    else if (answer.error !== 'NOT_COORDINATOR')
      return { throttleTimeMs: 0, errorCode: errorCode(answer.error), groups: [] }
  const isWanted = (filter: readonly string[], value: string) =>
    filter.length === 0 || filter.some(wanted => wanted.trim().toLowerCase() === value.toLowerCase())
  const wanted = listed.filter(
    ({ state, type }) => isWanted(request.statesFilter, state) && isWanted(request.typesFilter, type),
  )
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    groups: wanted.map(({ groupId, protocolType, state, type }) => ({
      groupId,
      protocolType,
      groupState: state,
      groupType: type,
    })),
  }
}

export async function describeGroups(
  groups: GroupCoordinator,
  request: DescribeGroups,
  { apiVersion }: CallContext,
): Promise<DescribeGroupsResponse> {
  const described = request.groups.map(async groupId => {
    const answer = await groups.ask<'describe'>({ is: 'describe', key: groupId })
    if (!isAnswer<'describe'>(answer, 'state'))
      return { ...nothingKnown, groupId, errorCode: errorCode(answer.error), groupState: '' }
    // Before version 6 a group that does not exist is no error, but dead.
    if (answer.error !== 'NONE' && apiVersion < 6) return { ...nothingKnown, groupId }
    return {
      errorCode: errorCode(answer.error),
      errorMessage: answer.message,
      groupId,
      groupState: answer.state,
      protocolType: answer.protocolType,
      protocolData: answer.protocol,
      members: answer.members.map(({ metadata, assignment, ...member }) => ({
        ...member,
        memberMetadata: metadata,
        memberAssignment: assignment,
      })),
    }
  })
  return { throttleTimeMs: 0, groups: await Promise.all(described) }
}
const nothingKnown = { errorCode: 0, groupState: 'Dead', protocolType: '', protocolData: '', members: [] }

export async function deleteGroups(groups: GroupCoordinator, request: DeleteGroups): Promise<DeleteGroupsResponse> {
  const results = request.groupsNames.map(async groupId => {
    const { error } = await groups.ask<'delete'>({ is: 'delete', key: groupId })
    return { groupId, errorCode: errorCode(error) }
  })
  return { throttleTimeMs: 0, results: await Promise.all(results) }
}
