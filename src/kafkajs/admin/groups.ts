// Groups, as kafkajs's admin lists, describes and deletes them.

import type { Cluster } from '../../client/index.ts'
import { deleteGroups, describeGroups, errorName, listGroups } from '../../protocol/index.ts'
import { check, errorOfCode } from '../error-of.ts'
import { KafkaJSDeleteGroupsError } from '../errors.ts'
import type { Admin, DeleteGroupsResult } from '../types/admin.ts'
import type { ConsumerGroupState, GroupDescription } from '../types/consumer.ts'
import { asking, askingPatiently, invalid, type AdminOutside } from './requests.ts'

export function groupMethods(outside: AdminOutside): Pick<Admin, 'listGroups' | 'describeGroups' | 'deleteGroups'> {
  return {
    async listGroups() {
      const cluster = await outside.cluster()
      await asking(outside, () => cluster.refresh([]))
      const brokers = [...cluster.view.brokers.keys()]
      const answers = await Promise.all(brokers.map(nodeId => cluster.ask(nodeId, 'main', listGroups, {})))
      const groups = answers.flatMap(({ errorCode, groups }) => {
        check(errorCode)
        return groups.map(({ groupId, protocolType }) => ({ groupId, protocolType }))
      })
      return { groups }
    },
    async describeGroups(groupIds) {
      const groups = groupIds.map(groupId => askingPatiently(outside, cluster => describeGroup(cluster, groupId)))
      return { groups: await Promise.all(groups) }
    },
    async deleteGroups(groupIds) {
      if (!groupIds || !Array.isArray(groupIds)) throw invalid(`Invalid groupIds array ${groupIds}`)
      const wrong = groupIds.some(groupId => typeof groupId !== 'string')
      if (wrong) throw invalid(`Invalid groupId name: ${JSON.stringify(wrong)}`)
      const cluster = await outside.cluster()
      const results = await Promise.all(groupIds.map(groupId => deleteGroup(cluster, groupId)))
      const failed = results.filter(({ errorCode }) => errorCode !== 0)
      if (failed.length > 0) throw new KafkaJSDeleteGroupsError('Error in DeleteGroups', failed)
      return results
    },
  }
}

export async function describeGroup(cluster: Cluster, groupId: string): Promise<GroupDescription> {
  const answer = await cluster.askCoordinator(groupId, describeGroups, { groups: [groupId] }, ({ groups }) => {
    // Version 6 says so where the older ones call the group dead.
    const code = groups[0]?.errorCode ?? -1
    if (errorName(code) !== 'GROUP_ID_NOT_FOUND') check(code)
  })
  const { groupState, protocolType, protocolData, members } = answer.groups[0]!
  const description = {
    // kafkajs gives it, though its types do not have it.
    errorCode: 0,
    groupId,
    members: members.map(({ memberId, clientId, clientHost, memberMetadata, memberAssignment }) => ({
      clientHost,
      clientId,
      memberId,
      memberAssignment: Buffer.from(memberAssignment),
      memberMetadata: Buffer.from(memberMetadata),
    })),
    protocol: protocolData,
    protocolType,
    state: (groupState || 'Dead') as ConsumerGroupState,
  }
  return description
}

async function deleteGroup(cluster: Cluster, groupId: string): Promise<DeleteGroupsResult> {
  const { results } = await cluster.askCoordinator(groupId, deleteGroups, { groupsNames: [groupId] }, () => {})
  const errorCode = results[0]?.errorCode ?? -1
  const error = errorOfCode(errorCode)
  return { groupId, errorCode, ...(error === undefined ? {} : { error }) }
}
