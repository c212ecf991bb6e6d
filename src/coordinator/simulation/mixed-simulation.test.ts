// A group whose members speak the classic protocol and the consumer protocol, as they come: it is upgraded and comes back,
// over and over. SEED=… repeats a run, SEEDS=… makes so many.

import { test } from 'node:test'

import { runSeeds, seedsFromEnvironment } from '../../base/index.ts'
import { liveGroup } from './group-life.ts'

const seeds = seedsFromEnvironment(12)
test(`3.7 a group of both protocols keeps what each of them promises (${seeds.count} seeds from ${seeds.first})`, async () => {
  await runSeeds(seeds, seed => liveGroup(seed, 'mixed'))
})
