// A group of the consumer protocol in simulated time, over the real coordinator. What must hold at every moment: a partition
// is given away only after its former owner has given it up, or was fenced; and a commit counts only in the epoch that its
// member is in. SEED=… repeats a run, SEEDS=… makes so many.

import { test } from 'node:test'

import { runSeeds, seedsFromEnvironment } from '../../base/index.ts'
import { liveGroup } from './group-life.ts'

const seeds = seedsFromEnvironment(12)
test(`3.7 no partition has two owners, whatever befalls members and coordinator (${seeds.count} seeds from ${seeds.first})`, async () => {
  await runSeeds(seeds, seed => liveGroup(seed, 'consumer'))
})
