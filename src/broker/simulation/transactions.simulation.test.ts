// Transactions in simulated time, over real brokers. SEED=… repeats a run, SEEDS=… makes so many.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { runSeeds, seedsFromEnvironment } from '../../base/index.ts'
import { liveTransactions } from './transactions-life.ts'

const seedsInUnitRun = 3
const seeds = seedsFromEnvironment(seedsInUnitRun)
test(`transactions are all or nothing, whatever happens (${seeds.count} seeds from ${seeds.first})`, async () => {
  const worlds = await runSeeds(seeds, liveTransactions)
  assert(seeds.count < seedsInUnitRun || worlds.some(({ crashes }) => crashes > 0), 'brokers have crashed')
})
