import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ManualClock, MBeans, type FamilyName, type Tags } from '../../base/index.ts'
import { beanFamilies } from './bean-families.ts'
import { noLabels } from './metric-family.ts'
import { formatFor, textPieces } from './text-format.ts'

const family = (domain: string, type: string, name: string): FamilyName => ({ domain, type, name, about: 'Told here' })
const textOf = (sources: readonly { beans: MBeans; labels: Tags }[], accept = '') =>
  [...textPieces(beanFamilies(sources), formatFor(accept))].join('')
const samplesOf = (fill: (beans: MBeans) => void): string[] => {
  const beans = new MBeans(new ManualClock())
  fill(beans)
  return textOf([{ beans, labels: noLabels }])
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
}

// What the rules of the JMX exporter make of a bean.
// oxfmt-ignore
const names: readonly (readonly [what: string, (beans: MBeans) => void, expected: string])[] = [
  ['a meter of all topics',     beans => beans.meter(family('kafka.server', 'BrokerTopicMetrics', 'BytesInPerSec')).mark(7),                          'kafka_server_brokertopicmetrics_bytesin_total 7'],
  ['a meter of a topic',        beans => beans.meter(family('kafka.server', 'BrokerTopicMetrics', 'BytesInPerSec'), { topic: 'a' }).mark(7),          'kafka_server_brokertopicmetrics_bytesin_total{topic="a"} 7'],
  ['a meter with two tags',     beans => beans.meter(family('kafka.network', 'RequestMetrics', 'RequestsPerSec'), { request: 'Fetch', version: '3' }).mark(), 'kafka_network_requestmetrics_requests_total{request="Fetch",version="3"} 1'],
  ['a meter that is no rate',   beans => beans.meter(family('kafka.controller', 'ControllerStats', 'LeaderElectionRateAndTimeMs')).mark(),            'kafka_controller_controllerstats_leaderelectionrateandtimems_count 1'],
  ['a gauge',                   beans => beans.gauge(family('kafka.server', 'ReplicaManager', 'LeaderCount'), {}, () => 3),                            'kafka_server_replicamanager_leadercount 3'],
  ['a gauge of a partition',    beans => beans.gauge(family('kafka.log', 'Log', 'Size'), { topic: 'a', partition: '0' }, () => 3),                     'kafka_log_log_size{topic="a",partition="0"} 3'],
  ['a gauge of a coordinator',  beans => beans.gauge(family('kafka.coordinator.group', 'GroupMetadataManager', 'NumGroups'), {}, () => 3),             'kafka_coordinator_group_groupmetadatamanager_numgroups 3'],
  ['an attribute',              beans => beans.attribute(family('kafka.server', 'raft-metrics', 'current-epoch'), {}, () => 3),                        'kafka_server_raft_metrics_current_epoch 3'],
  ['a total',                   beans => beans.counter(family('kafka.server', 'socket-server-metrics', 'request-total'), { listener: 'L', networkProcessor: '0' }).add(3), 'kafka_server_socket_server_metrics_request_total{listener="L",networkProcessor="0"} 3'],
  ['a tag that needs escapes',  beans => beans.gauge(family('kafka.log', 'Log', 'Size'), { 'client-id': 'a"b\\c\nd' }, () => 3),                       'kafka_log_log_size{client_id="a\\"b\\\\c\\nd"} 3'],
  ['no number',                 beans => beans.gauge(family('kafka.log', 'Log', 'Size'), {}, () => NaN),                                               'kafka_log_log_size NaN'],
  ['infinity',                  beans => beans.gauge(family('kafka.log', 'Log', 'Size'), {}, () => Infinity),                                          'kafka_log_log_size +Inf'],
]
for (const [what, fill, expected] of names)
  test(`the JMX exporter's name of ${what} is given`, () => assert.deepEqual(samplesOf(fill), [expected]))

test('a percentage goes by the names of both files of rules', () => {
  const idle = family('kafka.network', 'SocketServer', 'NetworkProcessorAvgIdlePercent')
  assert.deepEqual(
    samplesOf(beans => beans.gauge(idle, {}, () => 0.5)),
    [
      'kafka_network_socketserver_networkprocessoravgidlepercent 0.5',
      'kafka_network_socketserver_networkprocessoravgidle_percent 0.5',
    ],
  )
})

test('a histogram is a summary, with the quantiles of Kafka', () => {
  const samples = samplesOf(beans => {
    const histogram = beans.histogram(family('kafka.network', 'RequestMetrics', 'TotalTimeMs'), { request: 'Fetch' })
    for (let i = 0; i < 10; i++) histogram.update(5)
  })
  const name = 'kafka_network_requestmetrics_totaltimems'
  assert.deepEqual(samples, [
    ...['0.50', '0.75', '0.95', '0.98', '0.99', '0.999'].map(q => `${name}{request="Fetch",quantile="${q}"} 5`),
    `${name}_sum{request="Fetch"} 50`,
    `${name}_count{request="Fetch"} 10`,
  ])
})

test('brokers of one process are told apart, and each family stands together under one head', () => {
  const sources = [1, 2].map(id => {
    const beans = new MBeans(new ManualClock())
    beans.gauge(family('kafka.server', 'ReplicaManager', 'LeaderCount'), {}, () => id)
    beans.gauge(family('kafka.log', 'Log', 'Size'), { topic: 'a' }, () => id)
    return { beans, labels: { broker_id: String(id) } }
  })
  assert.equal(
    textOf(sources),
    `# HELP kafka_server_replicamanager_leadercount Told here.
# TYPE kafka_server_replicamanager_leadercount gauge
kafka_server_replicamanager_leadercount{broker_id="1"} 1
kafka_server_replicamanager_leadercount{broker_id="2"} 2
# HELP kafka_log_log_size Told here.
# TYPE kafka_log_log_size gauge
kafka_log_log_size{topic="a",broker_id="1"} 1
kafka_log_log_size{topic="a",broker_id="2"} 2
`,
  )
})

test('OpenMetrics names a counter without _total, and ends with a mark; families without samples are left out of both', () => {
  const beans = new MBeans(new ManualClock())
  beans.meter(family('kafka.server', 'BrokerTopicMetrics', 'BytesInPerSec')).mark(7)
  beans.gauges(family('kafka.log', 'Log', 'Size'), () => [])
  const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5'
  assert.equal(
    textOf([{ beans, labels: noLabels }], accept),
    `# HELP kafka_server_brokertopicmetrics_bytesin Told here.
# TYPE kafka_server_brokertopicmetrics_bytesin counter
kafka_server_brokertopicmetrics_bytesin_total 7
# EOF
`,
  )
  assert.match(
    textOf([{ beans, labels: noLabels }], 'text/plain'),
    /^# HELP \w+_bytesin_total .*\n# TYPE \w+_bytesin_total counter\n/,
  )
})

test('what is long is given in pieces', () => {
  const beans = new MBeans(new ManualClock())
  beans.gauges(family('kafka.log', 'Log', 'Size'), function* () {
    for (let i = 0; i < 100_000; i++) yield { tags: { partition: String(i) }, value: i }
  })
  const pieces = [...textPieces(beanFamilies([{ beans, labels: noLabels }]), formatFor(''))]
  assert.ok(pieces.length > 30, `${pieces.length} pieces`)
  assert.ok(Math.max(...pieces.map(piece => piece.length)) < 70_000)
  assert.equal(pieces.join('').split('\n').length, 100_003)
})
