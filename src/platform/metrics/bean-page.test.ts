import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ManualClock, MBeans, type FamilyName } from '../../base/index.ts'
import { beanPieces } from './bean-page.ts'
import { noLabels } from './metric-family.ts'

const family = (type: string, name: string): FamilyName => ({ domain: 'kafka.server', type, name, about: 'Told here' })
const beansAt = async (): Promise<MBeans> => {
  const clock = new ManualClock(),
    beans = new MBeans(clock)
  const stop = beans.keepTime()
  beans.meter(family('BrokerTopicMetrics', 'BytesInPerSec'), { topic: 'a' }).mark(50)
  beans.gauge(family('ReplicaManager', 'LeaderCount'), {}, () => 3)
  const tags = { listener: 'a:b', networkProcessor: '0' }
  beans.counter(family('socket-server-metrics', 'request-total'), tags).add(4)
  beans.attribute(family('socket-server-metrics', 'connection-count'), tags, () => 2)
  await clock.advance(5000)
  stop()
  return beans
}
const page = (beans: MBeans, query?: string): { beans: Record<string, unknown>[] } =>
  JSON.parse([...beanPieces([{ beans, labels: noLabels }], query)].join('')) as { beans: Record<string, unknown>[] }

test('each bean has its name and attributes as in JMX; what has no name of its own is gathered by type', async () => {
  const rate = 10
  assert.deepEqual(page(await beansAt()), {
    beans: [
      {
        name: 'kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=a',
        Count: 50,
        MeanRate: rate,
        OneMinuteRate: rate,
        FiveMinuteRate: rate,
        FifteenMinuteRate: rate,
      },
      { name: 'kafka.server:type=ReplicaManager,name=LeaderCount', Value: 3 },
      {
        name: 'kafka.server:type=socket-server-metrics,listener="a:b",networkProcessor=0',
        'request-total': 4,
        'connection-count': 2,
      },
    ],
  })
})
for (const [query, count] of [
  ['kafka.server:type=ReplicaManager,*', 1],
  ['kafka.server:type=ReplicaManager,name=LeaderCount', 1],
  ['kafka.server:*', 3],
  ['kafka.log:*', 0],
] as const)
  test(`${query} finds ${count}`, async () => assert.equal(page(await beansAt(), query).beans.length, count))
