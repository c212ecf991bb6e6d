// npm run simulate -- [NAME…] [--seeds 1000] [--first SEED] [--seed SEED]: the coordinators in simulated time, and the log under
// crashes and compaction, run by run, each by a seed. Without a name all of them; `bugs` searches, for each planted bug, a seed
// that finds it. What fails names its seed, and `--seed` repeats that run.

import { parseArgs } from 'node:util'

import { runSeeds, seedFromEnvironment } from '../src/base/index.ts'
import { liveTransactions } from '../src/broker/simulation/transactions-life.ts'
import { liveGroup } from '../src/coordinator/simulation/group-life.ts'
import { liveCompaction } from '../src/storage/compaction/testing-simulation.ts'
import { liveCrashes } from '../src/storage/testing-crashes.ts'
import { searchBugs } from './planted-bugs/search.ts'

const simulations: Readonly<Record<string, (seed: number) => Promise<unknown>>> = {
  classic: seed => liveGroup(seed, 'classic'),
  consumer: seed => liveGroup(seed, 'consumer'),
  mixed: seed => liveGroup(seed, 'mixed'),
  transactions: liveTransactions,
  compaction: liveCompaction,
  crashes: liveCrashes,
}
const progressMs = 5_000

async function simulate(name: string, count: number, first: number): Promise<void> {
  const from = performance.now()
  let told = from
  const tell = (passed: number) => {
    const now = performance.now()
    if (now - told < progressMs && passed < count) return
    told = now
    const each = ((now - from) / passed).toFixed(0)
    console.log(`${name}: ${passed} of ${count} seeds from ${first} have passed, ${each} ms each`)
  }
  // What a run gives is not kept: it can be megabytes.
  await runSeeds({ first, count }, async seed => void (await simulations[name]!(seed)), tell)
}

const { values, positionals } = parseArgs({
  options: { seeds: { type: 'string', default: '1000' }, first: { type: 'string' }, seed: { type: 'string' } },
  allowPositionals: true,
})
const names = positionals.length > 0 ? positionals : Object.keys(simulations)
const first = values.seed ?? values.first
const count = values.seed === undefined ? Number(values.seeds) : 1
if (!Number.isInteger(count) || count < 1 || !names.every(name => name === 'bugs' || name in simulations)) {
  console.error(`usage: npm run simulate -- [NAME…] [--seeds COUNT] [--first SEED] [--seed SEED]`)
  console.error(`names: ${Object.keys(simulations).join(', ')}, bugs`)
  process.exit(2)
}
for (const name of names)
  try {
    if (name === 'bugs') await searchBugs(count)
    else await simulate(name, count, first === undefined ? seedFromEnvironment() : Number(first))
  } catch (error) {
    console.error(`${name}:`, error)
    process.exitCode = 1
  }
