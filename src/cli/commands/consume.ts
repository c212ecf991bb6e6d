// millrace consume: prints records as they come, alone or as a member of a group.

import { UserError } from '../../base/index.ts'
import type { Client, CommittedOffset, ConsumedRecord, Consumer } from '../../client/index.ts'
import { withClient } from '../cluster.ts'
import { clusterOptions, command, formatOption, numberOption, type Given, type Terminal } from '../command.ts'
import { partitionsOf, positionsAbout, positionsAt } from '../positions.ts'
import { formatWriter, jsonWriter } from '../record-format.ts'

const options = {
  ...clusterOptions,
  from: {
    short: 'o',
    value: 'WHERE',
    about: `${positionsAbout}; what begins with a dash as --from=-5`,
  },
  partition: { short: 'p', value: 'N', about: 'only this partition' },
  count: { short: 'c', value: 'N', about: 'end after so many records' },
  exit: { short: 'e', about: 'end when the end of every partition was reached' },
  group: { short: 'g', value: 'GROUP', about: 'as a member of this group, committing what was printed' },
  format: {
    short: 'f',
    value: 'FORMAT',
    about: "text, json, or as kcat's: '%t[%p]@%o %k=%s\\n' (%T time, %h headers, %K %S lengths)",
  },
  key: { short: 'K', value: 'TEXT', about: 'print the key too, and TEXT between it and the value' },
} as const

export default command({
  name: 'consume',
  usage: 'TOPIC [--from WHERE] [--count N] [--exit] [--group GROUP]',
  options,
  words: { min: 1, max: 1 },
  examples: [
    'millrace consume orders --from start --exit',
    'millrace consume orders --group billing',
    'millrace consume orders --from 2024-05-01T12:00Z --count 10 --format json',
    "millrace consume orders --from=-1h --format '%T %k %s\\n'",
  ],
  async run(given, [topic], terminal) {
    const limit = numberOption(given.count, { option: 'count', min: 1 }) ?? Infinity
    const print = printer(given, terminal)
    await withClient(given, async client => {
      await using consumer = await open(client, given, topic!)
      let printed = 0
      while (printed < limit && !terminal.signal.aborted) {
        const batches = await pollOrEnd(consumer, terminal.signal)
        const next = new Map<string, CommittedOffset>()
        for (const batch of batches) {
          const { topic, partition } = batch
          for (const record of batch) {
            if (printed === limit) break
            print(record)
            printed++
            next.set(`${topic}-${partition}`, { topic, partition, offset: record.offset + 1 })
          }
        }
        if (given.group !== undefined && next.size > 0) await consumer.commit([...next.values()])
        if (given.exit && consumer.atEnd()) break
      }
    })
    return 0
  },
})

async function open(client: Client, given: Given<typeof options>, topic: string): Promise<Consumer> {
  const partition = numberOption(given.partition, { option: 'partition', min: 0 })
  if (given.group !== undefined) {
    if (partition !== undefined) throw new UserError('USAGE', 'either --group or --partition, not both')
    if (given.from !== undefined && given.from !== 'start' && given.from !== 'end')
      throw new UserError('USAGE', 'with --group, --from is start or end: where to begin without a committed offset')
    const consumer = client.consumer({
      groupId: given.group,
      offsetReset: given.from === 'start' ? 'earliest' : 'latest',
      autoCommit: false,
    })
    consumer.subscribe(topic)
    return consumer
  }
  const places = await partitionsOf(client, topic, partition)
  const consumer = client.consumer({ offsetReset: 'latest' })
  consumer.assign(await positionsAt(client, places, { where: given.from ?? 'end', option: 'from' }))
  return consumer
}

async function pollOrEnd(consumer: Consumer, signal: AbortSignal) {
  try {
    return await consumer.poll({ signal })
  } catch (error) {
    if (signal.aborted) return []
    throw error
  }
}

function printer(given: Given<typeof options>, terminal: Terminal): (record: ConsumedRecord) => void {
  const { format = 'text' } = given
  if (format === 'json') return record => terminal.write(`${String(jsonWriter(record))}\n`)
  if (format.includes('%')) {
    const write = formatWriter(format)
    return record => terminal.write(write(record))
  }
  formatOption(given)
  const newline = Buffer.from('\n')
  const separator = given.key === undefined ? undefined : Buffer.from(given.key)
  const none = Buffer.alloc(0)
  return ({ key, value }) =>
    terminal.write(Buffer.concat([...(separator ? [key ?? none, separator] : []), value ?? none, newline]))
}
