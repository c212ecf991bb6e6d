// SEED=… repeats a run; `npm run simulate -- compaction --seeds 1000` makes more of them.

import { it } from 'node:test'

import { runSeeds, seedsFromEnvironment } from '../../base/index.ts'
import { liveCompaction } from './testing-simulation.ts'

const seeds = seedsFromEnvironment(50)

it(`compaction gives what a model gives, whatever happens to it (SEED=${seeds.first})`, async () => {
  await runSeeds(seeds, liveCompaction)
})
