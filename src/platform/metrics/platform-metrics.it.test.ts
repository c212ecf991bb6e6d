import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { silentLogger } from '../../base/index.ts'
import { createClient, type Client } from '../../client/index.ts'
import { startPlatform, type Platform } from '../index.ts'

let platform: Platform, client: Client, http: string
before(async () => {
  platform = await startPlatform({
    dataPath: undefined,
    port: 0,
    properties: new Map([['offsets.topic.num.partitions', '2']]),
    logger: silentLogger,
    http: { host: '127.0.0.1', port: 0, orAnother: false },
  })
  http = `http://${await platform.http}`
  client = createClient({ bootstrap: platform.bootstrap })
  await client.admin.topics.create([{ name: 'orders', partitions: 3 }])
  await using producer = client.producer()
  await producer.sendAll(Array.from({ length: 30 }, (_, i) => ({ topic: 'orders', partition: i % 3, value: `${i}` })))
  await using consumer = client.consumer({ groupId: 'billing', offsetReset: 'earliest', autoCommit: false })
  consumer.subscribe('orders')
  let seen = 0
  for await (const _ of consumer) if (++seen === 30) break
  await consumer.commit([{ topic: 'orders', partition: 0, offset: 4 }])
})
after(async () => {
  await client.close()
  await platform.stop()
})

const valueOf = (name: string, labels: Readonly<Record<string, string>> = {}): number | undefined =>
  [...platform.metrics.values()].find(
    metric =>
      metric.name === name &&
      Object.keys(metric.labels).length === Object.keys(labels).length &&
      Object.entries(labels).every(([label, value]) => metric.labels[label] === value),
  )?.value
const broker = 'kafka_server_brokertopicmetrics_'
const partition = { topic: 'orders', partition: '0' }

// oxfmt-ignore
const expected: readonly (readonly [name: string, labels: Readonly<Record<string, string>>, value: number])[] = [
  [`${broker}messagesin_total`,                            { topic: 'orders' },                                   30],
  [`${broker}failedproducerequests_total`,                 { topic: 'orders' },                                   0],
  ['kafka_server_replicamanager_leadercount',              {},                                                    5],
  ['kafka_server_replicamanager_underreplicatedpartitions', {},                                                   0],
  ['kafka_controller_kafkacontroller_activecontrollercount', {},                                                  1],
  ['kafka_controller_kafkacontroller_globaltopiccount',    {},                                                    2],
  ['kafka_cluster_partition_replicascount',                partition,                                             1],
  ['kafka_log_log_logendoffset',                           partition,                                             10],
  ['kafka_coordinator_group_groupmetadatamanager_numgroups', {},                                                  1],
  ['kafka_coordinator_group_groupmetadatamanager_numoffsets', {},                                                 1],
  ['kafka_brokers',                                        {},                                                    1],
  ['kafka_topic_partitions',                               { topic: 'orders' },                                   3],
  ['kafka_topic_partition_current_offset',                 partition,                                             10],
  ['kafka_topic_partition_oldest_offset',                  partition,                                             0],
  ['kafka_topic_partition_leader',                         partition,                                             1],
  ['kafka_topic_partition_leader_is_preferred',            partition,                                             1],
  ['kafka_topic_partition_in_sync_replica',                partition,                                             1],
  ['kafka_topic_partition_under_replicated_partition',     partition,                                             0],
  ['kafka_consumergroup_current_offset',                   { consumergroup: 'billing', ...partition },            4],
  ['kafka_consumergroup_lag',                              { consumergroup: 'billing', ...partition },            6],
  ['kafka_consumergroup_lag_sum',                          { consumergroup: 'billing', topic: 'orders' },         6],
  ['kafka_consumergroup_members',                          { consumergroup: 'billing' },                          0],
  ['kafka_network_requestmetrics_errors_total',            { request: 'JoinGroup', error: 'MEMBER_ID_REQUIRED' }, 1],
]
for (const [name, labels, value] of expected)
  test(`${name} tells what has happened`, () => assert.equal(valueOf(name, labels), value))

test('bytes out and in agree with what lies in the log; what coordinators write counts as well, as in Kafka', () => {
  const sizeOf = (topic: string, partitions: readonly string[]) =>
    partitions.reduce((sum, partition) => sum + valueOf('kafka_log_log_size', { topic, partition })!, 0)
  const orders = sizeOf('orders', ['0', '1', '2']),
    offsets = sizeOf('__consumer_offsets', ['0', '1'])
  assert.ok(orders > 0 && offsets > 0)
  assert.equal(valueOf(`${broker}bytesin_total`, { topic: 'orders' }), orders)
  assert.equal(valueOf(`${broker}bytesout_total`, { topic: 'orders' }), orders)
  assert.equal(valueOf(`${broker}bytesin_total`, { topic: '__consumer_offsets' }), offsets)
  assert.equal(valueOf(`${broker}bytesin_total`), orders + offsets)
})

test('requests are timed by phase, and the phases add up', () => {
  const of = (request: string, phase: string) => valueOf(`kafka_network_requestmetrics_${phase}_sum`, { request })!
  for (const request of ['Produce', 'Fetch', 'Metadata', 'FetchConsumer']) {
    const phases = ['requestqueuetimems', 'localtimems', 'remotetimems', 'responsequeuetimems', 'responsesendtimems']
    const sum = phases.reduce((sum, phase) => sum + of(request, phase), 0)
    assert.ok(of(request, 'totaltimems') > 0, request)
    assert.ok(Math.abs(sum - of(request, 'totaltimems')) < 1e-6, `${request}: ${sum}, ${of(request, 'totaltimems')}`)
    assert.ok(of(request, 'requestbytes') > 0, request)
  }
  assert.ok(of('Produce', 'remotetimems') > 0, 'a batch waits for the end of its turn')
})

for (const [accept, type, end] of [
  ['*/*', 'text/plain; version=0.0.4; charset=utf-8', /\n$/],
  [
    'application/openmetrics-text;version=1.0.0;q=0.5',
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
    /\n# EOF\n$/,
  ],
] as const)
  test(`/metrics as ${type}: each family under one head, each series once`, async () => {
    const response = await fetch(`${http}/metrics`, { headers: { accept } })
    assert.equal(response.headers.get('content-type'), type)
    const text = await response.text()
    assert.match(text, end)
    const lines = text.trimEnd().split('\n')
    const heads = lines.filter(line => line.startsWith('# TYPE')).map(line => line.split(' ')[2]!)
    assert.equal(new Set(heads).size, heads.length)
    const series = lines.filter(line => !line.startsWith('#')).map(line => line.slice(0, line.lastIndexOf(' ')))
    assert.equal(new Set(series).size, series.length)
    assert.ok(series.length > 500)
    let head = ''
    for (const line of lines.filter(line => !/^# (HELP|EOF)/.test(line)))
      if (line.startsWith('#')) head = line.split(' ')[2]!
      else assert.ok(line.startsWith(head), `${line} stands under ${head}`)
  })

test('with several brokers each tells of itself, and the cluster is told once', async () => {
  const several = await startPlatform({
    dataPath: undefined,
    port: 0,
    brokers: 3,
    properties: new Map(),
    logger: silentLogger,
  })
  const values = [...several.metrics.values()]
  await several.stop()
  const of = (name: string) => values.filter(metric => metric.name === name).map(({ labels, value }) => [labels, value])
  assert.deepEqual(of('kafka_controller_kafkacontroller_activecontrollercount'), [
    [{ broker_id: '1' }, 1],
    [{ broker_id: '2' }, 0],
    [{ broker_id: '3' }, 0],
  ])
  assert.deepEqual(of('kafka_controller_kafkacontroller_activebrokercount'), [[{ broker_id: '1' }, 3]])
  assert.deepEqual(of('kafka_brokers'), [[{}, 3]])
})

test('/health is 200 while it serves; live and ready are told apart', async () => {
  for (const path of ['/health', '/health/ready', '/health/live'])
    assert.equal((await fetch(http + path)).status, 200, path)
  assert.deepEqual(await (await fetch(`${http}/health`)).json(), { status: 'up', bootstrap: platform.bootstrap })
})
