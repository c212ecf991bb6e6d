// The whole life of a group of the consumer protocol in simulated time, over the real coordinator. What must hold at every
// moment: a partition is given away only after its former owner has given it up, or was fenced; and a commit counts only
// in the epoch that its member is in. SEED=… repeats a run, SEEDS=… makes so many.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../../base/index.ts'
import { partitionsOf } from '../consumer-group/assignment.ts'
import { applyRecord, noRecords } from '../records.ts'
import { ConsumerMember, type ConsumerWitness } from './consumer-member.ts'
import { groupId, topic, World } from './world.ts'

const seedsInUnitRun = 15
const membersMax = 5

async function live(seed: number): Promise<void> {
  const world = new World(seed),
    { random, clock } = world
  const doubled: string[] = []
  let members: ConsumerMember[] = []
  const witness: ConsumerWitness = {
    sent: new Map(),
    takes(taker, partitions) {
      const known = world.committedState().consumerGroups.get(groupId)?.members
      for (const other of members)
        for (const partition of partitions)
          if (other !== taker && other.owned.has(partition) && known?.has(other.memberId))
            doubled.push(`${taker.memberId} takes ${partition}, which ${other.memberId} has`)
    },
  }
  let partitions = world.topics.byName(topic)!.partitionCount
  for (let turn = 0; turn < 10; turn++) {
    for (let i = 0; i < 2 && members.length < membersMax; i++) {
      const free = ['i', 'j', 'k'].filter(instance => members.every(member => member.instance !== instance))
      const instance = random.chance(0.3) ? (free[0] ?? null) : null
      members.push(new ConsumerMember(world, witness, `m${turn}${i}`, instance))
    }
    if (random.chance(0.2)) world.topics.set(topic, ++partitions)
    await clock.advance(random.next() * 20_000)
    const gone = members.filter(() => random.chance(0.25))
    for (const member of gone) member.stop({ leaves: random.chance(0.5) })
    members = members.filter(member => member.isAlive)
  }
  world.hasFaults = false
  await clock.advance(120_000)

  assert.deepEqual(doubled, [])
  checkLog(world, witness)
  assert.deepEqual(
    members.flatMap(({ owned }) => [...owned]).sort((a, b) => a - b),
    members.length === 0 ? [] : Array.from({ length: partitions }, (_, i) => i),
    'at the end all is assigned, once',
  )
  for (const member of members) member.stop({ leaves: false })
  await clock.advance(60_000)
  assert.deepEqual([...world.unanswered.values()], [], 'nobody waits for an answer for ever')
  assert.deepEqual(world.wrong, [], 'the log applied again gives the state that the coordinator has')
}

/** The log tells the story in order: nobody has what another has, and commits are of the epoch that their member is in. */
function checkLog(world: World, { sent }: ConsumerWitness): void {
  const state = noRecords(),
    missing = new Map([...sent].filter(([, { isAcknowledged }]) => isAcknowledged))
  let epoch = 0
  for (const record of world.committedRecords()) {
    applyRecord(state, record)
    const group = state.consumerGroups.get(groupId)
    if (record.is === 'offset') {
      const { memberId, epoch } = sent.get(record.value!.offset)!
      missing.delete(record.value!.offset)
      assert.equal(group?.members.get(memberId)?.memberEpoch, epoch, `commit ${record.value!.offset}`)
    }
    if (record.is !== 'consumerGroupCurrentMemberAssignment' || record.value === null || group === undefined) continue
    assert(group.epoch >= epoch, 'epochs grow')
    epoch = group.epoch
    const owners = new Map<string, string>()
    for (const { memberId, assigned, pendingRevocation } of group.members.values())
      for (const assignment of [assigned, pendingRevocation])
        for (const [topicId, partition] of partitionsOf(assignment)) {
          const place = `${topicId} ${partition}`
          assert.equal(owners.get(place), undefined, `${partition} is of ${owners.get(place)} and ${memberId}`)
          owners.set(place, memberId)
        }
  }
  assert.deepEqual([...missing.keys()], [], 'what was acknowledged is lost')
}

const first = seedFromEnvironment(),
  isRepeated = process.env['SEED'] !== undefined
const count = isRepeated ? 1 : Number(process.env['SEEDS'] ?? seedsInUnitRun)
test(`3.7 no partition has two owners, whatever befalls members and coordinator (${count} seeds from ${first})`, async () => {
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
