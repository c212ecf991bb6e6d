// millrace delete-records: gives up the start of a topic's logs.

import { UserError } from '../../base/index.ts'
import { withClient } from '../cluster.ts'
import { clusterOptions, command, formatOption, numberOption } from '../command.ts'
import { printTable } from '../output.ts'
import { partitionsOf, positionsAbout, positionsAt } from '../positions.ts'

const options = {
  ...clusterOptions,
  before: { value: 'WHERE', about: `${positionsAbout}; what begins with a dash as --before=-7d` },
  partition: { short: 'p', value: 'N', about: 'only this partition' },
} as const

export default command({
  name: 'delete-records',
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
      const places = await partitionsOf(client, topic!, partition)
      const cuts = await positionsAt(client, places, { where: before, option: 'before' })
      const deleted = await client.admin.records.deleteBefore(cuts)
      if (formatOption(given) === 'json') terminal.out(JSON.stringify(deleted))
      else
        printTable(
          terminal,
          ['TOPIC', 'PARTITION', 'STARTS AT'],
          deleted.map(({ topic, partition, lowWatermark }) => [topic, partition, lowWatermark]),
        )
      return 0
    }),
})
