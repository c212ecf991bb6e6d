// The beans of all brokers as JSON, with all of their attributes, the moving rates among them: for a look without Prometheus, and
// for what reads JMX over HTTP. The form is that of the /jmx of Hadoop's servers:
//
//   { "beans": [ { "name": "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=a", "Count": 7, "OneMinuteRate": 0.1, … } ] }

import type { MBeans, Tags } from '../../base/index.ts'
import type { BeanSource } from './bean-families.ts'
import { inPieces } from './pieces.ts'

/** `query` is the beginning of the names that are asked for; '*' at its end says so, too. */
export function beanPieces(sources: readonly BeanSource[], query = ''): Iterable<string> {
  return inPieces(partsOf(sources, query))
}
function* partsOf(sources: readonly BeanSource[], query: string): Iterable<string> {
  const beginning = query.replace(/\*$/, '')
  let separator = '{"beans":[\n'
  for (const { beans, labels } of sources)
    for (const [name, attributes] of namedBeans(beans)) {
      if (!name.startsWith(beginning)) continue
      yield `${separator}${JSON.stringify({ name, ...labels, ...attributes })}`
      separator = ',\n'
    }
  yield separator.startsWith('{') ? `${separator}]}\n` : '\n]}\n'
}

type Attributes = Record<string, number>
/** What is one attribute of its own each is gathered in one bean, as Kafka has it. */
function* namedBeans(beans: MBeans): Iterable<readonly [name: string, Attributes]> {
  const gathered = new Map<string, Attributes>()
  for (const family of beans.families()) {
    const { domain, type, kind, name } = family
    if (kind === 'attribute' || kind === 'counter') {
      for (const { tags, value } of family.readings()) {
        const bean = objectName(domain, { type, ...tags })
        const attributes = gathered.get(bean) ?? {}
        attributes[name] = value
        gathered.set(bean, attributes)
      }
    } else if (kind === 'gauge') {
      for (const { tags, value } of family.readings())
        yield [objectName(domain, { type, name, ...tags }), { Value: value }]
    } else
      for (const bean of family.beans.values())
        yield [objectName(domain, { type, name, ...bean.tags }), { ...beans.attributesOf(bean) }]
  }
  yield* gathered
}
function objectName(domain: string, properties: Tags): string {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${quoted(value)}`)
  return `${domain}:${pairs.join(',')}`
}
/** JMX takes some characters in quotes only. */
const quoted = (value: string): string =>
  /[,=:"*?\n\\]/.test(value) ? `"${value.replaceAll(/["*?\\]/g, '\\$&').replaceAll('\n', '\\n')}"` : value
