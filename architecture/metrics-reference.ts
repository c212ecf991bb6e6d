// The table of docs/metrics.md: every metric that a platform tells after it was used for a moment.

import { once } from 'node:events'
import { connect } from 'node:net'

import { silentLogger } from '../src/base/index.ts'
import { createClient } from '../src/client/index.ts'
import { startPlatform, type Platform } from '../src/platform/index.ts'

const [begin, end] = ['<!-- metrics -->', '<!-- /metrics -->'] as const

/** The page with the table as it should be. */
export async function withMetricsTable(page: string): Promise<string> {
  const [before, rest] = page.split(begin),
    [, after] = (rest ?? '').split(end)
  if (after === undefined) throw new Error(`the page has no ${begin} … ${end}`)
  return `${before}${begin}\n\n${await metricsTable()}\n\n${end}${after}`
}

async function metricsTable(): Promise<string> {
  const platform = await startPlatform({
    dataPath: undefined,
    port: 0,
    properties: new Map([['offsets.topic.num.partitions', '1']]),
    logger: silentLogger,
    http: { host: '127.0.0.1', port: 0, orAnother: false },
  })
  try {
    await use(platform)
    const rows = platform.metrics.families().map(family => {
      const { name, type, help } = family
      const labels = new Set(
        [...family.samples()].flatMap(({ labels, moreLabels }) => Object.keys({ ...labels, ...moreLabels })),
      )
      const told = [...labels].filter(label => label !== 'quantile').map(label => `\`${label}\``)
      return `| \`${name}${type === 'counter' ? '_total' : ''}\` | ${type} | ${told.join(' ')} | ${help} |`
    })
    const sorted = rows.toSorted((one, other) => (one < other ? -1 : 1))
    return ['| name | type | labels | what it tells |', '| --- | --- | --- | --- |', ...sorted].join('\n')
  } finally {
    await platform.stop()
  }
}

/** So that each family that comes with use is there: records, a group, a connection that is closed for what it sends. */
async function use({ bootstrap }: Platform): Promise<void> {
  await using client = createClient({ bootstrap })
  await client.admin.topics.create([{ name: 'orders', partitions: 1 }])
  await using producer = client.producer()
  await producer.send({ topic: 'orders', value: 'one' })
  await using consumer = client.consumer({ groupId: 'billing', offsetReset: 'earliest', autoCommit: false })
  consumer.subscribe('orders')
  for await (const _ of consumer) break
  await consumer.commit([{ topic: 'orders', partition: 0, offset: 1 }])
  const [host, port] = bootstrap.split(':') as [string, string]
  const socket = connect(Number(port), host)
  socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))
  await once(socket.resume(), 'close')
}
