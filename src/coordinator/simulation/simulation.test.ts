// A classic group in simulated time, over the real coordinator. SEED=… repeats a run, SEEDS=… makes so many.

import { test } from 'node:test'

import { runSeeds, seedsFromEnvironment } from '../../base/index.ts'
import { liveGroup } from './group-life.ts'

const seeds = seedsFromEnvironment(30)
test(`a group survives its faults, and comes to rest when they end (${seeds.count} seeds from ${seeds.first})`, async () => {
  await runSeeds(seeds, seed => liveGroup(seed, 'classic'))
})
