// millrace delete-records: gives up the start of a topic's logs.

import { UserError } from '../../base/index.ts'
import { withClient } from '../cluster.ts'
import { clusterOptions, command, formatOption, numberOption } from '../command.ts'
import { printTable } from '../output.ts'
import { timeOption } from '../time.ts'

const options = {
  ...clusterOptions,
  before: { value: 'WHERE', about: "an offset, 'end' (all records), or a time (2024-05-01T12:00Z, -7d)" },
  partition: { short: 'p', value: 'N', about: 'only this partition' },
} as const

export default command({
  name: 'delete-records',
  about: 'delete the records of a topic before an offset or a time',
  usage: 'TOPIC --before WHERE [--partition N]',
  options,
  words: { min: 1, max: 1 },
  examples: [
    'millrace delete-records orders --before end',
    'millrace delete-records orders --before=-7d',
    'millrace delete-records orders --partition 0 --before 1000',
  ],
  run: (given, [topic], terminal) =>
    withClient(given, async client => {
      const { before } = given
      if (before === undefined)
        throw new UserError('USAGE', "'delete-records' needs --before: an offset, a time, or end")
      const partition = numberOption(given.partition, { option: 'partition', min: 0 })
      const [described] = await client.admin.topics.describe([topic!])
      const places = described!.partitions
        .map(({ partition }) => ({ topic: topic!, partition }))
        .filter(place => partition === undefined || place.partition === partition)
      if (places.length === 0)
        throw new UserError(
          'USAGE',
          `topic '${topic}' has no partition ${partition}: it has ${described!.partitions.length}, from 0`,
        )
      const cuts = await cutsAt(before)
      const deleted = await client.admin.records.deleteBefore(cuts)
      if (formatOption(given) === 'json') terminal.out(JSON.stringify(deleted))
      else
        printTable(
          terminal,
          ['TOPIC', 'PARTITION', 'STARTS AT'],
          deleted.map(({ topic, partition, lowWatermark }) => [topic, partition, lowWatermark]),
        )
      return 0

      async function cutsAt(where: string) {
        if (where === 'end') return places.map(place => ({ ...place, offset: 'latest' as const }))
        if (/^\d{1,8}$/.test(where)) return places.map(place => ({ ...place, offset: Number(where) }))
        const found = await client.admin.records.offsets(places, timeOption(where, 'before'))
        // Where no record is that late, all are earlier.
        return found.map(({ topic, partition, offset }) => ({
          topic,
          partition,
          offset: offset < 0 ? ('latest' as const) : offset,
        }))
      }
    }),
})
