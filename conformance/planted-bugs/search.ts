// Runs of a simulation with a bug planted, each in a process of its own.

import { execFile } from 'node:child_process'
import { join } from 'node:path'

import { SeededRandom, seedFromEnvironment } from '../../src/base/index.ts'
import { bugs, type Bug } from './bugs.ts'

const plant = join(import.meta.dirname, 'plant.ts'),
  simulate = join(import.meta.dirname, '../simulate.ts')
const runMsMax = 600_000

/** What the simulation says of the broker that has the bug, and the seed that found it; undefined: it finds nothing. */
export function findBug(
  { name, simulation }: Bug,
  seeds: readonly string[],
): Promise<{ readonly seed: number; readonly message: string } | undefined> {
  const env = { ...process.env, PLANTED_BUG: name }
  const args = ['--import', plant, simulate, simulation, ...seeds]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env, timeout: runMsMax, maxBuffer: 2 ** 24 }, (error, _, stderr) => {
      if (error === null) return resolve(undefined)
      const found = /SEED=(\d+): (.*)/.exec(stderr)
      if (found === null) reject(new Error(`${name}: ${stderr || error.message}`))
      else resolve({ seed: Number(found[1]), message: found[2]! })
    })
  })
}
/** Prints for each bug a seed that finds it. One that none of so many finds is an error. */
export async function searchBugs(count: number): Promise<void> {
  const first = new SeededRandom(seedFromEnvironment()).below(2 ** 31)
  const missed: string[] = []
  for (const bug of bugs) {
    const found = await findBug(bug, ['--seeds', `${count}`, '--first', `${first}`])
    console.log(
      `${bug.name}: ${found === undefined ? 'not found' : `${bug.simulation} ${found.seed}: ${found.message}`}`,
    )
    if (found === undefined) missed.push(bug.name)
  }
  if (missed.length > 0) throw new Error(`not found by ${count} seeds from ${first}: ${missed.join('; ')}`)
}
