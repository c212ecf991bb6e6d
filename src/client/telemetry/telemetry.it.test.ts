// What producers and consumers tell whoever measures and traces them.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { Metrics } from '../../base/index.ts'
import { startBroker, type TestBroker } from '../../testing/index.ts'
import { createClient, type Instrumentation, type SpanStart } from '../index.ts'

let broker: TestBroker
before(async () => {
  broker = await startBroker({ topics: { orders: {}, traced: {} } })
})
after(() => broker.stop())

test("what is sent, read, tried again and committed is counted, by the names of Kafka's own clients", async () => {
  const metrics = new Metrics()
  await using client = createClient({ bootstrap: broker.bootstrap, clientId: 'c', metrics, backoffMs: 1 })
  const producer = client.producer({ lingerMs: 0 })
  broker.faults.add({ api: 'Produce', error: 'NOT_LEADER_OR_FOLLOWER', times: 1 })
  await producer.sendAll(Array.from({ length: 10 }, (_, i) => ({ topic: 'orders', value: `${i}` })))
  await using consumer = client.consumer({ groupId: 'g', offsetReset: 'earliest' })
  consumer.subscribe('orders')
  let read = 0
  while (read < 10) read += (await consumer.pollRecords()).length
  await consumer.commit()
  const value = (name: string) => metrics.samples().find(sample => sample.name === name)?.value
  // oxfmt-ignore
  const expected = {
    kafka_producer_producer_topic_metrics_record_send_total:            10,
    kafka_producer_producer_topic_metrics_record_retry_total:           10,
    kafka_producer_producer_topic_metrics_record_error_total:           0,
    kafka_producer_producer_metrics_request_total:                      2,
    kafka_producer_producer_metrics_buffered_bytes:                     0,
    kafka_consumer_consumer_fetch_manager_metrics_records_consumed_total: 10,
    kafka_consumer_consumer_fetch_manager_metrics_records_lag_max:      0,
    kafka_consumer_consumer_coordinator_metrics_rebalance_total:        1,
    kafka_consumer_consumer_coordinator_metrics_commit_total:           1,
    kafka_consumer_consumer_coordinator_metrics_assigned_partitions:    1,
  }
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map(name => [name, value(name)])), expected)
  const sample = metrics.samples().find(({ name }) => name.endsWith('commit_total'))!
  assert.deepEqual(sample.labels, { client_id: 'c', group_id: 'g' })
  assert(value('kafka_consumer_consumer_fetch_manager_metrics_bytes_consumed_total')! > 100)
})
test('a send, a poll and the processing of a record are spans, and the context goes with the record', async () => {
  const log: { span: SpanStart; attributes?: object | undefined; error?: unknown }[] = []
  const instrumentation: Instrumentation = {
    start(span) {
      const entry: (typeof log)[number] = { span }
      log.push(entry)
      return {
        traceparent: `00-${'a'.repeat(32)}-${String(log.length).padStart(16, '0')}-01`,
        end: (attributes, error) => void Object.assign(entry, { attributes, error }),
      }
    },
  }
  await using client = createClient({ bootstrap: broker.bootstrap, clientId: 'c', instrumentation })
  await using producer = client.producer({ requestSizeMaxBytes: 1_000 })
  await producer.send({ topic: 'traced', key: 'k', value: 'v', headers: { a: 'b', traceparent: 'of another' } })
  await assert.rejects(producer.sendAll([{ topic: 'traced', value: 'v'.repeat(2_000) }]), { code: 'MESSAGE_TOO_LARGE' })
  await using consumer = client.consumer({ offsetReset: 'earliest' })
  consumer.assign([{ topic: 'traced', partition: 0 }])
  for await (const { headers } of consumer) {
    assert.deepEqual(
      headers.map(([name, value]) => `${name}=${String(value)}`),
      ['a=b', `traceparent=00-${'a'.repeat(32)}-0000000000000001-01`],
    )
    assert.equal(log.at(-1)!.attributes, undefined, 'it is being processed')
    break
  }
  const common = { 'messaging.system': 'kafka', 'messaging.client.id': 'c' }
  assert.deepEqual(
    log.map(({ span: { name, kind }, attributes, error }) => [
      name,
      kind,
      attributes,
      (error as { code?: string })?.code,
    ]),
    [
      [
        'send traced',
        'producer',
        { 'messaging.destination.partition.id': '0', 'messaging.kafka.offset': 0 },
        undefined,
      ],
      ['send traced', 'producer', {}, 'MESSAGE_TOO_LARGE'],
      ['poll', 'client', undefined, undefined],
      ['process traced', 'consumer', undefined, undefined],
    ],
  )
  assert.deepEqual(log[2]!.span.attributes, {
    ...common,
    'messaging.operation.name': 'poll',
    'messaging.operation.type': 'receive',
    'messaging.batch.message_count': 1,
  })
  assert.deepEqual(log[3]!.span, {
    name: 'process traced',
    kind: 'consumer',
    parent: `00-${'a'.repeat(32)}-0000000000000001-01`,
    attributes: {
      ...common,
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'traced',
      'messaging.destination.partition.id': '0',
      'messaging.kafka.offset': 0,
    },
  })
})
