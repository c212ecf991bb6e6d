// Prometheus's text format (0.0.4), and OpenMetrics (1.0.0) for who asks for it.

import type { Tags } from '../../base/index.ts'
import type { MetricFamily } from './metric-family.ts'
import { inPieces } from './pieces.ts'

export interface TextFormat {
  readonly contentType: string
  readonly isOpenMetrics: boolean
}
const prometheus: TextFormat = { contentType: 'text/plain; version=0.0.4; charset=utf-8', isOpenMetrics: false }
const openMetrics: TextFormat = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  isOpenMetrics: true,
}
/** What the header Accept of a request asks for. */
export function formatFor(accept: string): TextFormat {
  return /\bapplication\/openmetrics-text\b/.test(accept) ? openMetrics : prometheus
}

export function textPieces(families: Iterable<MetricFamily>, format: TextFormat): Iterable<string> {
  return inPieces(linesOf(families, format))
}
function* linesOf(families: Iterable<MetricFamily>, { isOpenMetrics }: TextFormat): Iterable<string> {
  for (const family of families) {
    let isFirst = true
    for (const { suffix, labels, moreLabels, value } of family.samples()) {
      // What has no samples is not there.
      if (isFirst) yield headOf(family, isOpenMetrics)
      isFirst = false
      yield `${family.name}${suffix}${labelsText(labels, moreLabels)} ${numberText(value)}\n`
    }
  }
  if (isOpenMetrics) yield '# EOF\n'
}
function headOf({ name, type, help }: MetricFamily, isOpenMetrics: boolean): string {
  // The older format knows a counter by the name of its sample.
  const told = type === 'counter' && !isOpenMetrics ? `${name}_total` : name
  const text = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return `# HELP ${told} ${isOpenMetrics ? text.replaceAll('"', '\\"') : text}.\n# TYPE ${told} ${type}\n`
}
function labelsText(labels: Tags, moreLabels: Tags): string {
  const one = pairsText(labels),
    other = pairsText(moreLabels)
  if (one === '' && other === '') return ''
  return one === '' ? `{${other}}` : other === '' ? `{${one}}` : `{${one},${other}}`
}
/** Labels of what comes by the thousand are the same objects each time. */
const pairsTexts = new WeakMap<Tags, string>()
function pairsText(labels: Tags): string {
  let text = pairsTexts.get(labels)
  if (text === undefined) {
    const pairs = Object.entries(labels).map(([name, value]) => `${labelName(name)}="${escaped(value)}"`)
    pairsTexts.set(labels, (text = pairs.join(',')))
  }
  return text
}
const labelName = (name: string): string => name.replaceAll(/[^a-zA-Z0-9_]/g, '_')
const escaped = (value: string): string =>
  /["\\\n]/.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : value
function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}
