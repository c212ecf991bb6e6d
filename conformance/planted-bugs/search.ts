// Runs of a simulation in a process of its own, with a bug planted or without.

import { execFile } from 'node:child_process'
import { join } from 'node:path'

import { seedFromEnvironment, type Seeds } from '../../src/base/index.ts'
import { bugs, type Bug } from './bugs.ts'

const plant = join(import.meta.dirname, 'plant.ts'),
  program = join(import.meta.dirname, '../simulate.ts')
const runMsMax = 600_000

interface Failure {
  readonly seed: number
  /** The first line of it. */
  readonly message: string
}
/** What goes wrong first; undefined: nothing does. */
export function simulate(name: string, { first, count }: Seeds, bug?: Bug): Promise<Failure | undefined> {
  const env = { ...process.env, PLANTED_BUG: bug?.name }
  const args = [
    ...(bug === undefined ? [] : ['--import', plant]),
    program,
    name,
    `--first=${first}`,
    `--seeds=${count}`,
  ]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env, timeout: runMsMax, maxBuffer: 2 ** 24 }, (error, _, stderr) => {
      if (error === null) return resolve(undefined)
      const found = /SEED=(\d+): (.*)/.exec(stderr)
      if (found === null) reject(new Error(`${bug?.name ?? name}: ${stderr || error.message}`))
      else resolve({ seed: Number(found[1]), message: found[2]! })
    })
  })
}
export const findBug = (bug: Bug, seeds: Seeds): Promise<Failure | undefined> => simulate(bug.simulation, seeds, bug)

/** Prints for each bug a seed that finds it. One that none of so many finds is an error. */
export async function searchBugs(count: number): Promise<void> {
  const first = seedFromEnvironment(),
    missed: string[] = []
  for (const bug of bugs) {
    const found = await findBug(bug, { first, count })
    const outcome = found === undefined ? 'not found' : `${bug.simulation} ${found.seed}: ${found.message}`
    console.log(`${bug.name}: ${outcome}`)
    if (found === undefined) missed.push(bug.name)
  }
  if (missed.length > 0) throw new Error(`not found by ${count} seeds from ${first}: ${missed.join('; ')}`)
}
