// A metric as Prometheus has it: one name, one type, and a sample for each set of labels.

import type { Tags } from '../../base/index.ts'

export interface MetricSample {
  /** Behind the name: '', '_total', '_count', '_sum'. */
  readonly suffix: string
  readonly labels: Tags
  /** More of them, which many samples share. */
  readonly moreLabels: Tags
  readonly value: number
}
export interface MetricFamily {
  /** Of counters without '_total'. */
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'summary'
  /** A sentence without a full stop. */
  readonly help: string
  /** Made when they are asked for: there may be very many. */
  samples(): Iterable<MetricSample>
}

export const noLabels: Tags = {}

/** Of numbers that have no labels, or their own. */
export function familyOf(
  { name, type, help }: Pick<MetricFamily, 'name' | 'type' | 'help'>,
  readings: () => Iterable<readonly [value: number, labels?: Tags]>,
): MetricFamily {
  const suffix = type === 'counter' ? '_total' : ''
  return {
    name,
    type,
    help,
    *samples() {
      for (const [value, labels = noLabels] of readings()) yield { suffix, labels, moreLabels: noLabels, value }
    },
  }
}
