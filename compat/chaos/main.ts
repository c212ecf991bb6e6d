// Exactly once under chaos: other people's clients copy in transactions, on a broker that is a process of its own, while
// connections are cut and members killed. Nothing may be lost and nothing doubled for readers of what is committed.
//
//   npm run interop:chaos [-- --broker kafka] [--only chain,loop,copy] [--seconds 40]
//                         [--clients franz-go,java,confluent-kafka,millrace] [--protocols classic,consumer]

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { seedFromEnvironment, SeededRandom } from '../../src/base/index.ts'
import { freePort } from '../kafka/kafka.ts'
import { delay } from '../suite/case.ts'
import { runnable } from '../suite/clients.ts'
import type { Operations } from '../suite/operations.ts'
import { Crew, type Task } from './crew.ts'
import { CuttingProxy } from './cutting-proxy.ts'
import { startKillableBroker } from './killable-broker.ts'
import { Ledger } from './ledger.ts'
import { scenarios, usual, type Scenario } from './scenarios.ts'

const { values: options } = parseArgs({
  options: {
    broker: { type: 'string', default: 'millrace' },
    only: { type: 'string', default: usual.join() },
    seconds: { type: 'string', default: '40' },
    clients: { type: 'string', default: 'franz-go,java,confluent-kafka' },
    protocols: { type: 'string' },
  },
})
const partitions = 4
/** Given a quarter of a second, to each partition. */
const givenAtOnce = 25
const finishMsMax = 180_000

const seed = seedFromEnvironment()
const directory = mkdtempSync(join(tmpdir(), 'chaos-'))
const clients = runnable(options.clients.split(','))
const [readerClient] = runnable(['confluent-kafka', 'franz-go', 'java'])
if (clients.length === 0 || readerClient === undefined) {
  console.log('skipped: none of the clients can run here')
  process.exit()
}
console.log(
  `SEED=${seed}, broker: ${options.broker}, clients: ${clients.map(({ name }) => name).join()}; logs in ${directory}`,
)
let failures = 0
for (const scenario of scenarios.filter(({ name }) => options.only.split(',').includes(name))) {
  console.log(`${scenario.name}: ${scenario.about}`)
  const wrong = await run(scenario).catch((error: unknown) => [error instanceof Error ? error.stack! : String(error)])
  for (const complaint of wrong) console.log(`  ${complaint}`)
  console.log(wrong.length === 0 ? `pass ${scenario.name}` : `FAIL ${scenario.name} (SEED=${seed})`)
  failures += wrong.length
}
if (failures === 0) rmSync(directory, { recursive: true, force: true })
// Agents of which one hangs on do not hold up the end.
process.exit(failures === 0 ? 0 : 1)

async function run(scenario: Scenario): Promise<string[]> {
  const from = performance.now()
  const random = new SeededRandom(seed)
  const home = join(directory, scenario.name)
  const proxyPort = scenario.cuts ? await freePort() : undefined
  const broker = await startKillableBroker({ which: options.broker, directory: home, proxyPort })
  const proxy = new CuttingProxy({ port: broker.port }, random)
  if (proxyPort !== undefined) await proxy.listen(proxyPort)
  // Whoever looks at what is committed stands apart: it reads at the broker's own port, without cuts.
  const reader = await readerClient!.start({ bootstrap: broker.bootstrap, directory: home })
  const ledger = new Ledger(reader.operations as Operations, partitions)
  const bootstrap = `127.0.0.1:${proxyPort ?? broker.port}`
  const crews = scenario.tasks.map(
    task => new Crew({ task: by(task), clients, slots: scenario.slots, bootstrap, directory: home, random }),
  )
  try {
    for (const topic of scenario.topics) await (reader.operations as Operations).createTopic({ topic, partitions })
    await disturb(scenario, { crews, ledger, random })
    await finish(scenario, { crews, ledger })
    for (const crew of crews) await crew.stop()
    const wrong = ledger.given === 0 ? ['nothing was given, so nothing was shown'] : []
    for (const [topic, hops] of Object.entries(scenario.holds)) wrong.push(...(await ledger.check(topic, hops)))
    return wrong
  } finally {
    const seconds = Math.round((performance.now() - from) / 1_000)
    console.log(`  ${ledger.given} records given; ${proxy.cuts} connections cut; ${seconds} s`)
    for (const { task, counts } of crews) console.log(`  ${task.group} (${task.protocol}): ${JSON.stringify(counts)}`)
    for (const crew of crews) await crew.stop()
    await reader.stop()
    await proxy.close()
    await broker.stop()
  }
}

function by(task: Task): Task {
  const protocols = options.protocols?.split(',') as Task['protocol'][] | undefined
  return protocols === undefined
    ? task
    : { ...task, protocol: protocols[task.group.endsWith('1') ? 0 : protocols.length - 1]! }
}

interface Scene {
  readonly crews: readonly Crew[]
  readonly ledger: Ledger
}

/** Gives records all the while, so that there is always something under way. */
async function disturb(scenario: Scenario, { crews, ledger, random }: Scene & { random: SeededRandom }): Promise<void> {
  await Promise.all(crews.map(crew => crew.fill()))
  const until = performance.now() + Number(options.seconds) * 1_000
  const isOver = () => performance.now() > until
  const give = async () => {
    for (; !isOver(); await delay(250)) await ledger.give(scenario.topics[0]!, givenAtOnce)
  }
  const change = async (crew: Crew) => {
    for (; !isOver(); await delay(300 + random.next() * 700)) {
      if (scenario.rebalances) await crew.change()
      await crew.fill()
    }
  }
  await Promise.all([give(), ...crews.map(change)])
}

/** Connections are cut on, but members may stay. */
async function finish({ last }: Scenario, { crews, ledger }: Scene): Promise<void> {
  const until = performance.now() + finishMsMax
  for (const crew of crews) crew.wantAll()
  for (;;) {
    await Promise.all(crews.map(crew => crew.fill()))
    const arrived = await ledger.committed(last)
    if (arrived >= ledger.given) return
    if (performance.now() > until)
      throw new Error(`only ${arrived} of ${ledger.given} records arrived within ${finishMsMax} ms`)
    await delay(500)
  }
}
