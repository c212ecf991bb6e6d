// MBeans under the names that the JMX exporter gives them with its published rules for Kafka (kafka-2_0_0.yml,
// kafka-kraft-3_0_0.yml, and Strimzi's), which are the names that dashboards ask for:
//
//   kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=a     Count          kafka_server_brokertopicmetrics_bytesin_total{topic="a"}
//   kafka.network:type=RequestMetrics,name=TotalTimeMs,request=Fetch    99thPercentile kafka_network_requestmetrics_totaltimems{request="Fetch",quantile="0.99"}
//   kafka.server:type=ReplicaManager,name=PartitionCount                Value          kafka_server_replicamanager_partitioncount
//   kafka.server:type=socket-server-metrics,listener=L                  request-total  kafka_server_socket_server_metrics_request_total{listener="L"}
//
// Rates are left to whoever reads the counts, as in those rules.

import {
  Histogram,
  quantiles,
  type Bean,
  type Family,
  type MBeans,
  type MBeanTimer,
  type Meter,
  type Tags,
} from '../../base/index.ts'
import { noLabels, type MetricFamily, type MetricSample } from './metric-family.ts'

export interface BeanSource {
  readonly beans: MBeans
  /** Of all its samples: what tells one broker of the process from another. */
  readonly labels: Tags
}
interface Part {
  readonly family: Family
  readonly labels: Tags
}

export function beanFamilies(sources: readonly BeanSource[]): MetricFamily[] {
  const byName = new Map<string, Part[]>()
  for (const { beans, labels } of sources)
    for (const family of beans.families()) {
      const name = `${family.domain}_${family.type}_${family.name}`
      const parts = byName.get(name)
      if (parts === undefined) byName.set(name, [{ family, labels }])
      else parts.push({ family, labels })
    }
  return [...byName.values()].flatMap(familiesOf)
}

function familiesOf(parts: Part[]): MetricFamily[] {
  const [{ family }] = parts as [Part]
  const { kind, name, about: help } = family
  const base = nameOf(family)
  switch (kind) {
    case 'gauge': {
      const gauge = { name: base, type: 'gauge', help, samples: () => readingsOf(parts) } as const
      // The two files of rules differ in what they make of percentages.
      return name.endsWith('Percent') ? [gauge, { ...gauge, name: base.replace(/percent$/, '_percent') }] : [gauge]
    }
    case 'attribute':
    case 'counter':
      return [
        name.endsWith('-total')
          ? { name: base.replace(/_total$/, ''), type: 'counter', help, samples: () => readingsOf(parts, '_total') }
          : { name: base, type: 'gauge', help, samples: () => readingsOf(parts) },
      ]
    case 'meter': {
      const isRate = name.endsWith('PerSec')
      const samples = () =>
        beansOf<Meter>(parts, meter => [{ suffix: isRate ? '_total' : '_count', value: meter.count }])
      // A name that says no rate is counted as a summary is.
      return [{ name: base.replace(/persec$/, ''), type: isRate ? 'counter' : 'summary', help, samples }]
    }
    case 'histogram':
    case 'timer':
      return [{ name: base, type: 'summary', help, samples: () => beansOf<Histogram | MBeanTimer>(parts, summaryOf) }]
  }
}

const nameOf = ({ domain, type, name }: Family): string =>
  `${domain}_${type}_${name}`.toLowerCase().replaceAll(/[^a-z0-9_:]/g, '_')

function* readingsOf(parts: readonly Part[], suffix = ''): Iterable<MetricSample> {
  for (const { family, labels: moreLabels } of parts)
    for (const { tags: labels, value } of family.readings()) yield { suffix, labels, moreLabels, value }
}
interface Value {
  readonly suffix: string
  readonly quantile?: Tags
  readonly value: number
}
function* beansOf<I extends Bean['instrument']>(
  parts: readonly Part[],
  valuesOf: (instrument: I) => Iterable<Value>,
): Iterable<MetricSample> {
  for (const { family, labels } of parts)
    for (const { tags, instrument } of family.beans.values())
      // The kind of the family is that of its instruments.
      for (const { suffix, quantile, value } of valuesOf(instrument as I))
        yield { suffix, labels: tags, moreLabels: quantile === undefined ? labels : { ...labels, ...quantile }, value }
}
const quantileLabels: readonly Tags[] = quantiles.map(quantile => ({ quantile: String(quantile).padEnd(4, '0') }))
function* summaryOf(instrument: Histogram | MBeanTimer): Iterable<Value> {
  const histogram = instrument instanceof Histogram ? instrument : instrument.histogram
  const { percentiles } = histogram.snapshot()
  for (const [at, value] of percentiles.entries()) yield { suffix: '', quantile: quantileLabels[at] ?? noLabels, value }
  yield { suffix: '_sum', value: histogram.sum }
  yield { suffix: '_count', value: histogram.count }
}
