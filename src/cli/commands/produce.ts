// millrace produce: lines of standard input become records.

import { UserError } from '../../base/index.ts'
import type { OutgoingRecord } from '../../client/index.ts'
import { pairs, withClient } from '../cluster.ts'
import { clusterOptions, command, formatOption, numberOption, type Given } from '../command.ts'
import { acksOption, codecOption, producerOptions } from '../producer-options.ts'
import { jsonReader } from '../record-format.ts'

const options = {
  ...clusterOptions,
  partition: { short: 'p', value: 'N', about: 'to this partition (by the hash of the key)' },
  key: { short: 'k', value: 'KEY', about: 'one key for all records' },
  separator: { short: 'K', value: 'TEXT', about: 'what divides key and value in each line' },
  header: { short: 'H', value: 'NAME=VALUE', about: 'a header of each record; may be repeated', many: true },
  ...producerOptions,
  input: {
    short: 'i',
    value: 'text|json',
    about: "what a line is: text, or a record as 'consume --format json' prints it",
  },
  verbose: { short: 'v', about: 'tell where each record went' },
} as const

export default command({
  name: 'produce',
  usage: 'TOPIC [--separator TEXT]',
  options,
  words: { min: 1, max: 1 },
  examples: [
    "printf 'first\\nsecond\\n' | millrace produce orders",
    "echo 'k1:hello' | millrace produce orders --separator :",
    'millrace consume orders --from start --exit --format json | millrace produce copy --input json',
  ],
  async run(given, [topic], terminal) {
    const record = recordOf(given, topic!)
    const producer = { compression: codecOption(given.compression), acks: acksOption(given.acks) }
    return withClient(given, async client => {
      await using sending = client.producer(producer)
      let sent = 0
      let failure: unknown
      for await (const line of lines(terminal.input())) {
        if (terminal.signal.aborted || failure !== undefined) break
        // Awaited together at the end, so that lines travel in batches; a full buffer holds up the reading.
        const delivery = sending.send(record(line))
        delivery.then(
          ({ partition, offset }) => {
            sent++
            if (given.verbose) terminal.error(`${topic}-${partition} @ ${offset}`)
          },
          (error: unknown) => (failure ??= error),
        )
        await sending.ready()
      }
      await sending.flush()
      if (failure !== undefined) throw failure
      if (formatOption(given) === 'json') terminal.out(JSON.stringify({ topic, records: sent }))
      return 0
    })
  },
})

function recordOf(given: Given<typeof options>, topic: string): (line: string) => OutgoingRecord {
  const partition = numberOption(given.partition, { option: 'partition', min: 0, max: 2 ** 31 - 1 })
  const headers = pairs(given.header, 'header')
  const common = { topic, headers, ...(partition === undefined ? {} : { partition }) }
  const { separator, key = null, input = 'text' } = given
  if (input !== 'text' && input !== 'json') throw new UserError('USAGE', `--input is text or json, not '${input}'`)
  if (input === 'json') {
    if (separator !== undefined) throw new UserError('USAGE', 'either --input json or --separator, not both')
    return line => ({ ...common, ...jsonReader(line), ...(partition === undefined ? {} : { partition }) })
  }
  if (separator === undefined) return line => ({ ...common, key, value: line })
  if (separator === '') throw new UserError('USAGE', '--separator must not be empty')
  return line => {
    const at = line.indexOf(separator)
    if (at < 0)
      throw new UserError('INPUT', `the line '${line.slice(0, 80)}' has no '${separator}' between key and value`)
    return { ...common, key: line.slice(0, at), value: line.slice(at + separator.length) }
  }
}

async function* lines(input: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of input) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop()!
    for (const line of parts) yield line.endsWith('\r') ? line.slice(0, -1) : line
  }
  if (rest !== '') yield rest
}
