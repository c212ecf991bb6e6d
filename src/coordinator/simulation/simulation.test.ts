// A group's whole life in simulated time, over the real coordinator: consumers that come, crash, come back and leave, in a
// world of faults. SEED=… repeats a run, SEEDS=… makes so many.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../../base/index.ts'
import type { GroupRecord, MemberMetadata } from '../records.ts'
import { Member, type Witness } from './member.ts'
import { partitionCount, World } from './world.ts'

const seedsInUnitRun = 50
const membersMax = 5

async function live(seed: number): Promise<void> {
  const world = new World(seed),
    { random, clock } = world,
    witness: Witness = { sent: new Map(), assigned: [] }
  let members: Member[] = []
  for (let turn = 0; turn < 10; turn++) {
    for (let i = 0; i < 2 && members.length < membersMax; i++) {
      const free = ['i', 'j', 'k'].filter(instance => members.every(member => member.instance !== instance))
      const instance = random.chance(0.3) ? (free[0] ?? null) : null
      members.push(new Member(world, witness, `c${turn}${i}`, instance))
    }
    await clock.advance(random.next() * 20_000)
    const gone = members.filter(() => random.chance(0.25))
    for (const member of gone) member.stop({ leaves: random.chance(0.5) })
    members = members.filter(member => member.isAlive)
  }
  world.hasFaults = false
  await clock.advance(90_000)

  checkLog(world.committedRecords(), witness)
  checkAssignment(members)
  for (const member of members) member.stop({ leaves: false })
  await clock.advance(60_000)
  assert.deepEqual([...world.unanswered.values()], [], 'nobody waits for an answer for ever')
  assert.deepEqual(world.wrong, [], 'the log applied again gives the state that the coordinator has')
  assert(world.replaysChecked > 0)
}
/** Of those who live, each has its part, and all is given away once. */
function checkAssignment(members: readonly Member[]): void {
  const settled = members.filter(({ partitions }) => partitions.length > 0)
  const generation = Math.max(...settled.map(member => member.generation))
  const assigned = settled.filter(member => member.generation === generation).flatMap(({ partitions }) => partitions)
  assert.deepEqual(
    assigned.toSorted((a, b) => a - b),
    members.length === 0 ? [] : Array.from({ length: partitionCount }, (_, i) => i),
  )
}

/** The log tells the story in order: what was acknowledged is in it, and nothing from a generation that was over. */
function checkLog(records: readonly GroupRecord[], { sent, assigned }: Witness): void {
  const assignments = Map.groupBy(assigned, ({ generation }) => generation),
    missing = new Map([...sent].filter(([, { isAcknowledged }]) => isAcknowledged))
  let group: (GroupRecord & { is: 'group' })['value'] = null
  for (const record of records) {
    if (record.is === 'group') {
      assert((record.value?.generation ?? Infinity) >= (group?.generation ?? 0), 'generations grow in the log')
      group = record.value
      continue
    }
    assert(record.is === 'offset')
    const offset = record.value!.offset
    const { memberId, generation } = sent.get(offset)!
    missing.delete(offset)
    assert.equal(group?.generation, generation, `commit ${offset} is from another generation`)
    assert(
      group.members.some(member => member.memberId === memberId),
      `commit ${offset} is from a stranger`,
    )
  }
  assert.deepEqual([...missing.keys()], [], 'what was acknowledged is lost')
  for (const record of records)
    if (record.is === 'group' && record.value !== null)
      for (const told of assignments.get(record.value.generation) ?? []) {
        const member: MemberMetadata | undefined = record.value.members.find(
          ({ memberId }) => memberId === told.memberId,
        )
        if (member) assert.equal(told.assignment, member.assignment.toString(), `what ${told.memberId} was told`)
      }
}

const first = seedFromEnvironment(),
  isRepeated = process.env['SEED'] !== undefined
const count = isRepeated ? 1 : Number(process.env['SEEDS'] ?? seedsInUnitRun)
test(`a group survives its faults, and comes to rest when they end (${count} seeds from ${first})`, async () => {
  const seeds = new SeededRandom(first)
  for (let i = 0; i < count; i++) {
    const seed = i === 0 ? first : seeds.below(2 ** 31)
    try {
      await live(seed)
    } catch (error) {
      throw new Error(`SEED=${seed}: ${(error as Error).message}`, { cause: error })
    }
  }
})
