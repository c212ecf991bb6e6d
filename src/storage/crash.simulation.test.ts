// SEED=… repeats a run; `npm run simulate -- crashes --seeds 1000` makes more of them.

import { it } from 'node:test'

import { runSeeds, seedFromEnvironment } from '../base/index.ts'
import { liveCrashes } from './testing-crashes.ts'

const seed = seedFromEnvironment()

it(`a crash takes nothing that was acknowledged (SEED=${seed})`, () =>
  runSeeds({ first: seed, count: 60 }, liveCrashes))
