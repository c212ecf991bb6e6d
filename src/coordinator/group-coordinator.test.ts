import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, silentLogger } from '../base/index.ts'
import { groupConfigDefaults, type GroupConfig } from './config.ts'
import { GroupCoordinator } from './group-coordinator.ts'
import { MemoryLog, SimulatedClock } from './testing.ts'

const context = { apiVersion: 9, clientId: 'c', clientHost: '/127.0.0.1' }
const topicIds: Record<string, string> = { t: 'a'.repeat(32), u: 'b'.repeat(32) }

function coordinator(config: Partial<GroupConfig> = {}, clock = new SimulatedClock()) {
  const groups = new GroupCoordinator({
    clock,
    random: new SeededRandom(1),
    logger: silentLogger,
    config: { ...groupConfigDefaults, initialRebalanceDelayMs: 0, ...config },
    partitionCount: () => 1,
    topics: {
      byName: name => (topicIds[name] === undefined ? undefined : { topicId: topicIds[name], partitionCount: 2 }),
      nameOf: topicId => Object.keys(topicIds).find(name => topicIds[name] === topicId),
    },
  })
  return { groups, clock }
}
async function leading(log = new MemoryLog(), config: Partial<GroupConfig> = {}) {
  const made = coordinator(config)
  log.onAppend = endOffset => {
    log.highWatermark = endOffset
    made.groups.committed(0, endOffset)
  }
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
