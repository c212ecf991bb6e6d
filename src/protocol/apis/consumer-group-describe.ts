import { api, array, bool, int16, int32, int8, string, struct, uuid } from '../schema.ts'
// ConsumerGroupDescribe: state and members of groups of the consumer protocol (KIP-848).
import { operationsNotAsked } from './authorized-operations.ts'

const topicPartitions = { topicId: uuid, topicName: string, partitions: array(int32) }

const assignment = { topicPartitions: array(topicPartitions) }

export const consumerGroupDescribe = api(
  69,
  'ConsumerGroupDescribe',
  { versions: '0-1', flexible: '0+' },
  {
    request: { groupIds: array(string), includeAuthorizedOperations: bool },
    response: {
      throttleTimeMs: int32.default(0),
      groups: array({
        errorCode: int16,
        errorMessage: string.nullable().default(null),
        groupId: string,
        /** Empty, Assigning, Reconciling, Stable, Dead. */
        groupState: string,
        groupEpoch: int32,
        assignmentEpoch: int32,
        assignorName: string,
        members: array({
          memberId: string,
          instanceId: string.nullable().default(null),
          rackId: string.nullable().default(null),
          memberEpoch: int32,
          clientId: string,
          clientHost: string,
          subscribedTopicNames: array(string),
          subscribedTopicRegex: string.nullable().default(null),
          /** What the member has. */
          assignment: struct(assignment),
          /** What it is to have. */
          targetAssignment: struct(assignment),
          /** −1 unknown, 0 classic, 1 consumer. */
          memberType: int8.in('1+').default(-1).ignorable(),
        }),
        /** A bit for each operation allowed. */
        authorizedOperations: int32.default(operationsNotAsked),
      }),
    },
  },
)
