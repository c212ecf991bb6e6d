// SEED=… repeats a run; `npm run simulate -- crashes --seeds 1000` makes more of them.

import { it } from 'node:test'

import { runSeeds, seedsFromEnvironment } from '../base/index.ts'
import { liveCrashes } from './testing-crashes.ts'

const seeds = seedsFromEnvironment(60)

it(`a crash takes nothing that was acknowledged (SEED=${seeds.first})`, async () => {
  await runSeeds(seeds, liveCrashes)
})
