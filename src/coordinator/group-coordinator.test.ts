import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ManualClock, SeededRandom, silentLogger } from '../base/index.ts'
import { groupConfigDefaults, type GroupConfig } from './config.ts'
import { GroupCoordinator } from './group-coordinator.ts'
import { GroupFormat } from './group-format.ts'
import { noTopicId } from './records.ts'
import { MemoryLog, TestTopics } from './testing.ts'

const context = { apiVersion: 9, clientId: 'c', clientHost: '/127.0.0.1' }
const topicIds: Record<string, string> = { t: 'a'.repeat(32), u: 'b'.repeat(32) }

const topics = new TestTopics()
for (const [name, topicId] of Object.entries(topicIds)) topics.set(name, 2, topicId)

function coordinator(config: Partial<GroupConfig> = {}, clock = new ManualClock()) {
  const groups = new GroupCoordinator({
    clock,
    random: new SeededRandom(1),
    logger: silentLogger,
    config: { ...groupConfigDefaults, initialRebalanceDelayMs: 0, ...config },
    partitionCount: () => 1,
    topics,
  })
  return { groups, clock }
}
function commitsAtOnce(log: MemoryLog, groups: GroupCoordinator) {
  log.onAppend = endOffset => {
    log.highWatermark = endOffset
    groups.committed(0, endOffset)
  }
}
async function leading(log = new MemoryLog(), config: Partial<GroupConfig> = {}) {
  const made = coordinator(config)
  commitsAtOnce(log, made.groups)
  const loading = made.groups.lead(0, log)
  await made.clock.advance(0)
  await loading
  return { ...made, log }
}
const joinRequest = (memberId: string) => ({
  groupId: 'g',
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 30_000,
  memberId,
  groupInstanceId: null,
  protocolType: 'consumer',
  protocols: [{ name: 'range', metadata: Buffer.from([0, 0, 0, 0, 0, 1, 0, 1, 0x74, 0, 0, 0, 0]) }],
  reason: null,
})
const commitOf = (offset: number, change = {}) => ({
  groupId: 'g',
  generationIdOrMemberEpoch: -1,
  memberId: '',
  groupInstanceId: null,
  retentionTimeMs: -1,
  topics: [
    {
      name: 't',
      topicId: '0'.repeat(32),
      partitions: [
        { partitionIndex: 0, committedOffset: offset, committedLeaderEpoch: 3, committedMetadata: 'note é' },
        { partitionIndex: 2, committedOffset: offset, committedLeaderEpoch: 3, committedMetadata: null },
      ],
    },
    {
      name: 'nowhere',
      topicId: '0'.repeat(32),
      partitions: [{ partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: '' }],
    },
  ],
  ...change,
})
const fetchOf = (topics: readonly string[] | null) => ({
  groupId: 'g',
  topics: null,
  groups: [
    {
      groupId: 'g',
      memberId: null,
      memberEpoch: -1,
      topics: topics && topics.map(name => ({ name, topicId: '0'.repeat(32), partitionIndexes: [0, 1] })),
    },
  ],
  requireStable: true,
})
async function joinAndSync({ groups }: { groups: GroupCoordinator }) {
  const { memberId } = await groups.joinGroup(joinRequest(''), context)
  const joined = await groups.joinGroup(joinRequest(memberId), context)
  const synced = await groups.syncGroup({
    groupId: 'g',
    generationId: joined.generationId!,
    memberId,
    groupInstanceId: null,
    protocolType: 'consumer',
    protocolName: 'range',
    assignments: [{ memberId, assignment: Buffer.from('all') }],
  })
  return { memberId, joined, synced }
}

test('a member joins, is assigned, commits, and all of it is there after a restart', async () => {
  const log = new MemoryLog()
  const before = await leading(log)
  const { memberId, joined, synced } = await joinAndSync(before)
  assert.match(memberId, /^c-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/)
  assert.deepEqual([joined.errorCode, joined.generationId, joined.leader, joined.members.length], [0, 1, memberId, 1])
  assert.equal(Buffer.from(synced.assignment).toString(), 'all')
  const committed = await before.groups.offsetCommit(commitOf(42, { memberId, generationIdOrMemberEpoch: 1 }), context)
  assert.deepEqual(
    committed.topics.map(({ name, partitions }) => [name, partitions.map(({ errorCode }) => errorCode)]),
    [
      ['t', [0, 3]],
      ['nowhere', [3]],
    ],
  )

  const after = await leading(log)
  const fetched = await after.groups.offsetFetch(fetchOf(['t']), context)
  assert.deepEqual(fetched.groups![0]!.topics![0]!.partitions, [
    { partitionIndex: 0, committedOffset: 42, committedLeaderEpoch: 3, metadata: 'note é', errorCode: 0 },
    { partitionIndex: 1, committedOffset: -1, committedLeaderEpoch: -1, metadata: '', errorCode: 0 },
  ])
  const heartbeat = { groupId: 'g', generationId: 1, memberId, groupInstanceId: null }
  assert.equal((await after.groups.heartbeat(heartbeat)).errorCode, 0)
  await after.clock.advance(9_900)
  assert.equal((await after.groups.heartbeat(heartbeat)).errorCode, 0)
  await after.clock.advance(10_200)
  assert.equal((await after.groups.heartbeat(heartbeat)).errorCode, 25)
})

const heartbeatOf = (memberId: string, generationId: number) => ({
  groupId: 'g',
  generationId,
  memberId,
  groupInstanceId: null,
})
test('who asks while groups are loaded is told to come again, but for heartbeats; who asks another broker, to look for the coordinator', async () => {
  const made = coordinator()
  const answers = async () => {
    const { groups } = made
    return [
      (await groups.joinGroup(joinRequest(''), context)).errorCode,
      (await groups.heartbeat(heartbeatOf('m', 1))).errorCode,
      (await groups.offsetCommit(commitOf(1), context)).topics[0]!.partitions[0]!.errorCode,
      (await groups.offsetFetch(fetchOf(['t']), context)).groups![0]!.errorCode,
      (await groups.describeGroups({ groups: ['g'], includeAuthorizedOperations: false }, context)).groups[0]!
        .errorCode,
      (await groups.deleteGroups({ groupsNames: ['g'] })).results[0]!.errorCode,
      (await groups.listGroups({ statesFilter: [], typesFilter: [] })).errorCode,
    ]
  }
  assert.deepEqual(await answers(), [16, 16, 16, 16, 16, 16, 0])
  const log = new MemoryLog()
  commitsAtOnce(log, made.groups)
  log.append(new GroupFormat().encode([{ is: 'group', groupId: 'g', value: null }], 0))
  const loading = made.groups.lead(0, log)
  assert.deepEqual(await answers(), [14, 0, 14, 14, 14, 14, 14])
  await made.clock.advance(0)
  await loading
  assert.deepEqual((await answers()).slice(2), [0, 0, 0, 0, 0])
})
test('what is appended and lost again is told to nobody as done', async () => {
  const { groups, log } = await leading()
  log.onAppend = () => {}
  const committed = groups.offsetCommit(commitOf(1), context)
  log.truncateTo(0)
  groups.lost(0, 0)
  assert.deepEqual((await committed).topics[0]!.partitions[0], { partitionIndex: 0, errorCode: 15 })
})
// oxfmt-ignore
const refusals = [
  // the log says             the client is told
  ['NOT_ENOUGH_REPLICAS',     15],
  ['REQUEST_TIMED_OUT',       15],
  ['NOT_LEADER_OR_FOLLOWER',  16],
  ['KAFKA_STORAGE_ERROR',     16],
  ['MESSAGE_TOO_LARGE',       -1],
] as const
test('an error of the log is told as one of the coordinator', async () => {
  for (const [refusal, expected] of refusals) {
    const { groups, log } = await leading()
    log.refuses = refusal
    const { topics } = await groups.offsetCommit(commitOf(1), context)
    assert.equal(topics[0]!.partitions[0]!.errorCode, expected, refusal)
  }
})
test('a client id that fits no record harms only the group of that client', async () => {
  const { groups, clock } = await leading()
  const joined = await groups.joinGroup(joinRequest(''), { ...context, apiVersion: 3, clientId: 'c'.repeat(0x7fff) })
  const synced = await groups.syncGroup({
    ...heartbeatOf(joined.memberId, 1),
    protocolType: null,
    protocolName: null,
    assignments: [],
  })
  assert.equal(synced.errorCode, -1)
  assert.equal((await groups.offsetCommit(commitOf(1), context)).topics[0]!.partitions[0]!.errorCode, 0)
  await clock.advance(0)
})

// oxfmt-ignore
const joins = [
  // version, change                              error, protocol name
  [0, { sessionTimeoutMs: 5_999 },                26, ''],
  [7, { sessionTimeoutMs: 1_800_001 },            26, null],
  [3, { groupId: '' },                            24, ''],
  [3, {},                                         0,  'range'],
  [4, {},                                         79, ''],
  [9, {},                                         79, null],
  [5, { groupInstanceId: 'i' },                   0,  'range'],
  [0, { rebalanceTimeoutMs: -1 },                 0,  'range'],
  [2, { memberId: 'stranger' },                   25, ''],
] as const
test('JoinGroup: session timeout outside [6000, 1800000] is 26; an error names no protocol, null from v7 on', async () => {
  for (const [apiVersion, change, error, protocolName] of joins) {
    const { groups } = await leading()
    const joined = await groups.joinGroup({ ...joinRequest(''), ...change }, { ...context, apiVersion })
    assert.deepEqual(
      [joined.errorCode, joined.protocolName],
      [error, protocolName],
      `v${apiVersion} ${JSON.stringify(change)}`,
    )
    assert.equal(joined.memberId !== '', error === 0 || error === 79 || 'memberId' in change, `v${apiVersion}`)
  }
})
test('LeaveGroup: up to v2 one member and its error on top, from v3 on a result each', async () => {
  const left = async (apiVersion: number, request: object) => {
    const made = await leading()
    const { memberId } = await joinAndSync(made)
    const named = JSON.parse(JSON.stringify(request).replaceAll('"me"', `"${memberId}"`)) as object
    const { groups } = made
    const answer = await groups.leaveGroup(
      { groupId: 'g', memberId: '', members: [], ...named },
      { ...context, apiVersion },
    )
    return [answer.errorCode, answer.members?.map(({ errorCode }) => errorCode)]
  }
  const one = (memberId: string) => ({ memberId, groupInstanceId: null, reason: null })
  assert.deepEqual(await left(2, { memberId: 'me' }), [0, undefined])
  assert.deepEqual(await left(0, { memberId: 'x' }), [25, undefined])
  assert.deepEqual(await left(3, { members: [one('me'), one('x')] }), [0, [0, 25]])
  assert.deepEqual(await left(5, { groupId: '' }), [24, undefined])
  assert.deepEqual(await left(5, { groupId: 'unknown', members: [one('x')] }), [0, [25]])
})

const byId = (topicId: string) => [{ name: '', topicId, partitionIndexes: [0, 1] }]
test('from v10 on topics are named by id: unknown ids are UNKNOWN_TOPIC_ID, for each partition', async () => {
  const { groups } = await leading()
  const v10 = { ...context, apiVersion: 10 }
  const commit = commitOf(42)
  const topics = [
    { ...commit.topics[0]!, name: '', topicId: 'f'.repeat(32) },
    { ...commit.topics[0]!, name: '', topicId: topicIds['t']! },
  ]
  const committed = await groups.offsetCommit({ ...commit, topics }, v10)
  assert.deepEqual(
    committed.topics.map(({ topicId, partitions }) => [topicId, partitions.map(({ errorCode }) => errorCode)]),
    [
      ['f'.repeat(32), [100, 100]],
      ['a'.repeat(32), [0, 3]],
    ],
  )
  const fetchById = (topics: ReturnType<typeof byId> | null) => {
    const request = fetchOf(null)
    return groups.offsetFetch({ ...request, groups: [{ ...request.groups[0]!, topics }] }, v10)
  }
  const fetched = await fetchById([...byId('f'.repeat(32)), ...byId(topicIds['t']!)])
  assert.deepEqual(
    fetched.groups![0]!.topics.map(({ topicId, partitions }) => [
      topicId,
      partitions.map(p => [p.committedOffset, p.errorCode]),
    ]),
    [
      [
        'a'.repeat(32),
        [
          [42, 0],
          [-1, 0],
        ],
      ],
      [
        'f'.repeat(32),
        [
          [-1, 100],
          [-1, 100],
        ],
      ],
    ],
  )
  const all = await fetchById(null)
  assert.deepEqual(
    all.groups![0]!.topics.map(({ topicId }) => topicId),
    ['a'.repeat(32)],
  )
})
test('OffsetFetch: up to v7 one group and its topics on top; version 1 tells errors by partition', async () => {
  const { groups } = await leading()
  await groups.offsetCommit(commitOf(42), context)
  const old = { ...fetchOf(null), topics: [{ name: 't', partitionIndexes: [0] }], groups: [] }
  const fetched = await groups.offsetFetch(old, { ...context, apiVersion: 5 })
  assert.deepEqual([fetched.errorCode, fetched.topics![0]!.partitions[0]!.committedOffset], [0, 42])
  groups.resign(0)
  const refused = await groups.offsetFetch(old, { ...context, apiVersion: 1 })
  assert.deepEqual(
    refused.topics![0]!.partitions.map(({ errorCode }) => errorCode),
    [16],
  )
  assert.equal((await groups.offsetFetch(old, { ...context, apiVersion: 7 })).errorCode, 16)
})
test('OffsetFetch from v8 on answers many groups at once', async () => {
  const { groups } = await leading()
  await groups.offsetCommit(commitOf(42), context)
  const request = fetchOf(['t'])
  const answer = await groups.offsetFetch(
    { ...request, groups: [...request.groups, { ...request.groups[0]!, groupId: 'h' }] },
    context,
  )
  assert.deepEqual(
    answer.groups!.map(({ groupId, topics }) => [groupId, topics[0]!.partitions[0]!.committedOffset]),
    [
      ['g', 42],
      ['h', -1],
    ],
  )
})

// oxfmt-ignore
const filters = [
  // states                   types                  found
  [[],                        [],                    ['g', 's']],
  [['Stable'],                [],                    ['g']],
  [['empty', ' STABLE '],     [],                    ['g', 's']],
  [['Dead'],                  [],                    []],
  [[],                        ['Classic'],           ['g', 's']],
  [[],                        ['consumer'],          []],
  [['Empty'],                 ['classic', 'share'],  ['s']],
] as const
test('ListGroups: filters of states and types know no case; what they do not know finds nothing', async () => {
  const made = await leading()
  await joinAndSync(made)
  await made.groups.offsetCommit(commitOf(1, { groupId: 's' }), context)
  for (const [statesFilter, typesFilter, expected] of filters) {
    const { groups } = await made.groups.listGroups({ statesFilter: [...statesFilter], typesFilter: [...typesFilter] })
    assert.deepEqual(
      groups.map(({ groupId }) => groupId),
      expected,
      `${statesFilter.join()} ${typesFilter.join()}`,
    )
  }
  const { groups } = await made.groups.listGroups({ statesFilter: [], typesFilter: [] })
  assert.deepEqual(groups, [
    { groupId: 'g', protocolType: 'consumer', groupState: 'Stable', groupType: 'classic' },
    { groupId: 's', protocolType: '', groupState: 'Empty', groupType: 'classic' },
  ])
})
test('DescribeGroups tells of members what they said and were assigned; an unknown group is Dead, error 0 up to v5 and 69 from v6 on', async () => {
  const made = await leading()
  const { memberId } = await joinAndSync(made)
  const described = async (apiVersion: number) =>
    (
      await made.groups.describeGroups(
        { groups: ['g', 'unknown'], includeAuthorizedOperations: false },
        { ...context, apiVersion },
      )
    ).groups
  const [group, unknown] = await described(6)
  assert.deepEqual([group!.groupState, group!.protocolType, group!.protocolData], ['Stable', 'consumer', 'range'])
  const [member] = group!.members
  assert.deepEqual([member!.memberId, member!.clientId, member!.clientHost], [memberId, 'c', '/127.0.0.1'])
  assert.equal(Buffer.from(member!.memberAssignment).toString(), 'all')
  assert.equal(member!.memberMetadata.length, 13)
  assert.deepEqual(
    [unknown!.groupState, unknown!.errorCode, unknown!.errorMessage],
    ['Dead', 69, 'Group unknown not found.'],
  )
  assert.deepEqual(
    (await described(5)).map(({ errorCode, groupState }) => [errorCode, groupState]),
    [
      [0, 'Stable'],
      [0, 'Dead'],
    ],
  )
})
test('OffsetDelete: partitions that the cluster does not have are UNKNOWN_TOPIC_OR_PARTITION; errors of the group stand on top', async () => {
  const { groups } = await leading()
  const request = {
    groupId: 'g',
    topics: [
      { name: 't', partitions: [{ partitionIndex: 0 }, { partitionIndex: 5 }] },
      { name: 'nowhere', partitions: [{ partitionIndex: 0 }] },
    ],
  }
  assert.equal((await groups.offsetDelete(request)).errorCode, 69)
  await groups.offsetCommit(commitOf(1), context)
  await groups.offsetCommit({ ...commitOf(1), topics: [{ ...commitOf(1).topics[0]!, name: 'u' }] }, context)
  const { errorCode, topics } = await groups.offsetDelete(request)
  assert.deepEqual(
    [errorCode, topics.map(({ name, partitions }) => [name, partitions.map(p => p.errorCode)])],
    [
      0,
      [
        ['t', [0, 3]],
        ['nowhere', [3]],
      ],
    ],
  )
})
test('topics that are deleted take the offsets of all groups with them, and old offsets go in time', async () => {
  const { groups, clock } = await leading(new MemoryLog(), { offsetsRetentionMs: 3_600_000 })
  await groups.offsetCommit(commitOf(1), context)
  await groups.offsetCommit({ ...commitOf(1), topics: [{ ...commitOf(1).topics[0]!, name: 'u' }] }, context)
  const topics = async () =>
    (await groups.offsetFetch(fetchOf(null), context)).groups![0]!.topics.map(({ name }) => name)
  groups.topicsDeleted([{ name: 't', topicId: topicIds['t']! }])
  assert.deepEqual(await topics(), ['u'])
  await clock.advance(3_500_000)
  assert.deepEqual(await topics(), ['u'])
  await clock.advance(600_000)
  assert.deepEqual(await topics(), [])
})
test('a log of a hundred thousand commits is loaded a piece a turn', async () => {
  const log = new MemoryLog()
  const records = Array.from({ length: 10_000 }, (_, i) => ({
    is: 'offset' as const,
    groupId: `g${i % 1_000}`,
    topic: 't',
    partition: i % 10,
    value: { offset: i, leaderEpoch: 0, metadata: '', commitTimestamp: 0, expireTimestamp: -1, topicId: noTopicId },
  }))
  const batch = new GroupFormat().encode(records, 0)
  for (let i = 0; i < 10; i++) log.append(Buffer.from(batch))
  const { groups } = await leading(log)
  const { groups: listed } = await groups.listGroups({ statesFilter: [], typesFilter: [] })
  assert.equal(listed.length, 1_000)
})
