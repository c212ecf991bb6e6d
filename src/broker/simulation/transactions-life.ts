// Exactly once, in simulated time: applications that copy in transactions, in a world where brokers lose their power,
// connections break off, producers sleep through their timeouts and are replaced by others while they live on.

import assert from 'node:assert/strict'

import { Copier, partitionCount, topic } from './copier.ts'
import { CommittedReader } from './reader.ts'
import { World } from './world.ts'

const tasksEach = 40,
  faultsMs = 7_000,
  endMsMax = 600_000

/** Gives the world as it was in the end. */
export async function liveTransactions(seed: number): Promise<World> {
  const world = await World.start(seed),
    { random } = world
  const replicationFactor = world.machines.length
  await world.metadata.createTopics([
    { name: 'input', numPartitions: 1, replicationFactor },
    { name: topic, numPartitions: partitionCount, replicationFactor },
  ])
  const all: Copier[] = []
  const start = (id: string) => {
    const copier = new Copier(world, { id, tasks: tasksEach, version: random.chance(0.5) ? 1 : 2 })
    all.push(copier)
    void copier.live()
  }
  const ids = ['a', 'b', 'c']
  for (const id of ids) start(id)
  const watched = readers()

  for (let ms = 0; ms < faultsMs; ms += 20) {
    await world.pass(20)
    // Another takes over, and the one before may not know.
    if (random.chance(0.002)) {
      const id = random.pick(ids)
      if (random.chance(0.5)) for (const copier of all) if (copier.id === id) copier.isStopped = true
      start(id)
    }
    if (random.chance(0.05)) await readOn(world, watched)
  }
  world.hasFaults = false
  for (const id of ids) {
    const [last, ...others] = all.filter(copier => copier.id === id).toReversed()
    for (const copier of others) copier.isStopped = true
    if (last!.isStopped) start(id)
  }
  const isDone = () => ids.every(id => all.some(copier => copier.id === id && copier.isDone))
  for (let ms = 0; !isDone(); ms += 50) {
    await world.pass(50)
    assert(
      ms < endMsMax,
      `not done: ${all.map(one => `${one.id} ${one.done} ${JSON.stringify([...one.failures])}`).join('; ')}`,
    )
  }
  for (const copier of all) copier.isStopped = true
  for (let ms = 0; ms < 30_000; ms += 100) await world.pass(100)
  await check(world, watched, ids)
  await world.stop()
  return world
}
const readers = () => Array.from({ length: partitionCount }, (_, partition) => new CommittedReader(topic, partition))

/** Each partition once; who cannot read now reads later. */
async function readOn(world: World, watched: readonly CommittedReader[]): Promise<boolean> {
  const reading = watched.map(async reader => {
    try {
      const connection = await world.connect(world.leaderOf(topic, reader.partition))
      const hasRead = await reader.read(connection)
      await connection.close()
      return hasRead
    } catch (error) {
      if ('code' in (error as object)) return false
      throw error
    }
  })
  let found: boolean[] | undefined
  const done = Promise.all(reading).then(results => (found = results))
  while (found === undefined) await Promise.race([world.pass(10), done])
  return (await done).includes(true)
}
async function check(world: World, watched: readonly CommittedReader[], ids: readonly string[]): Promise<void> {
  const whole = readers()
  while ((await readOn(world, whole)) || (await readOn(world, watched)));
  for (const [partition, reader] of whole.entries())
    assert.deepEqual(watched[partition]!.values, reader.values, `partition ${partition} as it was read on the way`)
  for (const id of ids) {
    const ofPartitions = whole.map(({ values }) =>
      values.filter(value => value.startsWith(`${id}:`)).map(value => Number(value.split(':')[1])),
    )
    for (const tasks of ofPartitions)
      assert.deepEqual(
        tasks,
        tasks.toSorted((one, other) => one - other),
        `${id} in order`,
      )
    const all = ofPartitions.flat().toSorted((one, other) => one - other)
    assert.deepEqual(
      all,
      Array.from({ length: tasksEach }, (_, n) => n),
      `each task of ${id} once`,
    )
  }
}
