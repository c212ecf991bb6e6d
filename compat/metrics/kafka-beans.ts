// The beans of an Apache Kafka, by the JMX exporter in its JVM: domain, type, name, tags and attributes, as they are.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { freePort, javaCommand, prepareKafka } from '../kafka/kafka.ts'
import { cached } from '../suite/cache.ts'
import { eventually } from '../suite/case.ts'
import { prepare } from '../suite/missing.ts'
import { startProcess } from '../suite/process.ts'

/** By 'kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=a Count'. */
export type BeanValues = ReadonlyMap<string, number>
export interface BeanBroker {
  readonly bootstrap: string
  beans(): Promise<BeanValues>
  stop(): Promise<void>
}
const startMsMax = 90_000

/** Every attribute becomes one sample, whose labels say which. */
const rules = {
  rules: [
    {
      pattern: String.raw`(kafka[\w.]+)<(.+)><>([\w-]+)`,
      name: 'bean',
      labels: { domain: '$1', properties: '$2', attribute: '$3' },
    },
  ],
}

export async function startKafkaWithBeans(
  directory: string,
  properties: Readonly<Record<string, string>>,
): Promise<BeanBroker> {
  const pom = join(import.meta.dirname, 'pom.xml')
  const jars = cached('compat-jmx-exporter', [pom], target => {
    prepare('mvn', ['-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${target}`])
  })
  const agent = join(
    jars,
    readdirSync(jars).find(name => name.endsWith('.jar'))!,
  )
  mkdirSync(directory, { recursive: true })
  const config = join(directory, 'jmx.yml'),
    port = await freePort()
  writeFileSync(config, JSON.stringify(rules))
  const { file, bootstrap } = await prepareKafka(directory, properties)
  const [java, args] = javaCommand('kafka.Kafka', [file], { heap: '512M', server: true })
  const running = startProcess(java, [`-javaagent:${agent}=127.0.0.1:${port}:${config}`, ...args], {
    logFile: join(directory, 'kafka.log'),
  })
  const beans = async () => valuesIn(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text())
  const isServing = async () => {
    if (running.exited()) throw new Error(running.logTail())
    return (await beans()).get('kafka.server:type=KafkaServer,name=BrokerState Value') === 3
  }
  await eventually('Apache Kafka', isServing, startMsMax)
  return { bootstrap, beans, stop: () => running.stop() }
}
function valuesIn(text: string): BeanValues {
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, labels, value] = /^bean\{(.*)\} (\S+)$/.exec(line) ?? []
    if (labels === undefined) continue
    const { domain, properties, attribute } = Object.fromEntries(
      [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, text]) => [name, text]),
    ) as Record<string, string>
    values.set(`${domain}:${properties!.replaceAll(', ', ',')} ${attribute}`, Number(value))
  }
  return values
}

/** The same of ours, from /jmx. */
export async function ourBeans(http: string): Promise<BeanValues> {
  const { beans } = (await (await fetch(`http://${http}/jmx?qry=kafka`)).json()) as {
    readonly beans: readonly (Readonly<Record<string, number>> & { readonly name: string })[]
  }
  return new Map(
    beans.flatMap(({ name, ...attributes }) =>
      Object.entries(attributes).map(([attribute, value]) => [`${name} ${attribute}`, value] as const),
    ),
  )
}
