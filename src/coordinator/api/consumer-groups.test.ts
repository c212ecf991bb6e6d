import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ManualClock, SeededRandom, silentLogger } from '../../base/index.ts'
import { errorName } from '../../protocol/index.ts'
import { groupConfigDefaults } from '../config.ts'
import { GroupCoordinator } from '../group-coordinator.ts'
import { idOf, MemoryLog, TestTopics } from '../testing.ts'
import type { ConsumerGroupHeartbeat } from './consumer-groups.ts'

const v0 = { apiVersion: 0, clientId: 'c', clientHost: '/127.0.0.1' },
  v1 = { ...v0, apiVersion: 1 }

async function leading(consumer: Partial<typeof groupConfigDefaults.consumer> = {}, log = new MemoryLog()) {
  const clock = new ManualClock()
  const groups = new GroupCoordinator({
    clock,
    random: new SeededRandom(1),
    logger: silentLogger,
    config: { ...groupConfigDefaults, consumer: { ...groupConfigDefaults.consumer, ...consumer } },
    partitionCount: () => 1,
    topics: new TestTopics({ t: 2 }),
  })
  log.onAppend = endOffset => {
    log.highWatermark = endOffset
    groups.committed(0, endOffset)
  }
  const loading = groups.lead(0, log)
  await clock.advance(0)
  await loading
  return { groups, log, clock }
}
const joinOf = (change: Partial<ConsumerGroupHeartbeat> = {}): ConsumerGroupHeartbeat => ({
  groupId: 'g',
  memberId: 'm',
  memberEpoch: 0,
  instanceId: null,
  rackId: null,
  rebalanceTimeoutMs: 60_000,
  subscribedTopicNames: ['t'],
  subscribedTopicRegex: null,
  serverAssignor: null,
  topicPartitions: [],
  ...change,
})

// oxfmt-ignore
const requests = [
  // version, what is said                                                   answer
  [1, { memberId: '' },                                                      'INVALID_REQUEST', "MemberId can't be empty."],
  [0, { memberId: '' },                                                      'NONE', null],
  [0, { memberId: '', memberEpoch: 1 },                                      'INVALID_REQUEST', "MemberId can't be empty."],
  [1, { groupId: ' ' },                                                      'INVALID_REQUEST', "GroupId can't be empty."],
  [1, { instanceId: '' },                                                    'INVALID_REQUEST', "InstanceId can't be empty."],
  [1, { rackId: '' },                                                        'INVALID_REQUEST', "RackId can't be empty."],
  [1, { rebalanceTimeoutMs: -1 },                                            'INVALID_REQUEST', 'RebalanceTimeoutMs must be provided in first request.'],
  [1, { topicPartitions: null },                                             'INVALID_REQUEST', 'TopicPartitions must be empty when (re-)joining.'],
  [1, { topicPartitions: [{ topicId: idOf('t'), partitions: [0] }] },        'INVALID_REQUEST', 'TopicPartitions must be empty when (re-)joining.'],
  [1, { subscribedTopicNames: null },                                        'INVALID_REQUEST', 'Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.'],
  [1, { subscribedTopicNames: null, subscribedTopicRegex: 't' },             'NONE', null],
  [1, { memberEpoch: -2 },                                                   'INVALID_REQUEST', "InstanceId can't be null."],
  [1, { memberEpoch: -3 },                                                   'INVALID_REQUEST', 'MemberEpoch is invalid.'],
  [1, { serverAssignor: 'mine' },                                            'UNSUPPORTED_ASSIGNOR', 'ServerAssignor mine is not supported. Supported assignors: uniform, range.'],
  [1, { serverAssignor: 'range' },                                           'NONE', null],
  [1, { subscribedTopicRegex: '(' },                                         'INVALID_REGULAR_EXPRESSION', 'SubscribedTopicRegex `(` is not a valid regular expression: '],
  [1, { subscribedTopicRegex: '(?!t)' },                                     'INVALID_REGULAR_EXPRESSION', 'SubscribedTopicRegex `(?!t)` is not a valid regular expression: '],
  [1, { subscribedTopicRegex: '((a{1000}){1000}){1000}' },                   'INVALID_REGULAR_EXPRESSION', 'SubscribedTopicRegex `((a{1000}){1000}){1000}` is not a valid regular expression: '],
] as const
test('3.7 ConsumerGroupHeartbeat: what makes no sense is INVALID_REQUEST, an unknown assignor UNSUPPORTED_ASSIGNOR, a bad expression INVALID_REGULAR_EXPRESSION', async () => {
  for (const [apiVersion, change, error, message] of requests) {
    const { groups } = await leading()
    const request = joinOf(change as Partial<ConsumerGroupHeartbeat>)
    const answer = await groups.consumerGroupHeartbeat(request, { ...v0, apiVersion })
    const told = `v${apiVersion} ${JSON.stringify(change)}`
    assert.equal(errorName(answer.errorCode), error, told)
    if (message === null) assert.equal(answer.errorMessage, null)
    else assert.equal(answer.errorMessage?.slice(0, message.length), message, told)
  }
})
test('3.7 ConsumerGroupHeartbeat: a member is told its epoch, the interval and its partitions; in version 0 its id is made here', async () => {
  const { groups } = await leading({ heartbeatIntervalMs: groupId => groupId.length * 1_000 })
  const answer = await groups.consumerGroupHeartbeat(joinOf(), v1)
  assert.deepEqual(answer, {
    errorCode: 0,
    errorMessage: null,
    memberId: 'm',
    memberEpoch: 1,
    heartbeatIntervalMs: 1_000,
    assignment: { topicPartitions: [{ topicId: idOf('t'), partitions: [0, 1] }] },
  })
  const made = await groups.consumerGroupHeartbeat(joinOf({ memberId: '', groupId: 'other' }), v0)
  assert.match(made.memberId!, /^[0-9a-f]{32}$/)
})
test('3.7 ConsumerGroupHeartbeat: heartbeats come every 5 s, and a session lasts 45 s', async () => {
  const { groups, clock } = await leading()
  const joined = await groups.consumerGroupHeartbeat(joinOf(), v1)
  assert.equal(joined.heartbeatIntervalMs, 5_000)
  const beat = () =>
    groups.consumerGroupHeartbeat(
      joinOf({ memberEpoch: 1, rebalanceTimeoutMs: -1, subscribedTopicNames: null, topicPartitions: null }),
      v1,
    )
  await clock.advance(44_800)
  assert.deepEqual([(await beat()).errorCode, (await beat()).assignment], [0, null])
  await clock.advance(45_200)
  assert.equal(errorName((await beat()).errorCode), 'UNKNOWN_MEMBER_ID')
})
test('3.7 ConsumerGroupHeartbeat: where the protocol is not enabled it is UNSUPPORTED_VERSION', async () => {
  const { groups } = await leading({ isEnabled: false })
  assert.equal(errorName((await groups.consumerGroupHeartbeat(joinOf(), v1)).errorCode), 'UNSUPPORTED_VERSION')
  const { groups: described } = await groups.consumerGroupDescribe({
    groupIds: ['g'],
    includeAuthorizedOperations: false,
  })
  assert.equal(errorName(described[0]!.errorCode), 'UNSUPPORTED_VERSION')
})
test('3.7 ConsumerGroupDescribe tells epochs, the assignor and what each member has and is to have; a classic group is none', async () => {
  const { groups } = await leading()
  await groups.consumerGroupHeartbeat(joinOf({ rackId: 'r' }), v1)
  await groups.consumerGroupHeartbeat(joinOf({ memberId: 'n' }), v1)
  const commit = { memberId: '', groupInstanceId: null, generationIdOrMemberEpoch: -1, retentionTimeMs: -1 }
  const partitions = [{ partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: null }]
  const topics = [{ name: 't', topicId: '0'.repeat(32), partitions }]
  await groups.offsetCommit({ ...commit, groupId: 'simple', topics }, { ...v1, apiVersion: 9 })
  const request = { groupIds: ['g', 'simple', 'nobody', ''], includeAuthorizedOperations: false }
  const [g, simple, nobody, empty] = (await groups.consumerGroupDescribe(request)).groups
  const at = (...partitions: number[]) => ({
    topicPartitions: partitions.length === 0 ? [] : [{ topicId: idOf('t'), topicName: 't', partitions }],
  })
  const { members, ...group } = g!
  assert.deepEqual(group, {
    errorCode: 0,
    groupId: 'g',
    groupState: 'Reconciling',
    groupEpoch: 2,
    assignmentEpoch: 2,
    assignorName: 'uniform',
  })
  assert.deepEqual(members[0], {
    memberId: 'm',
    instanceId: null,
    rackId: 'r',
    memberEpoch: 1,
    clientId: 'c',
    clientHost: '/127.0.0.1',
    subscribedTopicNames: ['t'],
    subscribedTopicRegex: '',
    assignment: at(0, 1),
    targetAssignment: at(0),
    memberType: 1,
  })
  assert.deepEqual([members[1]!.assignment, members[1]!.targetAssignment], [at(), at(1)])
  assert.deepEqual(
    [simple, nobody, empty].map(one => [errorName(one!.errorCode), one!.errorMessage]),
    [
      ['GROUP_ID_NOT_FOUND', 'Group simple is not a consumer group.'],
      ['GROUP_ID_NOT_FOUND', 'Group nobody not found.'],
      ['INVALID_GROUP_ID', null],
    ],
  )
  const describe = { groups: ['g'], includeAuthorizedOperations: false }
  const told = async (apiVersion: number) => (await groups.describeGroups(describe, { ...v1, apiVersion })).groups[0]!
  const { errorCode, errorMessage, groupState } = await told(6)
  assert.deepEqual(
    [errorName(errorCode), errorMessage, groupState],
    ['GROUP_ID_NOT_FOUND', 'Group g is not a classic group.', 'Dead'],
  )
  assert.deepEqual([(await told(5)).errorCode, (await told(5)).groupState], [0, 'Dead'])
})
test('3.7 ListGroups: groups of the consumer protocol are of the type consumer, with states of their own', async () => {
  const { groups } = await leading()
  await groups.consumerGroupHeartbeat(joinOf(), v1)
  await groups.consumerGroupHeartbeat(joinOf({ memberId: 'n' }), v1)
  const listed = async (statesFilter: string[], typesFilter: string[]) =>
    (await groups.listGroups({ statesFilter, typesFilter })).groups
  assert.deepEqual(await listed([], ['consumer']), [
    { groupId: 'g', protocolType: 'consumer', groupState: 'Reconciling', groupType: 'consumer' },
  ])
  assert.deepEqual(await listed([], ['classic']), [])
  assert.equal((await listed(['reconciling'], [])).length, 1)
  assert.equal((await listed(['Stable'], [])).length, 0)
})
test('3.7 a group of the consumer protocol is there after a restart, with its members and their sessions', async () => {
  const { groups, log } = await leading()
  await groups.consumerGroupHeartbeat(joinOf({ instanceId: 'i' }), v1)
  groups.close()
  const after = await leading({}, log)
  const beat = joinOf({
    memberEpoch: 1,
    instanceId: 'i',
    topicPartitions: [{ topicId: idOf('t'), partitions: [0, 1] }],
  })
  const answer = await after.groups.consumerGroupHeartbeat(beat, v1)
  assert.deepEqual([answer.errorCode, answer.memberEpoch], [0, 1])
  await after.clock.advance(45_200)
  const { groups: listed } = await after.groups.listGroups({ statesFilter: ['Empty'], typesFilter: [] })
  assert.equal(listed.length, 1)
})
