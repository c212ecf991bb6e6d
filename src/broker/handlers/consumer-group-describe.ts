// ConsumerGroupDescribe: state and members of groups of the consumer protocol.

import {
  consumerGroupDescribe,
  errorCode,
  errorMessage,
  type ErrorName,
  type ResponseOf,
} from '../../protocol/index.ts'
import { asksItself, partition } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

type Group = ResponseOf<typeof consumerGroupDescribe>['groups'][number]

export const consumerGroupDescribeHandler = handler(
  consumerGroupDescribe,
  { versions: '0-1', authorization: asksItself('DESCRIBE GROUP', 'DESCRIBE TOPIC') },
  async ({ body, context, access }) => {
    const [groupIds, refused] = partition(body.groupIds, groupId => access.allows('DESCRIBE', 'GROUP', groupId))
    const described = await context.groups.consumerGroupDescribe({ ...body, groupIds })
    // Whoever may not know of a topic may not learn of it by the assignment of a group.
    const shows = (name: string) => access.allows('DESCRIBE', 'TOPIC', name, { quietly: true })
    const isShown = ({ members }: Group) =>
      members.every(
        ({ assignment, targetAssignment, subscribedTopicNames }) =>
          subscribedTopicNames.every(shows) &&
          [assignment, targetAssignment].every(({ topicPartitions }) =>
            topicPartitions.every(({ topicName }) => shows(topicName)),
          ),
      )
    const groups = described.groups.map(group => {
      if (group.errorCode !== 0) return group
      if (!isShown(group)) return unauthorized(group.groupId, 'TOPIC_AUTHORIZATION_FAILED')
      return body.includeAuthorizedOperations
        ? { ...group, authorizedOperations: access.authorizedOperations('GROUP', group.groupId) }
        : group
    })
    return { ...described, groups: [...groups, ...refused.map(id => unauthorized(id, 'GROUP_AUTHORIZATION_FAILED'))] }
  },
)

function unauthorized(groupId: string, error: ErrorName): Group {
  return {
    errorCode: errorCode(error),
    errorMessage: errorMessage(error),
    groupId,
    groupState: '',
    groupEpoch: 0,
    assignmentEpoch: 0,
    assignorName: '',
    members: [],
  }
}
