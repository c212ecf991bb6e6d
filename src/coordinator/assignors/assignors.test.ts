// Random groups that members join and leave: whatever comes, every partition is somebody's that wants it, and one's only.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../../base/index.ts'
import {
  assignmentOf,
  has,
  partitionsOf,
  sizeOf,
  topicPartitionsOf,
  type Assignment,
} from '../consumer-group/assignment.ts'
import type { Assignor, Subscriber } from './assignor.ts'
import { assignors } from './index.ts'

const assignUniform = assignors.get('uniform')!,
  assignRange = assignors.get('range')!
type Counts = Readonly<Record<string, number>>

const member = (memberId: string, topics: string, target = '', instanceId: string | null = null): Subscriber => ({
  memberId,
  instanceId,
  topicIds: new Set(topics.split('')),
  target: parse(target),
})
/** 'a01 b2': partitions 0 and 1 of topic a, and 2 of b. */
function parse(text: string): Assignment {
  const topics = text.split(' ').filter(Boolean)
  return assignmentOf(
    topics.map(([topicId, ...partitions]) => ({ topicId: topicId!, partitions: partitions.map(Number) })),
  )
}
function show(assignment: Assignment): string {
  const topics = topicPartitionsOf(assignment).map(({ topicId, partitions }) => topicId + partitions.join(''))
  return topics.sort().join(' ')
}
function assign(assignor: Assignor, counts: Counts, members: readonly Subscriber[]): readonly Assignment[] {
  return assignor({ members, partitionCount: topicId => counts[topicId] ?? 0 })
}

// oxfmt-ignore
const uniform: readonly (readonly [string, Counts, readonly Subscriber[], readonly string[]])[] = [
  ['one has all',                              { a: 3 },       [member('x', 'a')],                                              ['a012']],
  ['two share',                                { a: 3 },       [member('x', 'a'), member('y', 'a')],                            ['a0', 'a12']],
  ['topics are counted together',              { a: 1, b: 1 }, [member('x', 'ab'), member('y', 'ab')],                          ['a0', 'b0']],
  ['who joins takes what is above the quota',  { a: 4 },       [member('x', 'a', 'a0123'), member('y', 'a')],                   ['a01', 'a23']],
  ['the one more stays where it is',           { a: 3 },       [member('x', 'a', 'a0'), member('y', 'a', 'a12')],               ['a0', 'a12']],
  ['what one has left goes to the others',     { a: 4 },       [member('x', 'a', 'a0'), member('y', 'a', 'a1')],                ['a02', 'a13']],
  ['more members than partitions',             { a: 1 },       [member('x', 'a'), member('y', 'a', 'a0'), member('z', 'a')],    ['', 'a0', '']],
  ['a topic that is left is given up',         { a: 1, b: 2 }, [member('x', 'b', 'a0'), member('y', 'b')],                      ['b0', 'b1']],
  ['nothing is subscribed to',                 {},             [member('x', '')],                                               ['']],
  ['each has what it alone wants',             { a: 2, b: 2 }, [member('x', 'a'), member('y', 'b')],                            ['a01', 'b01']],
  ['who wants more gives way to who wants one',{ a: 2, b: 2 }, [member('x', 'ab', 'a01 b01'), member('y', 'a')],                ['b01', 'a01']],
]
for (const [name, counts, members, expected] of uniform)
  test(`3.7 uniform: ${name}`, () => assert.deepEqual(assign(assignUniform, counts, members).map(show), expected))

// oxfmt-ignore
const range: typeof uniform = [
  ['each topic is divided by itself',           { a: 3, b: 3 }, [member('y', 'ab'), member('x', 'ab')],                         ['a2 b2', 'a01 b01']],
  ['a topic is divided among who wants it',     { a: 2, b: 2 }, [member('x', 'ab'), member('y', 'b')],                          ['a01 b0', 'b1']],
  ['static members come first, by instance id', { a: 3 },       [member('a', 'a'), member('z', 'a', '', 'j'), member('y', 'a', '', 'i')], ['a2', 'a1', 'a0']],
]
for (const [name, counts, members, expected] of range)
  test(`3.7 range: ${name}`, () => assert.deepEqual(assign(assignRange, counts, members).map(show), expected))

const seed = seedFromEnvironment()
test(`3.7 whatever joins and leaves, all is assigned once and as evenly as can be, and no more moves than has to (seed ${seed})`, () => {
  for (const assignor of [assignUniform, assignRange]) {
    const random = new SeededRandom(seed)
    for (let round = 0; round < 200; round++) {
      const counts = Object.fromEntries(['a', 'b', 'c'].map(topicId => [topicId, random.below(8)]))
      const isAlike = random.chance(0.5)
      let members: readonly Subscriber[] = []
      for (let turn = 0; turn < 6; turn++) {
        members = changed(members, random, isAlike)
        const before = members,
          after = assign(assignor, counts, members)
        const told = `SEED=${seed} round ${round} turn ${turn} ${JSON.stringify(counts)} ${before.map(m => `${[...m.topicIds].join('')}:${show(m.target)}`).join(', ')} → ${after.map(show).join(', ')}`
        checkAll(counts, members, after, told)
        if (assignor === assignUniform) checkEven(members, after, told)
        if (assignor === assignUniform && isAlike) checkSticky(counts, members, after, told)
        members = members.map((member, i) => ({ ...member, target: after[i]! }))
      }
    }
  }
})
function changed(members: readonly Subscriber[], random: SeededRandom, isAlike: boolean): readonly Subscriber[] {
  const stay = members.filter(() => random.chance(0.8))
  const topics = () => (isAlike ? 'abc' : ['a', 'b', 'c'].filter(() => random.chance(0.6)).join(''))
  const come = Array.from({ length: random.below(3) }, () => member(`m${random.below(1e9)}`, topics()))
  return [...stay, ...come]
}
function checkAll(counts: Counts, members: readonly Subscriber[], after: readonly Assignment[], told: string): void {
  for (const [topicId, count] of Object.entries(counts)) {
    const isWanted = members.some(({ topicIds }) => topicIds.has(topicId))
    for (let partition = 0; partition < count; partition++) {
      const owners = members.filter((_, i) => has(after[i]!, topicId, partition))
      assert.equal(owners.length, isWanted ? 1 : 0, told)
      assert(
        owners.every(({ topicIds }) => topicIds.has(topicId)),
        told,
      )
    }
  }
}
function checkEven(members: readonly Subscriber[], after: readonly Assignment[], told: string): void {
  for (const [i, one] of after.entries())
    for (const [topicId] of one)
      for (const [j, other] of after.entries())
        if (members[j]!.topicIds.has(topicId)) assert(sizeOf(after[i]!) - sizeOf(other) <= 1, told)
}
/** What stays is as much as can: each keeps what it had, up to what it may have. */
function checkSticky(counts: Counts, members: readonly Subscriber[], after: readonly Assignment[], told: string): void {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const quota = Math.floor(total / members.length)
  for (const [i, { target }] of members.entries()) {
    const kept = [...partitionsOf(target)].filter(([topicId, partition]) => has(after[i]!, topicId, partition)).length
    assert(kept >= Math.min(sizeOf(target), quota), told)
  }
}
