// A real Apache Kafka, assembled from its Maven artifacts: one KRaft node on a free port, and the tool classes of its jars.

import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'

import { cachedAs } from '../suite/cache.ts'
import { execute } from '../suite/command.ts'
import { prepare } from '../suite/missing.ts'
import { startProcess, type RunningProcess } from '../suite/process.ts'

export const kafkaVersion = process.env['KAFKA_VERSION'] ?? '4.2.0'
const here = import.meta.dirname
const startMsMax = 60_000

/** The directory of Kafka's jars, downloaded by Maven when it is not there. */
export function installKafka(): string {
  prepare('java', ['-version'])
  return cachedAs(`kafka-${kafkaVersion}/libs`, directory => {
    const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${directory}`]
    prepare('mvn', ['-q', '-f', join(here, 'pom.xml'), `-Dkafka.version=${kafkaVersion}`, ...copy])
  })
}

/** What to execute for a class of Kafka's jars, such as `org.apache.kafka.tools.TopicCommand`. */
export function javaCommand(
  className: string,
  args: readonly string[],
  { heap = '256M', server = false, classPath = [] as readonly string[] } = {},
): readonly [program: string, args: string[]] {
  // A tool lives for a second: the first compiler and the plain collector start fastest. A broker gets Kafka's own choice.
  const tuning = server ? ['-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'] : ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
  const log = `-Dlog4j2.configurationFile=${join(here, 'log4j2.properties')}`
  const path = [...classPath, join(installKafka(), '*')].join(':')
  return ['java', [`-Xmx${heap}`, ...tuning, '-Djava.awt.headless=true', log, '-cp', path, className, ...args]]
}

export interface KafkaNode extends RunningProcess {
  readonly bootstrap: string
}

/** Beside the plain one and that of the controller, as `listeners` and `listener.security.protocol.map` write them. */
export interface MoreListeners {
  readonly listeners?: string
  readonly protocolMap?: string
}
const joined = (...parts: readonly (string | undefined)[]) => parts.filter(part => part !== undefined).join(',')

/** Writes the settings of one node that is broker and controller, on free ports, and formats its empty `directory`. */
export async function prepareKafka(
  directory: string,
  properties: Readonly<Record<string, string>> = {},
  more: MoreListeners = {},
) {
  const [port, controllerPort] = [await freePort(), await freePort()]
  const bootstrap = `127.0.0.1:${port}`
  const all: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    listeners: joined(`PLAINTEXT://${bootstrap},CONTROLLER://127.0.0.1:${controllerPort}`, more.listeners),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': joined('CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT', more.protocolMap),
    'log.dirs': join(directory, 'data'),
    // One node: internal topics cannot have Kafka's default of three replicas.
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    ...properties,
  }
  const file = join(directory, 'server.properties')
  writeFileSync(
    file,
    Object.entries(all)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
  const format = ['format', '--standalone', '-t', 'MkU3OEVBNTcwNTJENDM2Qk', '-c', file]
  prepare(...javaCommand('kafka.tools.StorageTool', format))
  return { port, bootstrap, file }
}

/** Prepares such a node, and starts it. */
export async function startKafka(
  directory: string,
  properties: Readonly<Record<string, string>> = {},
  more: MoreListeners = {},
) {
  return runKafka(await prepareKafka(directory, properties, more), directory)
}

/** Starts a node that was prepared, for the first time or again; its log is kept in `directory`. */
export async function runKafka(
  { file, bootstrap }: { readonly file: string; readonly bootstrap: string },
  directory: string,
  { heap = '1G' } = {},
): Promise<KafkaNode> {
  const broker = startProcess(...javaCommand('kafka.Kafka', [file], { heap, server: true }), {
    logFile: join(directory, 'kafka.log'),
  })
  try {
    await untilServing(broker, bootstrap)
  } catch (error) {
    await broker.stop()
    throw error
  }
  return { ...broker, bootstrap }
}

/** A KRaft broker opens its port early, and serves when it is unfenced: asked by a tool, as a client would. */
async function untilServing(broker: RunningProcess, bootstrap: string): Promise<void> {
  const tool = javaCommand('org.apache.kafka.tools.BrokerApiVersionsCommand', ['--bootstrap-server', bootstrap])
  const deadline = Date.now() + startMsMax
  while (Date.now() < deadline) {
    if (broker.exited()) throw new Error(`Kafka ended while starting:\n${broker.logTail()}`)
    // Not waited for in one piece: who starts several nodes, or one among clients, has other things to do.
    const { code } = await execute(tool, { waitMs: deadline - Date.now() })
    if (code === 0) return
  }
  throw new Error(`Kafka was not ready within ${startMsMax} ms:\n${broker.logTail()}`)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
