// npm run bench -- NAME [--scale 0.1] [--only SECTION,…]: measures against a peer, in one run. What needs Java, Maven or Go says so.

import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'

import { Missing } from '../compat/suite/missing.ts'
import { benchBroker, sectionNames } from './broker.ts'
import { checkout } from './brokers.ts'
import { benchCommandLine } from './cli.ts'
import { benchClient, clientParts } from './client.ts'
import { benchGroups } from './groups.ts'
import { benchLoad } from './load.ts'
import { benchMemory } from './memory.ts'
import { benchPerfTools } from './perf-tools.ts'
import { benchStart } from './start.ts'

const { values, positionals } = parseArgs({
  options: { scale: { type: 'string' }, only: { type: 'string' } },
  allowPositionals: true,
})
const scale = Number(values.scale ?? 1)
const only = values.only?.split(',') ?? []
const parts: Readonly<Record<string, readonly string[]>> = { broker: sectionNames, client: clientParts }

/** Benchmarks of one file, beside the code that they measure. */
const besideCode = Object.fromEntries(
  globSync('src/**/*.bench.ts', { cwd: checkout }).map(path => [/([^/\\]+)\.bench\.ts$/.exec(path)![1]!, path]),
)
const benches: Record<string, () => Promise<void> | void> = {
  start: benchStart,
  produce: () => benchLoad('produce', scale),
  fetch: () => benchLoad('fetch', scale),
  broker: () => benchBroker(scale, only.length > 0 ? only : sectionNames),
  client: () => benchClient(scale, only),
  groups: () => benchGroups(scale),
  memory: () => benchMemory(scale),
  cli: benchCommandLine,
  'perf-tools': () => benchPerfTools(scale),
  ...Object.fromEntries(
    Object.entries(besideCode).map(([name, path]) => [
      name,
      () => void spawnSync(process.execPath, [path], { cwd: checkout, stdio: 'inherit' }),
    ]),
  ),
}

const bench = benches[positionals[0] ?? '']
if (bench === undefined || !(scale > 0) || !only.every(name => parts[positionals[0]!]?.includes(name))) {
  console.error(
    `usage: npm run bench -- NAME [--scale FACTOR] [--only SECTION,…]; names: ${Object.keys(benches).join(', ')}`,
  )
  for (const [name, sections] of Object.entries(parts)) console.error(`sections of ${name}: ${sections.join(', ')}`)
  process.exitCode = 2
} else {
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}\n`,
  )
  try {
    await bench()
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    console.error(`cannot be measured here: ${error.message}`)
    process.exitCode = 3
  }
}
