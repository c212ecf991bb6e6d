import assert from 'node:assert/strict'
import { test } from 'node:test'

import { memoryFiles, silentLogger, systemClock } from '../../base/index.ts'
import { memorySockets } from '../../connection/index.ts'
import { exportMetrics, startPlatform, type MeterProviderLike } from '../index.ts'

test('every series of /metrics is observed once, on the instrument of its name, until that is ended', async () => {
  const platform = await startPlatform({
    dataPath: '/data',
    files: memoryFiles(),
    sockets: memorySockets({ clock: systemClock }),
    properties: new Map(),
    logger: silentLogger,
  })
  const callbacks = new Set<Parameters<ReturnType<MeterProviderLike['getMeter']>['addBatchObservableCallback']>[0]>()
  const create = (kind: string) => (name: string) => ({ kind, name })
  const stop = exportMetrics(platform.metrics, {
    getMeter: () => ({
      createObservableCounter: create('counter'),
      createObservableGauge: create('gauge'),
      addBatchObservableCallback: callback => callbacks.add(callback),
      removeBatchObservableCallback: callback => callbacks.delete(callback),
    }),
  })
  const seen: string[] = [],
    kinds = new Map<string, string>()
  for (const callback of callbacks)
    callback({
      observe({ kind, name }: { kind: string; name: string }, value, attributes) {
        kinds.set(name, kind)
        seen.push(
          `${name}${kind === 'counter' && !/_(count|sum)$/.test(name) ? '_total' : ''} ${JSON.stringify(attributes)}`,
        )
        assert.equal(typeof value, 'number')
      },
    })
  const expected = [...platform.metrics.values()].map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`)
  assert.deepEqual(seen, expected)
  assert.equal(kinds.get('kafka_server_brokertopicmetrics_bytesin'), 'counter')
  assert.equal(kinds.get('kafka_log_logflushstats_logflushrateandtimems_count'), 'counter')
  assert.equal(kinds.get('kafka_brokers'), 'gauge')
  stop()
  assert.equal(callbacks.size, 0)
  await platform.stop()
})
