// A real Prometheus scrapes a running `millrace up` while records are produced and consumed: it counts as many as were sent, and
// every query of published dashboards finds its series; those that cannot are listed with the reason, and find nothing.
//
//   npm run interop:metrics

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createClient } from '../../src/client/index.ts'
import { eventually } from '../suite/case.ts'
import { Missing } from '../suite/missing.ts'
import { startProcess, type RunningProcess } from '../suite/process.ts'
import { asked, dashboards, targetLabels } from './dashboards.ts'
import { prometheusTools, startPrometheus, type Prometheus, type Tools } from './prometheus.ts'

const checkout = join(import.meta.dirname, '../..')
/** Rates need two, and moving ones are asked for over a minute and more. */
const scrapesMin = 5
/** What promtool dislikes in names that are Kafka's, or the exporters', and not ours to choose. */
const namesOfOthers = /should be written in 'snake_case'|should not have "_(count|sum)" suffix/

let tools: Tools
try {
  tools = prometheusTools()
} catch (error) {
  if (!(error instanceof Missing)) throw error
  console.log(`skipped: ${error.message}`)
  process.exit()
}
const directory = mkdtempSync(join(tmpdir(), 'metrics-'))
const broker = startProcess(
  process.execPath,
  ['src/cli/main.ts', 'up', '--data', join(directory, 'data'), '--port', '0', '--http', '0', '--format', 'json'],
  {
    cwd: checkout,
    logFile: join(directory, 'broker.log'),
  },
)
let prometheus: Prometheus | undefined
const faults: string[] = []
try {
  const { bootstrap, http } = await addressesOf(broker)
  prometheus = await startPrometheus(tools, { directory, target: http, labels: targetLabels })
  const sent = await underLoad(bootstrap, () => scraped(prometheus!))
  await counted(prometheus, sent)
  faults.push(...formatFaults(await (await fetch(`http://${http}/metrics`)).text()))
  faults.push(...(await missingSeries(prometheus, http)))
  const { lastError } = await prometheus.scrapes()
  if (lastError !== '') faults.push(`the last scrape failed: ${lastError}`)
} finally {
  await prometheus?.stop()
  await broker.stop()
}
for (const fault of faults) console.log(`  fault: ${fault}`)
console.log(`${faults.length} faults`)
if (faults.length === 0) rmSync(directory, { recursive: true, force: true })
else console.log(`logs are in ${directory}`)
process.exitCode = faults.length === 0 ? 0 : 1

async function addressesOf(running: RunningProcess): Promise<{ bootstrap: string; http: string }> {
  const field = (name: string) => new RegExp(`"${name}":"([^"]+)"`).exec(running.logTail())?.[1]
  await eventually('the broker', () => {
    if (running.exited()) throw new Error(running.logTail())
    return field('bootstrap') !== undefined && field('address') !== undefined
  })
  return { bootstrap: field('bootstrap')!, http: field('address')! }
}

/** A producer, and a group that reads behind it, for as long as `run` takes. Gives the number of records sent to each topic. */
async function underLoad(bootstrap: string, run: () => Promise<void>): Promise<Readonly<Record<string, number>>> {
  await using client = createClient({ bootstrap })
  await client.admin.topics.create(['orders', 'payments'].map(name => ({ name, partitions: 3 })))
  await using producer = client.producer()
  await using consumer = client.consumer({ groupId: 'billing', offsetReset: 'earliest', autoCommitIntervalMs: 500 })
  consumer.subscribe('orders')
  const sent: Record<string, number> = {}
  const send = async (topic: string) => {
    await producer.send({ topic, value: 'x'.repeat(100) })
    sent[topic] = (sent[topic] ?? 0) + 1
  }
  const over = new AbortController()
  const reading = (async () => {
    for await (const _ of consumer) if (over.signal.aborted) break
  })()
  const writing = (async () => {
    for (let i = 0; !over.signal.aborted; i++) {
      await send(i % 2 === 0 ? 'orders' : 'payments')
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  })()
  try {
    await run()
  } finally {
    over.abort()
    await writing
    // A record that wakes the reader up.
    await send('orders')
    await reading
  }
  return sent
}
/** What Prometheus has in the end is what was sent: by Kafka's count of records, and by the offsets. */
async function counted(prometheus: Prometheus, sent: Readonly<Record<string, number>>): Promise<void> {
  for (const [topic, count] of Object.entries(sent))
    for (const name of ['kafka_server_brokertopicmetrics_messagesin_total', 'kafka_topic_partition_current_offset'])
      await eventually(`${count} of ${topic} in ${name}`, async () => {
        const [series] = await prometheus.query(`sum(${name}{topic="${topic}"})`)
        return series?.value === count
      })
}
async function scraped(prometheus: Prometheus): Promise<void> {
  await eventually('scrapes', async () => (await prometheus.scrapes()).count >= scrapesMin)
}

function formatFaults(text: string): string[] {
  const checked = spawnSync(tools.promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' })
  const told = `${checked.stdout}${checked.stderr}`.split('\n').filter(line => line !== '' && !namesOfOthers.test(line))
  console.log(
    `promtool: ${text.split('\n').filter(line => line !== '' && !line.startsWith('#')).length} series, ${told.length} complaints`,
  )
  return told.map(line => `promtool: ${line}`)
}

async function missingSeries(prometheus: Prometheus, instance: string): Promise<string[]> {
  const wrong: string[] = []
  for (const { name, panels } of dashboards) {
    console.log(`\n${name}`)
    for (const { title, query: expression, absent } of panels) {
      const series = await prometheus.query(asked(expression, instance))
      const found = `${series.length} series${absent === undefined ? '' : `: ${absent}`}`
      console.log(`  ${title.padEnd(40)} ${found}`)
      if (absent === undefined && series.length === 0) wrong.push(`${name}, ${title}: no series for ${expression}`)
      if (absent !== undefined && series.length > 0)
        wrong.push(`${name}, ${title}: found, though it is listed as absent`)
      if (series.some(({ value }) => Number.isNaN(value))) wrong.push(`${name}, ${title}: a value is no number`)
    }
  }
  return wrong
}
