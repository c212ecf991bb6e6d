// Our own client on three clusters in trouble: nothing acknowledged is lost, nothing committed is doubled.
//
//   npm run interop:client [-- --cluster embedded,cut,kafka] [--seconds 30]

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { seedFromEnvironment, SeededRandom } from '../../src/base/index.ts'
import { createClient } from '../../src/client/index.ts'
import { Missing } from '../suite/missing.ts'
import { clusters } from './clusters.ts'
import { groups } from './grouping.ts'
import { producing } from './producing.ts'
import { transacting } from './transacting.ts'
import { pause, type WorkloadContext } from './workload.ts'

const { values: options } = parseArgs({
  options: {
    cluster: { type: 'string', default: Object.keys(clusters).join() },
    seconds: { type: 'string', default: '30' },
  },
})
const partitions = 4
/** A complaint says enough with its first cases. */
const complaintsMax = 10

const seed = seedFromEnvironment()
const directory = mkdtempSync(join(tmpdir(), 'client-'))
console.log(`SEED=${seed}; logs in ${directory}`)
let failures = 0
for (const name of options.cluster.split(',')) {
  const from = performance.now()
  try {
    const wrong = await run(name)
    for (const complaint of wrong.slice(0, complaintsMax)) console.log(`  ${complaint}`)
    failures += wrong.length
    const seconds = Math.round((performance.now() - from) / 1_000)
    console.log(
      wrong.length === 0 ? `pass ${name} (${seconds} s)` : `FAIL ${name}: ${wrong.length} wrong (SEED=${seed})`,
    )
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    console.log(`skip ${name}: ${error.message}`)
  }
}
if (failures === 0) rmSync(directory, { recursive: true, force: true })
process.exit(failures === 0 ? 0 : 1)

async function run(name: string): Promise<string[]> {
  const start = clusters[name]
  if (start === undefined) throw new Error(`there is no cluster ${name}: they are ${Object.keys(clusters).join(', ')}`)
  const random = new SeededRandom(seed)
  const cluster = await start(join(directory, name), random)
  const client = createClient({ bootstrap: cluster.bootstrap, requestTimeoutMs: 10_000, metadataMaxAgeMs: 10_000 })
  const quiet = createClient({ bootstrap: cluster.quietBootstrap })
  const context: WorkloadContext = {
    client,
    quiet,
    random,
    partitions,
    newTopic: async name => void (await quiet.admin.topics.create([{ name, partitions }])),
  }
  const workloads = [producing(), transacting(), ...groups()]
  const signal = AbortSignal.timeout(Number(options.seconds) * 1_000)
  try {
    await Promise.all([
      ...workloads.map(workload => workload.run(context, signal)),
      (async () => {
        for (; !signal.aborted; await pause(500 + random.below(1_500), signal)) await cluster.trouble()
      })(),
    ])
    const wrong: string[] = []
    for (const workload of workloads) wrong.push(...(await workload.check(context)))
    return wrong
  } finally {
    console.log(`${name}: ${cluster.told()}`)
    for (const workload of workloads) console.log(`  ${workload.name}: ${workload.told()}`)
    await client.close()
    await quiet.close()
    await cluster.stop()
  }
}
