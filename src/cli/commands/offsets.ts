// millrace offsets: where the logs of a topic begin and end, or what lies at a time.

import type { OffsetSpec, TopicPartition } from '../../client/index.ts'
import { withClient } from '../cluster.ts'
import { clusterOptions, command, formatOption } from '../command.ts'
import { printTable } from '../output.ts'
import { partitionsOfAll } from '../positions.ts'
import { timeOption } from '../time.ts'

const options = {
  ...clusterOptions,
  at: {
    value: 'TIME',
    about: "the first record at or after it: 2024-05-01T12:00Z, ms since 1970, '-1h', or max-timestamp",
  },
  committed: { about: 'the end as read_committed sees it: the last stable offset' },
} as const

export default command({
  name: 'offsets',
  usage: 'TOPIC… [--at TIME]',
  options,
  words: { min: 1, max: 1_000 },
  examples: [
    'millrace offsets orders',
    'millrace offsets orders --at=-15m',
    'millrace offsets orders --at max-timestamp',
  ],
  run: (given, topics, terminal) =>
    withClient(given, async client => {
      const places = await partitionsOfAll(client, topics)
      const isolation = given.committed ? 'read_committed' : 'read_uncommitted'
      const find = (spec: OffsetSpec) => client.admin.records.offsets(places, spec, { isolation })
      const at = <T extends TopicPartition>(list: readonly T[], { topic, partition }: TopicPartition): T | undefined =>
        list.find(other => other.topic === topic && other.partition === partition)

      if (given.at !== undefined) {
        const found = await find(given.at === 'max-timestamp' ? given.at : timeOption(given.at, 'at'))
        if (formatOption(given) === 'json') terminal.out(JSON.stringify(found))
        else {
          const rows = found.map(({ topic, partition, offset, timestamp }) => [
            topic,
            partition,
            offset < 0 ? '-' : offset,
            timestamp < 0 ? '-' : new Date(timestamp).toISOString(),
          ])
          printTable(terminal, ['TOPIC', 'PARTITION', 'OFFSET', 'TIME'], rows)
        }
        return 0
      }
      const [starts, ends] = await Promise.all([find('earliest'), find('latest')])
      const ranges = places.map(place => {
        const start = at(starts, place)?.offset ?? -1,
          end = at(ends, place)?.offset ?? -1
        return { ...place, start, end, records: Math.max(end - start, 0) }
      })
      if (formatOption(given) === 'json') terminal.out(JSON.stringify(ranges))
      else {
        const rows = ranges.map(({ topic, partition, start, end, records }) => [topic, partition, start, end, records])
        printTable(terminal, ['TOPIC', 'PARTITION', 'START', 'END', 'OFFSETS'], rows)
      }
      return 0
    }),
})
