// Runs of a simulation, each by a seed of its own: all follow from the first, and what fails names the seed that repeats it.

import { SeededRandom, seedFromEnvironment } from './random.ts'

export interface Seeds {
  /** The seed of the first run, and of all if there is but one. */
  readonly first: number
  readonly count: number
}
/** SEED=… repeats one run; SEEDS=… makes so many from a seed that is drawn. */
export function seedsFromEnvironment(countWithout: number): Seeds {
  const isRepeated = process.env['SEED'] !== undefined
  return { first: seedFromEnvironment(), count: isRepeated ? 1 : Number(process.env['SEEDS'] ?? countWithout) }
}
/** Ends with the first run that fails: its error says `SEED=…`. `onRun` is told how many have passed. */
export async function runSeeds<Result>(
  { first, count }: Seeds,
  run: (seed: number) => Promise<Result>,
  onRun?: (passed: number) => void,
): Promise<Result[]> {
  const seeds = new SeededRandom(first),
    results: Result[] = []
  while (results.length < count) {
    const seed = results.length === 0 ? first : seeds.below(2 ** 31)
    try {
      results.push(await run(seed))
    } catch (error) {
      throw new Error(`SEED=${seed}: ${(error as Error).message}`, { cause: error })
    }
    onRun?.(results.length)
  }
  return results
}
