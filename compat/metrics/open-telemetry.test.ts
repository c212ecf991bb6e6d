// OpenTelemetry's own SDK reads a platform's metrics.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'

import { silentLogger } from '../../src/base/index.ts'
import { createClient } from '../../src/client/index.ts'
import { exportMetrics, startPlatform } from '../../src/platform/index.ts'

test("OpenTelemetry's SDK collects all metrics, with their labels as attributes", async () => {
  const platform = await startPlatform({ dataPath: undefined, port: 0, properties: new Map(), logger: silentLogger })
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  try {
    exportMetrics(platform.metrics, provider)
    const client = createClient({ bootstrap: platform.bootstrap })
    await client.admin.topics.create([{ name: 'orders', partitions: 1 }])
    const producer = client.producer()
    for (let i = 0; i < 7; i++) await producer.send({ topic: 'orders', value: 'x' })
    await producer.close()
    await client.close()

    const { resourceMetrics, errors } = await reader.collect()
    assert.deepEqual(errors, [])
    const collected = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
    const points = (name: string) =>
      collected
        .filter(({ descriptor }) => descriptor.name === name)
        .flatMap(({ dataPoints }) => dataPoints.map(({ attributes, value }) => [attributes, value]))
    assert.deepEqual(points('kafka_topic_partition_current_offset'), [[{ topic: 'orders', partition: '0' }, 7]])
    assert.deepEqual(points('kafka_server_brokertopicmetrics_messagesin'), [
      [{}, 7],
      [{ topic: 'orders' }, 7],
    ])
    const told = platform.metrics
      .families()
      .flatMap(family =>
        [...family.samples()].map(({ suffix }) => family.name + (family.type === 'summary' ? suffix : '')),
      )
    const names = new Set(collected.map(({ descriptor }) => descriptor.name))
    assert.deepEqual(
      told.filter(name => !names.has(name)),
      [],
    )
  } finally {
    await provider.shutdown()
    await platform.stop()
  }
})
