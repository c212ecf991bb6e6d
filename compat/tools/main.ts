// The tools under Kafka's names, ours and Apache's, given the same arguments on Apache Kafka and on our broker:
// `npm run compat -- cli [--tool NAME] [--match TEXT] [--list]`. What Apache's say on Apache Kafka is what all must say.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { startBroker, type Broker } from '../suite/broker.ts'
import { startApacheTools } from './apache-tools.ts'
import { startOurTools } from './our-tools.ts'
import { difference } from './report.ts'
import { run, stepOf, type Result } from './run.ts'
import type { Scenario } from './scenario.ts'
import { allScenarios } from './scenarios/index.ts'

const usage =
  'usage: npm run compat -- cli [--tool NAME] [--match TEXT] [--list] [--kafka HOST:PORT] [--millrace HOST:PORT]'
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tool: { type: 'string' },
    match: { type: 'string' },
    list: { type: 'boolean' },
    kafka: { type: 'string', default: 'kafka' },
    millrace: { type: 'string', default: 'millrace' },
  },
})
if (positionals.join() !== 'cli') {
  console.error(usage)
  process.exit(2)
}
const chosen = allScenarios.filter(
  ({ tool, title }) =>
    (values.tool === undefined || tool === values.tool || tool === `kafka-${values.tool}`) &&
    (values.match === undefined || `${tool}: ${title}`.includes(values.match)),
)
if (values.list) {
  for (const { tool, title, steps } of chosen) console.log(`${tool}: ${title} (${steps.length})`)
  process.exit(0)
}

const directory = mkdtempSync(join(tmpdir(), 'tools-'))
const authorizer = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS',
}
type Brokers = readonly [kafka: Broker, millrace: Broker]
function startBrokers(name: string, more: Readonly<Record<string, string>> = {}): Promise<Brokers> {
  return Promise.all([
    startBroker(values.kafka, join(directory, name, 'kafka'), more),
    startBroker(values.millrace, join(directory, name, 'millrace'), more),
  ])
}
/** Those without and with an authorizer, each started when the first scenario needs them. */
const started = new Map<boolean, Promise<Brokers>>()
function brokersFor(scenario: Scenario): Promise<Brokers> {
  const hasAuthorizer = scenario.authorizer === true
  const brokers =
    started.get(hasAuthorizer) ?? (hasAuthorizer ? startBrokers('authorizer', authorizer) : startBrokers('plain'))
  started.set(hasAuthorizer, brokers)
  return brokers
}
const apache = startApacheTools()
const ours = startOurTools()

let equal = 0
let different = 0
/** Of scenarios: a cluster that was there before this run knows those of earlier ones. */
let names = Math.trunc(Date.now() / 10)
const nextPrefix = () => {
  const number = names++
  return `${String.fromCharCode(97 + (Math.trunc(number / 36 ** 3) % 26))}${(number % 36 ** 3).toString(36).padStart(3, '0')}-`
}
async function compare(scenario: Scenario): Promise<void> {
  const label = `${scenario.tool}: ${scenario.title}`
  const [kafka, millrace] = await brokersFor(scenario)
  // The first is what the others are held against.
  const places = [
    { name: "Apache's tool on Apache Kafka", tools: apache, broker: kafka },
    { name: 'our tool on Apache Kafka', tools: ours, broker: kafka },
    { name: "Apache's tool on our broker", tools: apache, broker: millrace },
    { name: 'our tool on our broker', tools: ours, broker: millrace },
  ] as const
  let results: Result[][]
  try {
    results = await Promise.all(
      places.map(({ tools, broker }) => {
        const prefix = nextPrefix()
        return run(scenario, { tools, prefix, bootstrap: broker.bootstrap, directory: join(directory, prefix) })
      }),
    )
  } catch (error) {
    different += scenario.steps.length
    console.log(`FAILED     ${label}\n${(error as Error).stack}`)
    return
  }
  for (const [i, given] of scenario.steps.entries()) {
    const [expected, ...others] = results.map(list => list[i]!)
    const lines = others.flatMap((result, j) => difference(places[j + 1]!.name, { expected: expected!, result }))
    const call = [stepOf(given).run].flat().join(' ')
    if (lines.length === 0) equal++
    else {
      different++
      console.log(`DIFFERENT  ${label}: ${stepOf(given).tool ?? scenario.tool} ${call}\n${lines.join('\n')}`)
    }
  }
}

const startedMs = performance.now()
try {
  for (const scenario of chosen) await compare(scenario)
} finally {
  apache.stop()
  for (const brokers of await Promise.all(started.values())) for (const broker of brokers) await broker.stop()
  rmSync(directory, { recursive: true, force: true })
}
const tools = new Set(chosen.map(({ tool }) => tool)).size
const seconds = Math.round((performance.now() - startedMs) / 1000)
console.log(`${equal + different} invocations of ${tools} tools: ${equal} equal, ${different} different (${seconds} s)`)
process.exitCode = different === 0 ? 0 : 1
