// Other people's clients, unchanged, against one broker. README.md tells how to run it and how to add to it.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { lost, readBaseline, writeBaseline } from './suite/baseline.ts'
import { startBroker, type Broker } from './suite/broker.ts'
import { eventually, type Case } from './suite/case.ts'
import { clients, startControl, type Client } from './suite/clients.ts'
import { Missing } from './suite/missing.ts'
import type { Operations } from './suite/operations.ts'
import { printCase, printClients, type ClientSummary } from './suite/report.ts'
import { caseId, type CaseResult, type WrittenTopic } from './suite/results.ts'
import { casesOf, readbackCasesOf, runCases } from './suite/run.ts'

const { values: options } = parseArgs({
  options: {
    broker: { type: 'string', default: 'millrace' },
    only: { type: 'string' },
    match: { type: 'string', default: '' },
    jobs: { type: 'string', default: '2' },
    attempts: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
    'allow-missing': { type: 'boolean', default: false },
    'write-baseline': { type: 'boolean', default: false },
  },
})
const chosen = choose(options.only)
const baseline = readBaseline()
const directory = mkdtempSync(join(tmpdir(), 'interop-'))
const results: CaseResult[] = []
const written: WrittenTopic[] = []
const summaries = new Map<string, ClientSummary>()
const ready: Client[] = []

if (options.list) list()
else await run()
// A client that hangs on after its case does not hold up the end: agents go when their standard input closes.
process.exit()

function list(): void {
  for (const client of chosen)
    for (const { name } of casesOf(client)) console.log(caseId({ client: client.name, name }))
}

async function run(): Promise<void> {
  ready.push(...chosen.filter(isReady))
  const broker = await startBroker(options.broker, directory)
  console.log(`broker: ${options.broker} at ${broker.bootstrap}; logs in ${directory}`)
  try {
    const control = await startControl({ bootstrap: broker.bootstrap, directory })
    await warmUp(control.operations as Operations)
    const { bootstrap, security } = broker
    const with_ = { bootstrap, security, control: control.operations as Operations }
    await inTurn(ready, client => use(client, casesOf(client), with_))
    // Only now has everybody written: each reads what all wrote.
    await inTurn(ready, client => use(client, readbackCasesOf(client, written), with_))
    await control.stop()
  } finally {
    await broker.stop()
  }
  conclude()
}

/** The first group makes the broker create the topic of their offsets: no case is meant to wait for that. */
async function warmUp(control: Operations): Promise<void> {
  const topic = `warm-up-${Date.now().toString(36)}`
  await control.createTopic({ topic })
  await eventually('a first record', async () => {
    await control.produce({ topic, messages: [{ key: null, value: Buffer.from('first') }] })
    return (await control.consume({ topic, from: 'earliest', count: 1 })).length === 1
  })
}

/** A few clients at a time: mostly they wait, some for a virtual machine to start. */
async function inTurn(ready: readonly Client[], work: (client: Client) => Promise<void>): Promise<void> {
  const waiting = ready.values()
  const lane = async () => {
    for (const client of waiting) await work(client)
  }
  await Promise.all(Array.from({ length: Number(options.jobs) }, lane))
}

async function use(
  client: Client,
  cases: readonly Case[],
  { bootstrap, security, control }: Pick<Broker, 'bootstrap' | 'security'> & { readonly control: Operations },
): Promise<void> {
  const matching = cases.filter(({ name }) => name.includes(options.match)).filter(isPossible(security))
  if (matching.length === 0) return
  const from = Date.now()
  const summary = summaries.get(client.name)!
  try {
    const adapter = await client.start({ bootstrap, directory })
    summary.version = adapter.version
    const onWritten = (topic: WrittenTopic) => void written.push(topic)
    const attempts = Number(options.attempts)
    await runCases(client, matching, {
      adapter,
      control,
      security,
      run: `i${from.toString(36)}`,
      attempts,
      onResult,
      onWritten,
    })
    await adapter.stop()
  } catch (error) {
    onResult({ client: client.name, name: 'starts', outcome: 'failed', reason: String(error) })
  }
  summary.durationMs += Date.now() - from
}

/** A broker that runs already has no listeners whose certificates are known. */
function isPossible(security: Broker['security']): (one: Case) => boolean {
  return ({ needs }) => security !== undefined || !needs.includes('secured')
}

/** A client that this machine cannot run is skipped with the reason, each of its cases. */
function isReady(client: Client): boolean {
  summaries.set(client.name, { version: '', durationMs: 0 })
  try {
    client.prepare()
    return true
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    console.log(`skip ${client.name}: all of its cases\n       skipped: ${error.message}`)
    for (const { name } of casesOf(client)) {
      results.push({ client: client.name, name, outcome: 'skipped', reason: error.message })
    }
    return false
  }
}

function conclude(): void {
  printClients(summaries, results)
  const ran = new Set(ready.map(({ name }) => name))
  if (options['write-baseline']) writeBaseline(results, ran)
  // Unless that is allowed, what cannot run here is lost as much as what fails.
  const expected = options['allow-missing'] ? ran : new Set(chosen.map(({ name }) => name))
  const gone = options.match === '' ? lost(baseline, results, expected) : []
  for (const id of gone) console.log(`passed before, and does not now: ${id}`)
  const count = (outcome: string) => results.filter(result => result.outcome === outcome).length
  if (count('failed') > 0 || gone.length > 0) process.exitCode = 1
  else rmSync(directory, { recursive: true, force: true })
  const again = results.filter(({ outcome, reason }) => outcome === 'passed' && reason !== undefined)
  if (again.length > 0) console.log(`passed at a later attempt: ${again.map(caseId).join('; ')}`)
  console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`)
}

function onResult(result: CaseResult): void {
  results.push(result)
  printCase(result)
}

function choose(only: string | undefined): readonly Client[] {
  if (only === undefined) return clients
  return only.split(',').map(name => {
    const client = clients.find(client => client.name === name)
    if (client === undefined)
      throw new Error(`--only ${name}: clients are ${clients.map(({ name }) => name).join(', ')}`)
    return client
  })
}
