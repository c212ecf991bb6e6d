// millrace log-dirs: how much lies where, on the disks of the brokers.

import { withClient } from '../cluster.ts'
import { clusterOptions, command, formatOption } from '../command.ts'
import { bytesText, plural, printTable } from '../output.ts'

const options = {
  ...clusterOptions,
  partitions: { about: 'each partition by itself, not only the sums of topics' },
} as const

export default command({
  name: 'log-dirs',
  usage: '[TOPIC…] [--partitions]',
  options,
  words: { min: 0, max: 1_000 },
  examples: ['millrace log-dirs', 'millrace log-dirs orders --partitions'],
  run: (given, topics, terminal) =>
    withClient(given, async client => {
      const dirs = (await client.admin.cluster.logDirs()).map(dir => ({
        ...dir,
        partitions: dir.partitions.filter(({ topic }) => topics.length === 0 || topics.includes(topic)),
      }))
      if (formatOption(given) === 'json') {
        terminal.out(JSON.stringify(dirs))
        return 0
      }
      for (const { nodeId, path, partitions, totalBytes, usableBytes } of dirs) {
        const sum = partitions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
        const disk = totalBytes < 0 ? '' : `, ${bytesText(usableBytes)} free of ${bytesText(totalBytes)}`
        terminal.out(`broker ${nodeId}  ${path}  ${bytesText(sum)} in ${plural(partitions.length, 'partition')}${disk}`)
        const largestFirst = partitions.toSorted((a, b) => b.sizeBytes - a.sizeBytes)
        if (given.partitions)
          printTable(
            terminal,
            ['TOPIC', 'PARTITION', 'SIZE'],
            largestFirst.map(({ topic, partition, sizeBytes }) => [topic, partition, bytesText(sizeBytes)]),
            '  ',
          )
        else {
          const sums = [...Map.groupBy(largestFirst, ({ topic }) => topic)]
            .map(([topic, list]) => ({
              topic,
              count: list.length,
              sizeBytes: list.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
            }))
            .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
          printTable(
            terminal,
            ['TOPIC', 'PARTITIONS', 'SIZE'],
            sums.map(({ topic, count, sizeBytes }) => [topic, count, bytesText(sizeBytes)]),
            '  ',
          )
        }
      }
      return 0
    }),
})
