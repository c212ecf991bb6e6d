// npm run fuzz -- --seconds 60: malformed input, with a printed seed, for the decoders and for a server's connections.
// SEED=… repeats a run.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const checkout = join(import.meta.dirname, '..')
const targets = ['src/protocol/fuzz.test.ts', 'src/connection/fuzz.test.ts']

for (const target of targets) {
  console.log(target)
  const { status } = spawnSync(process.execPath, [target, ...process.argv.slice(2)], {
    cwd: checkout,
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
}
