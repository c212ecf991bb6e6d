// What the requests of groups and transactions say, in a sentence each. Only names, numbers and errors are told: never
// keys, values, configs or credentials.

import type { ServerRequest } from '../../connection/index.ts'
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  consumerGroupHeartbeat,
  endTxn,
  errorName,
  heartbeat,
  initProducerId,
  joinGroup,
  leaveGroup,
  offsetCommit,
  readAssignment,
  syncGroup,
  txnOffsetCommit,
  type AnyApi,
  type RequestOf,
  type ResponseOf,
} from '../../protocol/index.ts'

export interface Note {
  readonly kind: 'group' | 'transaction'
  readonly name: string
  /** Begins with what the client did: its name is put before. */
  readonly text: string
}
type Tell<A extends AnyApi> = (body: RequestOf<A>, answer: ResponseOf<A>) => Note | readonly Note[] | undefined

const tellers = new Map<number, Tell<AnyApi>>()
function tell<A extends AnyApi>(api: A, teller: Tell<A>): void {
  tellers.set(api.key, teller as unknown as Tell<AnyApi>)
}
const group = (name: string, text: string): Note => ({ kind: 'group', name, text })
const transaction = (name: string, text: string): Note => ({ kind: 'transaction', name, text })

/** What there is to tell of a request and its answer; nothing where it is of no group and no transaction. */
export function notesOf(request: ServerRequest, answer: object): readonly Note[] {
  const told = tellers.get(request.api.key)?.(request.body as never, answer as never) ?? []
  return 'kind' in told ? [told] : told
}

const outcome = (errorCode = 0): string => (errorCode === 0 ? 'ok' : errorName(errorCode))
const seconds = (ms: number): string => `${ms / 1_000} s`
const because = (reason: string | null | undefined): string => (reason ? `, because: ${reason}` : '')
const member = (memberId: string, instanceId?: string | null): string =>
  instanceId ? `the static member ${instanceId}` : memberId === '' ? 'a new member' : memberId

tell(joinGroup, (body, answer) => {
  const { groupId, memberId, groupInstanceId, protocols, sessionTimeoutMs, rebalanceTimeoutMs, reason } = body
  const asked = `asked to join as ${member(memberId, groupInstanceId)}, offering ${protocols.map(({ name }) => name).join(', ')} (session ${seconds(sessionTimeoutMs)}, rebalance ${seconds(rebalanceTimeoutMs)})${because(reason)}`
  const error = errorName(answer.errorCode)
  if (error === 'MEMBER_ID_REQUIRED') return group(groupId, `${asked}: is to come again as ${answer.memberId}`)
  if (error !== 'NONE') return group(groupId, `${asked}: ${error}`)
  const role = answer.leader === answer.memberId ? `as the leader of ${answer.members.length}` : 'as a follower'
  return group(
    groupId,
    `${asked}: is in generation ${answer.generationId} ${role}, to be assigned by ${answer.protocolName}, as ${answer.memberId}`,
  )
})
tell(syncGroup, ({ groupId, generationId, memberId, assignments, protocolType }, answer) => {
  const given = assignments.length > 0 ? `handed in the assignments of ${assignments.length} and ` : ''
  const asked = `as ${memberId} of generation ${generationId} ${given}`
  if (answer.errorCode) return group(groupId, `${asked}asked for its own: ${outcome(answer.errorCode)}`)
  return group(groupId, `${asked}got ${assigned(answer.assignment, protocolType)}`)
})
function assigned(assignment: Uint8Array | undefined, protocolType: string | null | undefined): string {
  if (assignment === undefined || assignment.length === 0) return 'nothing'
  if (protocolType && protocolType !== 'consumer') return `${assignment.length} bytes of assignment`
  try {
    const topics = [...readAssignment(assignment).assignedPartitions]
    return topics.length === 0
      ? 'no partition'
      : topics.map(({ topic, partitions }) => places(topic, partitions)).join(', ')
  } catch {
    return `${assignment.length} bytes of assignment` // of a protocol of the client's own
  }
}
const places = (topic: string, partitions: Iterable<number>): string => `${topic}-${[...partitions].join(',')}`

tell(heartbeat, ({ groupId, generationId, memberId }, { errorCode }) =>
  group(groupId, `gave a sign of life as ${memberId} of generation ${generationId}: ${outcome(errorCode)}`),
)
tell(leaveGroup, ({ groupId, memberId, members }, answer) => {
  const leaving = memberId ? [{ memberId, groupInstanceId: null, reason: null }] : [...members]
  return leaving.map(({ memberId, groupInstanceId, reason }, i) =>
    group(
      groupId,
      `took ${member(memberId, groupInstanceId)} out of the group${because(reason)}: ${outcome(answer.errorCode || [...(answer.members ?? [])][i]?.errorCode)}`,
    ),
  )
})
tell(consumerGroupHeartbeat, (body, answer) => {
  const { groupId, memberId, memberEpoch, instanceId, subscribedTopicNames, subscribedTopicRegex, topicPartitions } =
    body
  const who = member(memberId, instanceId)
  const what =
    memberEpoch === 0
      ? `asked to join as ${who}${subscribedTopicNames ? `, subscribed to ${[...subscribedTopicNames].join(', ')}` : ''}${subscribedTopicRegex ? `, subscribed to /${subscribedTopicRegex}/` : ''}`
      : memberEpoch < 0
        ? `took ${who} out of the group${memberEpoch === -2 ? ', to come back' : ''}`
        : `gave a sign of life as ${who} in epoch ${memberEpoch}${topicPartitions ? `, owning ${count([...topicPartitions])}` : ''}`
  if (answer.errorCode) return group(groupId, `${what}: ${outcome(answer.errorCode)}`)
  const epoch = answer.memberEpoch === memberEpoch ? 'ok' : `is in epoch ${answer.memberEpoch}`
  const target = answer.assignment ? `, is to own ${count([...answer.assignment.topicPartitions])}` : ''
  return group(groupId, `${what}: ${epoch}${target}`)
})
const count = (topics: readonly { readonly partitions: Iterable<number> }[]): string => {
  const n = topics.reduce((sum, { partitions }) => sum + [...partitions].length, 0)
  return `${n} partition${n === 1 ? '' : 's'}`
}

interface CommittedTopics {
  readonly name?: string
  readonly partitions: Iterable<{ readonly partitionIndex: number; readonly committedOffset: number }>
}
const offsets = (topics: Iterable<CommittedTopics>): string =>
  [...topics]
    .flatMap(({ name, partitions }) =>
      [...partitions].map(
        ({ partitionIndex, committedOffset }) => `${name || 'a topic'}-${partitionIndex} at ${committedOffset}`,
      ),
    )
    .join(', ')
/** The first refusal; all partitions mostly share it. */
const worst = (topics: Iterable<{ readonly partitions: Iterable<{ readonly errorCode?: number }> }>): number =>
  [...topics].flatMap(({ partitions }) => [...partitions]).find(({ errorCode = 0 }) => errorCode !== 0)?.errorCode ?? 0

tell(offsetCommit, ({ groupId, memberId, generationIdOrMemberEpoch, topics }, answer) => {
  const who = memberId ? ` as ${memberId} of ${generationIdOrMemberEpoch}` : ''
  return group(groupId, `committed${who} ${offsets(topics)}: ${outcome(worst(answer.topics))}`)
})
tell(txnOffsetCommit, ({ transactionalId, groupId, topics }, answer) => {
  const text = `${offsets(topics)}: ${outcome(worst(answer.topics))}`
  return [
    group(groupId, `put into the transaction ${transactionalId} the offsets ${text}`),
    transaction(transactionalId, `put in the offsets of group ${groupId}, ${text}`),
  ]
})

tell(initProducerId, ({ transactionalId, transactionTimeoutMs, producerId, producerEpoch }, answer) => {
  if (transactionalId === null) return undefined
  const again = producerId >= 0 ? `, being producer ${producerId} of epoch ${producerEpoch}` : ''
  const asked = `asked for a producer id (transactions of up to ${seconds(transactionTimeoutMs)}${again})`
  if (answer.errorCode) return transaction(transactionalId, `${asked}: ${outcome(answer.errorCode)}`)
  return transaction(transactionalId, `${asked}: is producer ${answer.producerId} of epoch ${answer.producerEpoch}`)
})
tell(addPartitionsToTxn, (body, answer) => {
  const one = body.v3AndBelowTransactionalId
  if (one) {
    const added = [...(body.v3AndBelowTopics ?? [])].map(({ name, partitions }) => places(name, partitions)).join(', ')
    const error = [...(answer.resultsByTopicV3AndBelow ?? [])]
      .flatMap(({ resultsByPartition }) => [...resultsByPartition])
      .find(({ partitionErrorCode }) => partitionErrorCode)?.partitionErrorCode
    return transaction(one, `added ${added}: ${outcome(error)}`)
  }
  return [...(body.transactions ?? [])].map(({ transactionalId, verifyOnly, topics }) => {
    const added = [...topics].map(({ name, partitions }) => places(name, partitions)).join(', ')
    const result = [...(answer.resultsByTransaction ?? [])].find(other => other.transactionalId === transactionalId)
    const error = [...(result?.topicResults ?? [])]
      .flatMap(({ resultsByPartition }) => [...resultsByPartition])
      .find(({ partitionErrorCode }) => partitionErrorCode)?.partitionErrorCode
    return transaction(
      transactionalId,
      `${verifyOnly ? 'asked whether it has' : 'added'} ${added}: ${outcome(error || answer.errorCode)}`,
    )
  })
})
tell(addOffsetsToTxn, ({ transactionalId, groupId }, { errorCode }) =>
  transaction(transactionalId, `added the offsets of group ${groupId}: ${outcome(errorCode)}`),
)
tell(endTxn, ({ transactionalId, producerId, producerEpoch, committed }, answer) => {
  const bumped =
    answer.producerEpoch !== undefined && answer.producerEpoch >= 0 && answer.producerEpoch !== producerEpoch
      ? `, goes on in epoch ${answer.producerEpoch}`
      : ''
  return transaction(
    transactionalId,
    `${committed ? 'committed' : 'aborted'}, as producer ${producerId} of epoch ${producerEpoch}: ${outcome(answer.errorCode)}${bumped}`,
  )
})
