// All metrics of a running platform, from wherever they lie, as Prometheus has them.

import type { MBeans, ProcessWatch, Tags } from '../../base/index.ts'
import { beanFamilies, type BeanSource } from './bean-families.ts'
import { beanPieces } from './bean-page.ts'
import { clusterFamilies, type ObservedCluster } from './cluster-families.ts'
import { noLabels, type MetricFamily } from './metric-family.ts'
import { processFamilies } from './process-families.ts'

/** One value of one metric: 'kafka_server_brokertopicmetrics_bytesin_total' of {topic: 'orders'}. */
export interface Metric {
  readonly name: string
  readonly labels: Tags
  readonly value: number
}

export interface PlatformMetricsOptions {
  readonly cluster: ObservedCluster
  /** Absent: the process is not watched. */
  readonly watch: ProcessWatch | undefined
  readonly severalBrokers: boolean
}

export class PlatformMetrics {
  readonly #options: PlatformMetricsOptions
  readonly #sources: BeanSource[] = []
  constructor(options: PlatformMetricsOptions) {
    this.#options = options
  }
  /** Of one broker. Where there are several, its id tells them apart. */
  add(nodeId: number, beans: MBeans): void {
    this.#sources.push({ beans, labels: this.#options.severalBrokers ? { broker_id: String(nodeId) } : noLabels })
  }
  /** As JSON, with all attributes; `query` as in beanPieces. */
  beans(query?: string): Iterable<string> {
    return beanPieces(this.#sources, query)
  }
  /** Each once, and what belongs to it together. */
  families(): MetricFamily[] {
    const { cluster, watch } = this.#options
    return [
      ...beanFamilies(this.#sources),
      ...clusterFamilies(cluster),
      ...(watch === undefined ? [] : processFamilies(watch)),
    ]
  }
  *values(): Iterable<Metric> {
    for (const family of this.families())
      for (const { suffix, labels, moreLabels, value } of family.samples())
        yield { name: family.name + suffix, labels: { ...labels, ...moreLabels }, value }
  }
}
