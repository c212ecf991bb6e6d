// All metrics for a MeterProvider of OpenTelemetry that the user brings: its API by shape, so that nobody who does not use it
// has it.

import { packageVersion } from '../../base/index.ts'
import type { MetricFamily, MetricSample } from './metric-family.ts'
import type { PlatformMetrics } from './platform-metrics.ts'

type Attributes = Record<string, string>
interface Options {
  readonly description: string
}
/** What `createObservableGauge` and `createObservableCounter` give: only handed back. */
export type ObservableLike = object
interface BatchResultLike {
  observe(metric: any, value: number, attributes?: Attributes): void
}
type BatchCallback = (result: BatchResultLike) => void
/** Of @opentelemetry/api's Meter, what is used. */
export interface MeterLike {
  createObservableCounter(name: string, options: Options): ObservableLike
  createObservableGauge(name: string, options: Options): ObservableLike
  addBatchObservableCallback(callback: BatchCallback, observables: any[]): void
  removeBatchObservableCallback(callback: BatchCallback, observables: any[]): void
}
export interface MeterProviderLike {
  getMeter(name: string, version?: string): MeterLike
}

/**
 * Has the provider's readers find all metrics, under the names that /metrics has (counters without `_total`; of a summary
 * `…_count` and `…_sum` are counters, and the quantiles a gauge). What it returns ends that.
 *
 *     const stop = exportMetrics(platform.metrics, new MeterProvider({ readers: [reader] }))
 */
export function exportMetrics(metrics: PlatformMetrics, provider: MeterProviderLike): () => void {
  const meter = provider.getMeter('millrace', packageVersion())
  const observables = new Map<string, ObservableLike>()
  for (const family of metrics.families())
    for (const { name, kind } of instrumentsOf(family)) {
      const options = { description: family.help }
      const observable =
        kind === 'counter' ? meter.createObservableCounter(name, options) : meter.createObservableGauge(name, options)
      observables.set(name, observable)
    }
  const all = [...observables.values()]
  const observe: BatchCallback = result => {
    for (const family of metrics.families())
      for (const sample of family.samples()) {
        const { labels, moreLabels, value } = sample
        const observable = observables.get(nameOf(family, sample))
        // All are declared when brokers start; an observable that came later would be known to no callback.
        if (observable !== undefined) result.observe(observable, value, { ...labels, ...moreLabels })
      }
  }
  meter.addBatchObservableCallback(observe, all)
  return () => meter.removeBatchObservableCallback(observe, all)
}

function instrumentsOf({ name, type }: MetricFamily): readonly { name: string; kind: 'counter' | 'gauge' }[] {
  if (type !== 'summary') return [{ name, kind: type }]
  return [
    { name, kind: 'gauge' },
    { name: `${name}_count`, kind: 'counter' },
    { name: `${name}_sum`, kind: 'counter' },
  ]
}
function nameOf({ name, type }: MetricFamily, { suffix }: MetricSample): string {
  return type === 'summary' ? name + suffix : name
}
