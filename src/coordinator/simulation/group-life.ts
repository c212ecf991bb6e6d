// A group's whole life in simulated time, over the real coordinator: members that come, crash, come back and leave, in a
// world of faults; and what must hold at every moment, and once the faults have ended.

import assert from 'node:assert/strict'

import { ClassicMember } from './classic-member.ts'
import { ConsumerMember } from './consumer-member.ts'
import { Witness, type SimulatedMember } from './witness.ts'
import { topic, World } from './world.ts'

/** Which protocol the members speak; in a mixed group some this and some that, so that it is upgraded and comes back. */
export type Protocols = 'classic' | 'consumer' | 'mixed'
const membersMax = 5
const turns = 10

export async function liveGroup(seed: number, protocols: Protocols): Promise<void> {
  const world = new World(seed),
    witness = new Witness(world)
  await befall(world, witness, protocols)
  world.hasFaults = false
  await world.clock.advance(120_000)

  assert.equal(witness.wrong.join('; '), '')
  witness.checkLog()
  const { partitionCount } = world.topics.byName(topic)!
  assert.deepEqual(
    witness.members.flatMap(({ owned }) => [...owned]).sort((a, b) => a - b),
    witness.members.length === 0 ? [] : Array.from({ length: partitionCount }, (_, i) => i),
    'at the end all is assigned, once',
  )
  for (const member of witness.members) member.stop({ leaves: false })
  await world.clock.advance(60_000)
  assert.deepEqual([...world.unanswered.values()], [], 'nobody waits for an answer for ever')
  assert.deepEqual(world.wrong, [], 'the log applied again gives the state that the coordinator has')
  assert(world.replaysChecked > 0)
}

async function befall(world: World, witness: Witness, protocols: Protocols): Promise<void> {
  const { random, clock, topics } = world
  let isConsumer = protocols === 'consumer'
  for (let turn = 0; turn < turns; turn++) {
    for (let i = 0; i < 2 && witness.members.length < membersMax; i++) {
      if (protocols === 'mixed') isConsumer = random.chance(0.5)
      witness.members.push(newMember(world, witness, `${turn}${i}`, isConsumer))
    }
    if (random.chance(0.2)) topics.set(topic, topics.byName(topic)!.partitionCount + 1)
    await clock.advance(random.next() * 20_000)
    for (const member of witness.members) if (random.chance(0.25)) member.stop({ leaves: random.chance(0.5) })
    witness.members = witness.members.filter(member => member.isAlive)
  }
}
function newMember(world: World, witness: Witness, name: string, isConsumer: boolean): SimulatedMember {
  const { random } = world
  const free = ['i', 'j', 'k'].filter(instance => witness.members.every(member => member.instance !== instance))
  const instance = random.chance(0.3) ? (free[0] ?? null) : null
  return isConsumer
    ? new ConsumerMember(world, witness, `m${name}`, instance)
    : new ClassicMember(world, witness, `c${name}`, instance)
}
