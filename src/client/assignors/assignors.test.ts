import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../../base/index.ts'
import { readStickyUserData, writeStickyUserData } from '../../protocol/index.ts'
import { flatten, nested } from '../membership/partitions.ts'
import type { GroupMember, PureAssignor, RacksOf, TopicPartition } from './assignor.ts'
import { cooperativeStickyAssignor } from './cooperative-sticky.ts'
import { rangeAssignor } from './range.ts'
import { roundRobinAssignor } from './round-robin.ts'
import { stickyAssignor } from './sticky.ts'

const member = (
  memberId: string,
  topics: string,
  owned = '',
  { generation = 1, instance = null as string | null, had = null as string | null } = {},
): GroupMember => ({
  memberId,
  groupInstanceId: instance,
  topics: topics.split(' '),
  owned: parsed(owned),
  generation,
  userData: had === null ? null : writeStickyUserData({ previousAssignment: nested(parsed(had)), generation }),
  rack: null,
})
const parsed = (text: string): TopicPartition[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map(one => ({ topic: one.slice(0, 1), partition: Number(one.slice(1)) }))
const counts = (text: string) => new Map(parsed(text).map(({ topic, partition }) => [topic, partition]))
const shown = (assignment: Map<string, TopicPartition[]>) =>
  [...assignment]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, list]) =>
      `${id}: ${list
        .map(({ topic, partition }) => topic + partition)
        .toSorted()
        .join(' ')}`.trim(),
    )
    .join(', ')

// oxfmt-ignore
const cases = [
  // assignor                  members                                                             partitions  assignment
  [rangeAssignor,             [member('x', 'a')],                                                  'a3',       'x: a0 a1 a2'],
  [rangeAssignor,             [member('y', 'a'), member('x', 'a')],                                'a3',       'x: a0 a1, y: a2'],
  [rangeAssignor,             [member('x', 'a b'), member('y', 'a b')],                            'a3 b3',    'x: a0 a1 b0 b1, y: a2 b2'],
  [rangeAssignor,             [member('x', 'a'), member('y', 'a b')],                              'a2 b2',    'x: a0, y: a1 b0 b1'],
  [rangeAssignor,             [member('x', 'a'), member('y', 'a')],                                'a1',       'x: a0, y:'],
  [rangeAssignor,             [member('x', 'a'), member('y', 'b')],                                'a1',       'x: a0, y:'],
  [rangeAssignor,             [member('z', 'a', '', { instance: '1' }), member('x', 'a')],         'a1',       'x:, z: a0'],
  [roundRobinAssignor,        [member('x', 'a b'), member('y', 'a b')],                            'a3 b3',    'x: a0 a2 b1, y: a1 b0 b2'],
  [roundRobinAssignor,        [member('x', 'a'), member('y', 'a b'), member('z', 'b')],            'a1 b2',    'x: a0, y: b0, z: b1'],
  [cooperativeStickyAssignor, [member('x', 'a')],                                                  'a3',       'x: a0 a1 a2'],
  [cooperativeStickyAssignor, [member('x', 'a', 'a0 a1 a2'), member('y', 'a')],                    'a3',       'x: a0 a1, y:'],
  [cooperativeStickyAssignor, [member('x', 'a', 'a0 a1'), member('y', 'a')],                       'a3',       'x: a0 a1, y: a2'],
  [cooperativeStickyAssignor, [member('x', 'a', 'a0 a1'), member('y', 'a', 'a2')],                 'a4',       'x: a0 a1, y: a2 a3'],
  [cooperativeStickyAssignor, [member('x', 'b', 'a0'), member('y', 'a')],                          'a1 b1',    'x: b0, y: a0'],
  [cooperativeStickyAssignor, [member('x', 'a', 'a0'), member('y', 'a', 'a0', { generation: 2 })], 'a1',       'x:, y: a0'],
  [cooperativeStickyAssignor, [member('x', 'a', 'a9'), member('y', 'a')],                          'a2',       'x: a0, y: a1'],
  [stickyAssignor,            [member('x', 'a')],                                                  'a3',       'x: a0 a1 a2'],
  [stickyAssignor,            [member('x', 'a', '', { had: 'a0 a1 a2' }), member('y', 'a')],       'a3',       'x: a0 a1, y: a2'],
  [stickyAssignor,            [member('x', 'a', '', { had: 'a2' }), member('y', 'a', '', { had: 'a0 a1' })], 'a3', 'x: a2, y: a0 a1'],
  [stickyAssignor,            [member('x', 'a', '', { had: 'a0' }), member('y', 'a', '', { had: 'a0', generation: 2 })], 'a1', 'x:, y: a0'],
  // It goes by what they had: what they say to own is for others.
  [stickyAssignor,            [member('x', 'a', 'a1'), member('y', 'a', 'a0')],                    'a2',       'x: a0, y: a1'],
] as const

for (const [assignor, members, partitions, expected] of cases) {
  const told = members.map(({ memberId, topics, owned, userData }) => {
    const before = userData === null ? '' : ` and had ${shownUserData(userData)}`
    const has = owned.map(({ topic, partition }) => topic + partition).join(' ')
    return `${memberId} reads ${topics.join(' ')}${has ? ` and has ${has}` : ''}${before}`
  })
  test(`${assignor.name}: ${told.join(', ')} of ${partitions} → ${expected}`, () => {
    assert.equal(shown(assignor.assign(members, counts(partitions))), expected)
  })
}

const near = (one: GroupMember, rack: string): GroupMember => ({ ...one, rack })
/** The racks of a0, a1 …, b0 …, as letters: 'a: xy z' has a0 in x and y, and a1 in z. */
const racks = (text: string) => {
  const byTopic = new Map(text.split(', ').map(one => [one.slice(0, 1), one.slice(3).split(' ')] as const))
  return ({ topic, partition }: TopicPartition) => (byTopic.get(topic)?.[partition] ?? '').split('')
}
const [x, y] = [near(member('x', 'a'), 'x'), near(member('y', 'a'), 'y')]
const [xx, yy] = [near(member('x', 'a b'), 'x'), near(member('y', 'a b'), 'y')]
// oxfmt-ignore
const nearby = [
  // assignor                  members                          racks of the partitions  assignment, and why
  [rangeAssignor,              [x, y],                                     'a: y x y x',      'x: a1 a3, y: a0 a2',  'each has what is near'],
  [rangeAssignor,              [x, y],                                     'a: x x x y',      'x: a0 a1, y: a2 a3',  'no more than the share'],
  [rangeAssignor,              [x, y],                                     'a: y y xy',       'x: a2, y: a0 a1',     'the one more may go to the last'],
  [rangeAssignor,              [x, y],                                     'a: y y y',        'x: a0 a1, y: a2',     'all are in the same racks'],
  [rangeAssignor,              [x, y],                                     'a: xy xy xy',     'x: a0 a1, y: a2',     'all are everywhere'],
  [rangeAssignor,              [x, y],                                     'a: z z z',        'x: a0 a1, y: a2',     'none is near'],
  [rangeAssignor,              [member('x', 'a'), y],                      'a: y z z z',      'x: a1 a2, y: a0 a3',  'one does not say where it is'],
  [rangeAssignor,              [xx, yy],                                   'a: y x, b: y x',  'x: a1 b1, y: a0 b0',  'topics of a size go together'],
  [rangeAssignor,              [xx, yy],                                   'a: y x, b: x y',  'x: a0 b0, y: a1 b1',  'together, though each would be nearer alone'],
  [roundRobinAssignor,         [x, y],                                     'a: y x y x',      'x: a0 a2, y: a1 a3',  'it does not look at racks'],
  [stickyAssignor,             [x, y],                                     'a: y x y x',      'x: a1 a3, y: a0 a2',  'each has what is near'],
  [stickyAssignor,             [x, y],                                     'a: x x x y',      'x: a0 a1, y: a2 a3',  'no more than the share'],
  [cooperativeStickyAssignor,  [x, y],                                     'a: y x y x',      'x: a1 a3, y: a0 a2',  'each has what is near'],
  [cooperativeStickyAssignor,  [near(member('x', 'a', 'a0 a1'), 'x'), y],  'a: y x',          'x: a1, y:',           'what moves is what is far'],
  [cooperativeStickyAssignor,  [near(member('x', 'a', 'a0'), 'x'), near(member('y', 'a', 'a1'), 'y')], 'a: y x',          'x: a0, y: a1',        'what one has it keeps'],
] as const
for (const [assignor, members, where, expected, why] of nearby)
  test(`${assignor.name} with members in racks ${members.map(({ rack }) => rack)}, ${where} → ${expected}: ${why}`, () => {
    const sizes = where.split(', ').map(one => [one.slice(0, 1), one.slice(3).split(' ').length] as const)
    assert.equal(shown(assignor.assign(members, new Map(sizes), racks(where))), expected)
  })

for (const assignor of [rangeAssignor, roundRobinAssignor, cooperativeStickyAssignor, stickyAssignor]) {
  test(`${assignor.name}: each partition that somebody reads goes to exactly one reader, in random groups`, () => {
    const seed = seedFromEnvironment()
    const random = new SeededRandom(seed)
    for (let run = 0; run < 300; run++) {
      const { members, partitionCounts, racksOf } = randomGroup(random)
      const settled = settle(assignor, members, { partitionCounts, racksOf, seed })
      const given = [...settled].flatMap(([memberId, list]) => list.map(partition => ({ memberId, ...partition })))
      const read = [...partitionCounts].filter(([topic]) => members.some(({ topics }) => topics.includes(topic)))
      assert.equal(
        given.length,
        read.reduce((sum, [, count]) => sum + count, 0),
        `SEED=${seed}`,
      )
      assert.equal(
        new Set(given.map(({ topic, partition }) => `${topic}${partition}`)).size,
        given.length,
        `SEED=${seed}`,
      )
      for (const { memberId, topic } of given)
        assert(members.find(other => other.memberId === memberId)!.topics.includes(topic), `SEED=${seed}`)
    }
  })
}

test('cooperative-sticky: where all read the same, nobody has two more than another, and nobody loses what is their share', () => {
  const seed = seedFromEnvironment()
  const random = new SeededRandom(seed)
  for (let run = 0; run < 300; run++) {
    const { members, partitionCounts, racksOf } = randomGroup(random, { sameTopics: true })
    const sizes = [...settle(cooperativeStickyAssignor, members, { partitionCounts, racksOf, seed }).values()].map(
      ({ length }) => length,
    )
    assert(Math.max(...sizes) - Math.min(...sizes) <= 1, `SEED=${seed}: ${sizes.join(' ')}`)
  }
})

test('sticky: what another assignor of the name has written counts for nothing', () => {
  const members = [{ ...member('x', 'a'), userData: Buffer.from('??') }, member('y', 'a', '', { had: 'a0' })]
  assert.equal(shown(stickyAssignor.assign(members, counts('a2'))), 'x: a1, y: a0')
})

function shownUserData(bytes: Uint8Array): string {
  const { previousAssignment, generation } = readStickyUserData(bytes)!
  return `${flatten(previousAssignment).map(({ topic, partition }) => topic + partition)} in generation ${generation}`
}
function randomGroup(random: SeededRandom, { sameTopics = false } = {}) {
  const topics = ['a', 'b', 'c'].slice(0, 1 + random.below(3))
  const partitionCounts = new Map(topics.map(topic => [topic, random.below(6)]))
  const members = Array.from({ length: 1 + random.below(5) }, (_, i): GroupMember => {
    const mine = sameTopics ? topics : topics.filter(() => random.chance(0.7))
    return {
      memberId: `m${i}`,
      groupInstanceId: random.chance(0.2) ? `s${i}` : null,
      topics: mine.length > 0 ? mine : [topics[0]!],
      owned: topics.flatMap(topic => (random.chance(0.3) ? [{ topic, partition: random.below(6) }] : [])),
      generation: random.below(3),
      userData: null,
      rack: random.chance(0.5) ? random.pick(['x', 'y', 'z']) : null,
    }
  })
  const places = new Map(
    topics.flatMap(topic =>
      Array.from({ length: 6 }, (_, partition) => [
        topic + partition,
        ['x', 'y', 'z'].filter(() => random.chance(0.4)),
      ]),
    ),
  )
  const racksOf: RacksOf = ({ topic, partition }) => places.get(topic + partition)!
  return { members, partitionCounts, racksOf }
}

/** Rebalances until nothing changes: a cooperative assignor needs a second one for what changes hands. */
function settle(
  assignor: PureAssignor,
  first: readonly GroupMember[],
  { partitionCounts, racksOf, seed }: { partitionCounts: Map<string, number>; racksOf: RacksOf; seed: number },
) {
  let members = first
  for (let round = 0; round < 3; round++) {
    const assignment = assignor.assign(members, partitionCounts, racksOf)
    members = members.map(other => {
      const partitions = assignment.get(other.memberId)!,
        generation = 10 + round
      const userData = assignor.subscriptionUserData?.(other.topics, { partitions, generation }) ?? null
      return { ...other, owned: partitions, generation, userData }
    })
  }
  const last = assignor.assign(members, partitionCounts, racksOf)
  for (const { memberId, owned } of members)
    assert.deepEqual(
      new Set(last.get(memberId)!.map(p => p.topic + p.partition)),
      new Set(owned.map(p => p.topic + p.partition)),
      `SEED=${seed}`,
    )
  return last
}
