// millrace perf: how fast a cluster takes records and gives them back, and how long a record is under way.

import { systemClock } from '../../base/index.ts'
import type { Client } from '../../client/index.ts'
import { act, type Actions } from '../actions.ts'
import { clusterOptions, command, formatOption, numberOption, type Given } from '../command.ts'
import { Histogram } from '../histogram.ts'
import { count, printTable, Progress } from '../output.ts'
import { partitionsOf, positionsAt } from '../positions.ts'
import { acksOption, codecOption, producerOptions } from '../producer-options.ts'

const options = {
  ...clusterOptions,
  records: { short: 'n', value: 'N', about: 'how many (1000000; latency: 10000)' },
  size: { short: 's', value: 'BYTES', about: 'of each value (100)' },
  rate: { short: 'r', value: 'N', about: 'records a second (produce: as fast as it goes; latency: 1000)' },
  ...producerOptions,
  'batch-size': { value: 'BYTES', about: "of the producer's batches (131072)" },
  linger: { value: 'MS', about: 'how long a batch waits for more (5; latency: 0)' },
  timeout: { value: 'SECONDS', about: 'consume: give up when nothing comes for so long (10)' },
} as const
type Options = Given<typeof options>

export default command({
  name: 'perf',
  usage: 'produce TOPIC | consume TOPIC | latency TOPIC',
  options,
  words: { min: 2, max: 2 },
  examples: [
    'millrace perf produce orders --records 5000000 --size 1000',
    'millrace perf consume orders --records 5000000',
    'millrace perf latency orders --rate 1000          # from send to arrival, as a consumer sees it',
  ],
  run: (given, words, terminal) => act(actions, words, { command: 'perf', noun: 'TOPIC', given, terminal }),
})

const actions: Actions<Options> = {
  async produce({ client, names: [topic], given, terminal }) {
    const records = recordsOption(given, 1_000_000)
    const rate = numberOption(given.rate, { option: 'rate', min: 1 })
    const value = valueOf(given)
    await using producer = producerOf(client, given, 5)
    const latencies = new Histogram()
    const progress = new Progress(terminal, { total: records, unit: 'records' })
    let acknowledged = 0
    let failure: unknown
    const startedAt = systemClock.monotonic()
    for (let sent = 0; sent < records && failure === undefined && !terminal.signal.aborted;) {
      const dueAt = systemClock.monotonic()
      const due = rate === undefined ? records : Math.min(records, Math.ceil(((dueAt - startedAt) / 1_000) * rate))
      if (sent >= due) await systemClock.sleep(1)
      for (; sent < due && failure === undefined; sent++) {
        const from = systemClock.monotonic()
        producer.send({ topic: topic!, value }).then(
          () => {
            acknowledged++
            latencies.add(systemClock.monotonic() - from)
          },
          (error: unknown) => (failure ??= error),
        )
        if (sent % sliceRecords === 0) {
          await producer.ready()
          progress.show(acknowledged, systemClock.monotonic())
        }
      }
    }
    await producer.flush()
    progress.clear()
    if (failure !== undefined) throw failure
    const seconds = (systemClock.monotonic() - startedAt) / 1_000
    report(
      { what: 'produce', records: acknowledged, bytes: acknowledged * value.length, seconds, latencies },
      given,
      terminal,
    )
  },

  async consume({ client, names: [topic], given, terminal }) {
    const records = recordsOption(given, 1_000_000)
    const timeoutMs = (numberOption(given.timeout, { option: 'timeout', min: 1 }) ?? 10) * 1_000
    const places = await partitionsOf(client, topic!)
    await using consumer = client.consumer({ offsetReset: 'earliest' })
    consumer.assign(places.map(place => ({ ...place, offset: 'earliest' as const })))
    const progress = new Progress(terminal, { total: records, unit: 'records' })
    let read = 0,
      bytes = 0
    const startedAt = systemClock.monotonic()
    let lastAt = startedAt
    while (read < records && !terminal.signal.aborted) {
      const batches = await consumer.poll({ maxWaitMs: 500 })
      for (const { count: taken, index, first } of batches) {
        read += taken
        for (let i = first; i < first + taken; i++) bytes += sizeAt(index, i)
      }
      const now = systemClock.monotonic()
      if (batches.length > 0) lastAt = now
      else if (now - lastAt > timeoutMs) break
      progress.show(read, now)
    }
    progress.clear()
    report({ what: 'consume', records: read, bytes, seconds: (lastAt - startedAt) / 1_000 }, given, terminal)
  },

  async latency({ client, names: [topic], given, terminal }) {
    const records = recordsOption(given, 10_000)
    const rate = numberOption(given.rate, { option: 'rate', min: 1 }) ?? 1_000
    const value = valueOf(given, stampBytes)
    const places = await partitionsOf(client, topic!)
    await using consumer = client.consumer({ offsetReset: 'latest', maxWaitMs: 500 })
    consumer.assign(await positionsAt(client, places, { where: 'end', option: 'from' }))
    await using producer = producerOf(client, given, 0)
    const latencies = new Histogram()
    const progress = new Progress(terminal, { total: records, unit: 'records' })
    let failure: unknown
    const startedAt = systemClock.monotonic()
    const sending = (async () => {
      for (let sent = 0; sent < records && !terminal.signal.aborted;) {
        const due = Math.min(records, Math.ceil(((systemClock.monotonic() - startedAt) / 1_000) * rate))
        for (; sent < due; sent++) {
          const stamped = Buffer.from(value)
          stamped.writeDoubleBE(systemClock.monotonic())
          producer.send({ topic: topic!, value: stamped }).catch((error: unknown) => (failure ??= error))
        }
        await systemClock.sleep(1)
      }
    })()
    let read = 0
    while (read < records && failure === undefined && !terminal.signal.aborted) {
      for (const batch of await consumer.poll({ maxWaitMs: 500 })) {
        const now = systemClock.monotonic()
        for (let i = 0; i < batch.count; i++) {
          const stamped = batch.value(i)
          if (stamped === null || stamped.length !== value.length) continue // another producer's
          latencies.add(now - stamped.readDoubleBE())
          read++
        }
        progress.show(read, now)
      }
    }
    await sending
    progress.clear()
    if (failure !== undefined) throw failure
    const seconds = (systemClock.monotonic() - startedAt) / 1_000
    report({ what: 'latency', records: read, bytes: read * value.length, seconds, latencies }, given, terminal)
  },
}

/** How often the loop of sending looks up: often enough for the acknowledgements to be read. */
const sliceRecords = 1_000
const stampBytes = 8

const recordsOption = (given: Options, usual: number): number =>
  numberOption(given.records, { option: 'records', min: 1 }) ?? usual

/** The same bytes for all records, not to be compressed to nothing. */
function valueOf(given: Options, min = 0): Buffer {
  const size = numberOption(given.size, { option: 'size', min, max: 1e9 }) ?? 100
  const value = Buffer.allocUnsafe(size)
  let state = 1
  for (let i = 0; i < size; i++) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    value[i] = 32 + ((state >>> 16) % 95)
  }
  return value
}

function producerOf(client: Client, given: Options, lingerMs: number) {
  return client.producer({
    acks: acksOption(given.acks),
    compression: codecOption(given.compression),
    lingerMs: numberOption(given.linger, { option: 'linger', min: 0, max: 60_000 }) ?? lingerMs,
    batchSizeBytes: numberOption(given['batch-size'], { option: 'batch-size', min: 0, max: 2 ** 30 }) ?? 131_072,
  })
}

interface Columns {
  readonly keyStart: Int32Array
  readonly keyEnd: Int32Array
  readonly valueStart: Int32Array
  readonly valueEnd: Int32Array
}
/** A key or value that is null begins at −1. */
function sizeAt({ keyStart, keyEnd, valueStart, valueEnd }: Columns, i: number): number {
  const key = keyStart[i]! < 0 ? 0 : keyEnd[i]! - keyStart[i]!
  return key + (valueStart[i]! < 0 ? 0 : valueEnd[i]! - valueStart[i]!)
}

interface Measured {
  readonly what: string
  readonly records: number
  readonly bytes: number
  readonly seconds: number
  readonly latencies?: Histogram
}
function report(
  { what, records, bytes, seconds, latencies }: Measured,
  given: Options,
  terminal: Parameters<typeof printTable>[0],
): void {
  const perSecond = seconds > 0 ? records / seconds : 0
  const latencyMs =
    latencies === undefined
      ? undefined
      : {
          mean: latencies.mean,
          p50: latencies.at(0.5),
          p95: latencies.at(0.95),
          p99: latencies.at(0.99),
          p999: latencies.at(0.999),
          max: latencies.max,
        }
  if (formatOption(given) === 'json')
    return terminal.out(
      JSON.stringify({
        what,
        records,
        bytes,
        seconds,
        recordsPerSecond: perSecond,
        bytesPerSecond: seconds > 0 ? bytes / seconds : 0,
        ...(latencyMs === undefined ? {} : { latencyMs }),
      }),
    )
  terminal.out(
    `${count(records)} records in ${seconds.toFixed(2)} s: ${count(perSecond)} a second, ${(seconds > 0 ? bytes / seconds / 1e6 : 0).toFixed(1)} MB/s`,
  )
  if (latencyMs !== undefined)
    printTable(
      terminal,
      ['', 'MEAN', 'P50', 'P95', 'P99', 'P99.9', 'MAX'],
      [['ms', ...Object.values(latencyMs).map(ms => ms.toFixed(2))]],
    )
}
