import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import type { ClientConnection } from '../../connection/index.ts'
import {
  deleteTopics,
  describeGroups,
  errorName,
  findCoordinator,
  heartbeat,
  joinGroup,
  offsetCommit,
  offsetFetch,
  syncGroup,
  writeSubscription,
} from '../../protocol/index.ts'
import { TestCluster, topic } from '../testing.ts'

const noId = '0'.repeat(32)

suite('3.6 groups', () => {
  let cluster: TestCluster
  let client: ClientConnection
  before(async () => {
    cluster = await TestCluster.start({ properties: { 'group.initial.rebalance.delay.ms': '0' } })
    client = await cluster.connect()
    await cluster.createTopic(topic)
    await coordinatorsOf(0, 'g')
  })
  after(() => cluster.stop())

  const coordinatorsOf = async (keyType: number, ...coordinatorKeys: string[]) =>
    (await client.request(findCoordinator, { keyType, coordinatorKeys })).coordinators
  const join = async (groupId: string, memberId: string, { sessionTimeoutMs = 45_000, by = client } = {}) => {
    const answer = await by.request(joinGroup, {
      groupId,
      sessionTimeoutMs,
      rebalanceTimeoutMs: 60_000,
      memberId,
      groupInstanceId: null,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: writeSubscription({ topics: [topic] }) }],
      reason: null,
    })
    return { ...answer, error: errorName(answer.errorCode) }
  }
  interface Commit {
    readonly groupId?: string
    readonly generation?: number
    readonly offsets: Readonly<Record<string, readonly [partition: number, offset: number][]>>
    readonly version?: number
  }
  const commit = async ({ groupId = 'simple', generation = -1, offsets, version = 9 }: Commit) => {
    const topics = Object.entries(offsets).map(([name, partitions]) => ({
      name,
      partitions: partitions.map(([partitionIndex, committedOffset]) => ({
        partitionIndex,
        committedOffset,
        committedMetadata: 'so far',
      })),
    }))
    const request = { groupId, generationIdOrMemberEpoch: generation, memberId: '', groupInstanceId: null, topics }
    const answer = await client.request(offsetCommit, request, { versionMax: version })
    return answer.topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorName(errorCode)))
  }
  const committed = async (groupId: string, name: string) => {
    const groups = [{ groupId, memberId: null, memberEpoch: -1, topics: [{ name, partitionIndexes: [0] }] }]
    const answer = await client.request(offsetFetch, { groups, requireStable: false }, { versionMax: 9 })
    const { committedOffset, metadata } = answer.groups[0]!.topics[0]!.partitions[0]!
    return [committedOffset, metadata]
  }

  test('3.8 FindCoordinator: on one broker the internal topics are made at once, with one replica', async () => {
    for (const [keyType, name] of ['__consumer_offsets', '__transaction_state'].entries()) {
      assert.deepEqual(
        (await coordinatorsOf(keyType, 'a', 'b')).map(({ key, nodeId, errorCode }) => [key, nodeId, errorCode]),
        [
          ['a', 1, 0],
          ['b', 1, 0],
        ],
      )
      assert.deepEqual(cluster.metadata.image.topics.get(name)!.partitions[0]!.replicas, [1])
    }
  })
  test('3.8 FindCoordinator: a transactional id that nobody has used has a coordinator, in every version', async () => {
    for (const version of [1, 3]) {
      const answer = await client.request(findCoordinator, { key: 'unused', keyType: 1 }, { versionMax: version })
      assert.deepEqual([answer.errorCode, answer.nodeId, answer.host, answer.port], [0, 1, '127.0.0.1', 9092])
    }
  })

  test('3.6 JoinGroup: a session timeout outside group.min and group.max is INVALID_SESSION_TIMEOUT', async () => {
    for (const [sessionTimeoutMs, error] of [
      [5_999, 'INVALID_SESSION_TIMEOUT'],
      [6_000, 'MEMBER_ID_REQUIRED'],
      [1_800_000, 'MEMBER_ID_REQUIRED'],
      [1_800_001, 'INVALID_SESSION_TIMEOUT'],
    ] as const)
      assert.equal((await join('timed', '', { sessionTimeoutMs })).error, error, `${sessionTimeoutMs} ms`)
  })
  test('3.6 OffsetCommit: unknown topics and partitions are UNKNOWN_TOPIC_OR_PARTITION, the others are committed', async () => {
    const known: [number, number] = [0, 5],
      unknown: [number, number] = [9, 5]
    assert.deepEqual(await commit({ offsets: { [topic]: [known, unknown], nowhere: [known] } }), [
      'NONE',
      'UNKNOWN_TOPIC_OR_PARTITION',
      'UNKNOWN_TOPIC_OR_PARTITION',
    ])
    assert.deepEqual(await committed('simple', topic), [5, 'so far'])
  })
  test('3.6 OffsetCommit: with a generation, to a group that is not there, is ILLEGAL_GENERATION, from v9 GROUP_ID_NOT_FOUND', async () => {
    const to = { groupId: 'absent', generation: 3, offsets: { [topic]: [[0, 1]] } } satisfies Commit
    assert.deepEqual(await commit({ ...to, version: 8 }), ['ILLEGAL_GENERATION'])
    assert.deepEqual(await commit({ ...to, version: 9 }), ['GROUP_ID_NOT_FOUND'])
  })
  test('3.6 DescribeGroups: an unknown group is Dead, no error up to v5 and GROUP_ID_NOT_FOUND from v6', async () => {
    for (const [version, error] of [
      [0, 'NONE'],
      [5, 'NONE'],
      [6, 'GROUP_ID_NOT_FOUND'],
    ] as const) {
      const { groups } = await client.request(describeGroups, { groups: ['unknown'] }, { versionMax: version })
      assert.deepEqual([errorName(groups[0]!.errorCode), groups[0]!.groupState], [error, 'Dead'], `version ${version}`)
    }
  })
  test('3.2 DeleteTopics: offsets that groups have committed for the topic go with it', async () => {
    await cluster.createTopic('doomed')
    await commit({ offsets: { doomed: [[0, 7]] } })
    assert.deepEqual(await committed('simple', 'doomed'), [7, 'so far'])
    const topics = [{ name: 'doomed', topicId: noId }]
    await client.request(deleteTopics, { topics, topicNames: [], timeoutMs: 1000 })
    await cluster.createTopic('doomed')
    assert.deepEqual(await committed('simple', 'doomed'), [-1, ''])
  })
  test('3.6 JoinGroup: groups that rebalance at the same time never lose a member that does its part', async () => {
    const groups = ['reads', 'reads-what-that-writes']
    const errors = new Set<string>()
    const generations = new Map<string, number>()
    const membersOf = new Map<string, number>()
    const isSettled = () =>
      groups.every(groupId => membersOf.get(groupId) === 3) &&
      [0, 1, 2, 3, 4, 5].every(i => generations.get(`${i}`) === generations.get(`${i % 2}`))
    /** Joins, is assigned, and joins again whenever it is called to, as consumers do. */
    const consumer = async (i: number) => {
      const by = await cluster.connect()
      const groupId = groups[i % 2]!
      const { memberId } = await join(groupId, '', { by })
      for (let joins = 0; joins < 50 && !isSettled(); joins++) {
        const { error, generationId, members } = await join(groupId, memberId, { by })
        errors.add(error)
        if (members.length > 0) membersOf.set(groupId, members.length)
        const own = { groupId, generationId, memberId, groupInstanceId: null }
        const synced = await by.request(syncGroup, {
          ...own,
          protocolType: 'consumer',
          protocolName: 'range',
          assignments: members.map(({ memberId }) => ({ memberId, assignment: Buffer.from(memberId) })),
        })
        let last = errorName(synced.errorCode)
        errors.add(last)
        if (last === 'NONE') {
          assert.equal(Buffer.from(synced.assignment).toString(), memberId)
          generations.set(`${i}`, generationId)
        }
        while (last === 'NONE' && !isSettled()) {
          last = errorName((await by.request(heartbeat, own)).errorCode)
          errors.add(last)
        }
      }
    }
    await Promise.all([0, 1, 2, 3, 4, 5].map(consumer))
    assert.deepEqual([isSettled(), [...errors].toSorted()], [true, ['NONE', 'REBALANCE_IN_PROGRESS']])
  })
})
