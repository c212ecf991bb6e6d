// SEED=… repeats a run; `npm run simulate -- compaction --seeds 1000` makes more of them.

import { it } from 'node:test'

import { runSeeds, seedFromEnvironment } from '../../base/index.ts'
import { liveCompaction } from './testing-simulation.ts'

const seed = seedFromEnvironment()

it(`compaction gives what a model gives, whatever happens to it (SEED=${seed})`, () =>
  runSeeds({ first: seed, count: 50 }, liveCompaction))
