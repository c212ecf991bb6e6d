// npm run fuzz -- [--seconds 60] [--frames 1000000]: malformed input, with a printed seed, for the decoders, for a server's
// connections, and for a whole broker's listeners, before and after authentication. SEED=… repeats a run.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { seedFromEnvironment } from '../../src/base/index.ts'
import { besiege } from './siege.ts'

const checkout = join(import.meta.dirname, '../..')
const targets = ['src/protocol/fuzz.test.ts', 'src/connection/fuzz.test.ts']

const { values } = parseArgs({ options: { seconds: { type: 'string' }, frames: { type: 'string' } } })
const secondsDefault = 20
/** Frames asked for are sent however long it takes; the other targets go by time. */
const seconds = Number(values.seconds ?? secondsDefault)
const secondsMax = values.frames === undefined || values.seconds !== undefined ? seconds : Infinity

for (const target of targets) {
  console.log(target)
  const { status } = spawnSync(process.execPath, [target, '--seconds', String(seconds)], {
    cwd: checkout,
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
}
const seed = seedFromEnvironment()
console.log(`a broker under attack, seed ${seed}`)
await besiege({ seed, framesMax: Number(values.frames ?? Infinity), secondsMax, report: console.log })
process.exit()
