// npm start: the platform, and on it a demonstration with real input: flights are produced at a pace that can be watched,
// and a group of two consumers reads them. `npm start -- --once` sends and reads them all as fast as it can.
//
// It takes the options of `millrace up`. Without --data it keeps its records in a folder that goes when it ends.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { systemClock, UserError } from '../src/base/index.ts'
import { parse, type Command, type Given, type Terminal } from '../src/cli/command.ts'
import { start, upOptions } from '../src/cli/commands/up.ts'
import { processTerminal } from '../src/cli/terminal.ts'
import { createClient, type Client, type Consumer, type OutgoingRecord } from '../src/client/index.ts'
import { flightEvents, topics } from './flights.ts'
import { Totals, type Reader } from './totals.ts'
import { View } from './view.ts'

const options = {
  ...upOptions,
  once: { about: 'send all, read all back, print the figures as JSON, and end' },
  rate: { value: 'N', about: 'events a second (200)' },
} as const

const demo = { name: 'demo', about: 'the demonstration', usage: '', options } as unknown as Command
const group = 'departure-board'
const partitions = 4

async function main(terminal: Terminal): Promise<number> {
  const given = parse(demo, process.argv.slice(2)).given as Given<typeof options>
  const temporary = mkdtempSync(join(tmpdir(), 'millrace-demo-'))
  try {
    // A run that ends by itself needs no address that others know.
    const options = given.once ? { port: '0', ...given } : given
    const platform = await start(options, terminal, { temporary })
    if (given.format !== 'json') {
      terminal.out(`Millrace is up after ${Math.round(platform.startMs)} ms at ${platform.bootstrap}`)
    }
    const client = createClient({ bootstrap: platform.bootstrap, clientId: 'demonstration' })
    try {
      await demonstrate(client, given, terminal, platform.startMs)
    } finally {
      await client.close()
      await platform.stop()
    }
    return 0
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

async function demonstrate(
  client: Client,
  given: Given<typeof options>,
  terminal: Terminal,
  startMs: number,
): Promise<void> {
  await createTopics(client)
  const events = flightEvents()
  const totals = new Totals(['reader-1', 'reader-2'])
  const ending = new AbortController()
  terminal.signal.addEventListener('abort', () => ending.abort())
  const reading = totals.readers.map(reader => read(client, reader, totals, ending.signal))
  const from = systemClock.monotonic()
  if (given.once) {
    await produce(client, events, totals, terminal.signal)
    while (totals.read < totals.sent && !terminal.signal.aborted) await systemClock.sleep(5)
    const seconds = (systemClock.monotonic() - from) / 1_000
    ending.abort()
    await Promise.all(reading)
    terminal.out(
      JSON.stringify({
        recordsIn: totals.sent,
        recordsOut: totals.read,
        mbPerSecond: Number(((totals.sentBytes + totals.readBytes) / seconds / 1e6).toFixed(2)),
        startMs: Math.round(startMs),
      }),
    )
    return
  }
  const view = new View({ ...terminal, write: text => terminal.write(text) }, totals)
  const showing = show(view, terminal)
  await produce(client, events, totals, terminal.signal, Number(given.rate ?? 200))
  await showing
  ending.abort()
  await Promise.all(reading)
}

/** Those of an earlier run on the same data stay as they are. */
async function createTopics(client: Client): Promise<void> {
  const existing = new Set((await client.admin.topics.list()).map(({ name }) => name))
  const missing = topics.filter(name => !existing.has(name))
  if (missing.length > 0) await client.admin.topics.create(missing.map(name => ({ name, partitions })))
}

/** Sends them in order: at `perSecond`, or as fast as the broker takes them. */
async function produce(
  client: Client,
  events: readonly OutgoingRecord[],
  totals: Totals,
  signal: AbortSignal,
  perSecond = Infinity,
): Promise<void> {
  await using producer = client.producer({ compression: 'lz4' })
  const from = systemClock.monotonic()
  const deliveries: Promise<unknown>[] = []
  for (const [i, event] of events.entries()) {
    if (signal.aborted) break
    const early = from + (i / perSecond) * 1_000 - systemClock.monotonic()
    if (early > 20) await systemClock.sleep(early, signal).catch(() => {})
    deliveries.push(producer.send(event))
    totals.sent++
    totals.sentBytes += Buffer.byteLength(event.key as string) + Buffer.byteLength(event.value as string)
    await producer.ready()
  }
  await producer.flush()
  await Promise.all(deliveries)
}

async function read(client: Client, reader: Reader, totals: Totals, signal: AbortSignal): Promise<void> {
  await using consumer = client.consumer({ groupId: group, offsetReset: 'earliest', autoCommit: false })
  consumer.subscribe(topics)
  while (!signal.aborted) {
    const batches = await consumer.poll({ signal }).catch((error: unknown) => {
      if (signal.aborted) return []
      throw error
    })
    for (const batch of batches) for (const record of batch) totals.took(reader, record)
    reader.partitions = consumer.assignment.length
    reader.lag = lagOf(consumer)
    if (batches.length > 0) await consumer.commit()
  }
}
function lagOf(consumer: Consumer): number {
  return consumer.assignment.reduce((sum, partition) => {
    const end = consumer.highWatermark(partition)
    const at = consumer.position(partition)
    return sum + (end === undefined || at === undefined ? 0 : Math.max(0, end - at))
  }, 0)
}

async function show(view: View, { signal }: Terminal): Promise<void> {
  while (!signal.aborted) {
    view.draw(systemClock.monotonic())
    await systemClock.sleep(1_000, signal).catch(() => {})
  }
}

const terminal = processTerminal()
try {
  process.exitCode = await main(terminal)
} catch (error) {
  terminal.error(`demonstration: ${error instanceof UserError ? error.message : (error as Error).stack}`)
  process.exitCode = 1
}
process.stdout.write('', () => process.exit())
