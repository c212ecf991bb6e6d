// Records what other people's clients say to a real Apache Kafka, and what it answers: src/protocol/golden/<client>.txt.
//
//   node compat/golden/record.ts [--data DIR] [client ...]
//
// Starts Kafka with a plain and a SASL listener, each behind a proxy that notes the frames; runs one exercise a client
// (clients/), which calls all that the client has; keeps, of each API and version, the smallest exchange and the largest
// that is not too large. In the end it keeps some of each type of record in the internal topics. Wants Java, Maven,
// Python, Go and kcat: what the clients asked for need.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { apis } from '../../src/protocol/index.ts'
import { installKafka, javaCommand, kafkaVersion } from '../kafka/kafka.ts'
import { cachedAs } from '../suite/cache.ts'
import { prepare } from '../suite/missing.ts'
import { startProcess } from '../suite/process.ts'
import { RecordingProxy, type Exchange } from './recording-proxy.ts'

const here = import.meta.dirname
const golden = join(here, '../../src/protocol/golden')
/** Of an exchange that is kept beside the first one of its API and version. */
const sizeMax = 3000
/** The broker listens on these, and advertises the proxies 100 above. */
const ports = { plain: 29392, controller: 29393, sasl: 29394 }
const proxied = (port: number) => port + 100
const bootstrap = `127.0.0.1:${proxied(ports.plain)}`,
  saslBootstrap = `127.0.0.1:${proxied(ports.sasl)}`

interface Client {
  /** With its version, as it names itself in the file. */
  readonly name: () => string
  readonly command: () => readonly [program: string, args: readonly string[]]
}
const versionOf = (packageName: string) =>
  (
    JSON.parse(readFileSync(join(here, `../../node_modules/${packageName}/package.json`), 'utf8')) as {
      version: string
    }
  ).version
const script = (file: string) => join(here, 'clients', file)

const clients: Record<string, Client> = {
  kafkajs: {
    name: () => `kafkajs ${versionOf('kafkajs')}`,
    command: () => [process.execPath, [script('kafkajs.ts'), bootstrap, saslBootstrap]],
  },
  platformatic: {
    name: () => `@platformatic/kafka ${versionOf('@platformatic/kafka')}`,
    command: () => [process.execPath, [script('platformatic.ts'), bootstrap, saslBootstrap]],
  },
  java: {
    name: () => `kafka-clients ${kafkaVersion} (Java)`,
    command: () => javaCommand(script('Exercise.java'), [bootstrap, saslBootstrap]),
  },
  librdkafka: {
    name: () => `confluent-kafka ${pythonPackage('confluent-kafka')} (librdkafka)`,
    command: () => [join(python(), 'bin/python'), [script('confluent.py'), bootstrap, saslBootstrap]],
  },
  'kafka-python': {
    name: () => `kafka-python ${pythonPackage('kafka-python')}`,
    command: () => [join(python(), 'bin/python'), [script('kafka-python.py'), bootstrap, saslBootstrap]],
  },
  kcat: {
    name: () => /^Version.*$/m.exec(prepare('kcat', ['-V']))?.[0] ?? 'kcat',
    command: () => ['sh', [script('kcat.sh'), bootstrap]],
  },
  'franz-go': {
    name: () => `franz-go ${/franz-go (v\S+)/.exec(readFileSync(script('franz-go/go.mod'), 'utf8'))?.[1]}`,
    command: () => ['go', ['run', '-C', script('franz-go'), '.', bootstrap, saslBootstrap]],
  },
}

function python(): string {
  return cachedAs('golden-python', directory => {
    prepare('python3', ['-m', 'venv', directory])
    prepare(join(directory, 'bin/python'), ['-m', 'pip', 'install', '-q', '-r', script('requirements.txt')])
  })
}
function pythonPackage(name: string): string {
  return /^Version: (.*)$/m.exec(prepare(join(python(), 'bin/python'), ['-m', 'pip', 'show', name]))?.[1] ?? 'unknown'
}

const { values, positionals } = parseArgs({ options: { data: { type: 'string' } }, allowPositionals: true })
const data = values.data ?? mkdtempSync(join(tmpdir(), 'golden-'))
mkdirSync(data, { recursive: true })
mkdirSync(golden, { recursive: true })

const proxies = [ports.plain, ports.sasl].map(port => new RecordingProxy(port))
await proxies[0]!.listen(proxied(ports.plain))
await proxies[1]!.listen(proxied(ports.sasl))
const broker = startBroker(data)
try {
  await untilServing()
  for (const name of positionals.length > 0 ? positionals : Object.keys(clients)) {
    const client = clients[name]
    if (client === undefined) throw new Error(`no client ${name}; there are ${Object.keys(clients).join(', ')}`)
    const version = client.name()
    for (const proxy of proxies) proxy.take()
    const exitCode = await exitCodeOf(...client.command(), 'inherit')
    const kept = choose(proxies.flatMap(proxy => proxy.take()))
    writeFileSync(join(golden, `${name}.txt`), print(version, kept))
    console.log(
      `${version}: ${kept.length} exchanges kept${exitCode === 0 ? '' : `, though it ended with ${exitCode}`}`,
    )
  }
  const records = chooseRecords(await outputOf(...javaCommand(script('InternalTopics.java'), [bootstrap])))
  writeFileSync(
    join(golden, 'internal-topics.records'),
    `# Apache Kafka ${kafkaVersion}: topic, key, value\n${records.join('\n')}\n`,
  )
  console.log(`${records.length} records of internal topics kept`)
} finally {
  await broker.stop()
  for (const proxy of proxies) proxy.close()
  if (values.data === undefined) rmSync(data, { recursive: true, force: true })
}
process.exit()

function choose(exchanges: readonly Exchange[]): Exchange[] {
  const kinds = Map.groupBy(exchanges, ({ apiKey, version }) => apiKey * 1000 + version)
  return [...kinds.values()]
    .flatMap(same => {
      const size = ({ request, response }: Exchange) => request.length + (response?.length ?? 0)
      const fitting = same.filter(exchange => size(exchange) <= sizeMax).toSorted((a, b) => size(b) - size(a))
      return [...new Set([fitting.length > 0 ? fitting.at(-1)! : same[0]!, ...fitting.slice(0, 1)])]
    })
    .toSorted((a, b) => a.apiKey - b.apiKey || a.version - b.version)
}
/** Of each type of record, and version of its value: the shortest and the longest. */
function chooseRecords(lines: readonly string[]): string[] {
  const kinds = Map.groupBy(lines, line => {
    const [topic, key, value] = line.split(' ') as [string, string, string]
    return `${topic} ${key.slice(0, 4)} ${value.slice(0, 4)}`
  })
  return [...kinds.values()].flatMap(same => {
    const sorted = same.toSorted((a, b) => a.length - b.length)
    return [...new Set([sorted[0]!, sorted.at(-1)!])]
  })
}
function print(client: string, exchanges: readonly Exchange[]): string {
  const lines = exchanges.flatMap(({ apiKey, version, request, response }) => [
    '',
    `# ${apis.get(apiKey)?.name ?? apiKey} v${version}`,
    `> ${request.toString('hex')}`,
    ...(response ? [`< ${response.toString('hex')}`] : []),
  ])
  return [`# ${client} to Apache Kafka ${kafkaVersion}; > request, < response`, ...lines, ''].join('\n')
}

function startBroker(directory: string) {
  installKafka()
  const plainLogin = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="alice-secret";'
  const scramLogin = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${ports.controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.plain},SASL://127.0.0.1:${ports.sasl},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://${bootstrap},SASL://${saslBootstrap}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256',
    'listener.name.sasl.plain.sasl.jaas.config': plainLogin,
    'listener.name.sasl.scram-sha-256.sasl.jaas.config': scramLogin,
    'connections.max.reauth.ms': 3_600_000,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS;User:alice',
    'allow.everyone.if.no.acl.found': true,
    'delegation.token.secret.key': 'a-secret-for-tokens',
    'log.dirs': join(directory, 'data'),
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
  }
  const file = join(directory, 'server.properties')
  writeFileSync(
    file,
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
  prepare(
    ...javaCommand('kafka.tools.StorageTool', ['format', '--standalone', '-t', 'MkU3OEVBNTcwNTJENDM2Qk', '-c', file]),
  )
  return startProcess(...javaCommand('kafka.Kafka', [file], { heap: '1G', server: true }), {
    logFile: join(directory, 'kafka.log'),
  })
}
/** KRaft opens the port early: serving is when a tool gets its answers. Not waited for in one call: the proxies work here. */
async function untilServing(): Promise<void> {
  const tool = javaCommand('org.apache.kafka.tools.BrokerApiVersionsCommand', ['--bootstrap-server', bootstrap])
  for (let attempt = 1; (await exitCodeOf(...tool, 'ignore')) !== 0; attempt++)
    if (attempt === 5 || broker.exited()) throw new Error(`Kafka did not start:\n${broker.logTail()}`)
}
async function exitCodeOf(
  program: string,
  args: readonly string[],
  stdio: 'inherit' | 'ignore',
): Promise<number | null> {
  const [code] = (await once(spawn(program, args, { stdio }), 'exit')) as [number | null]
  return code
}
async function outputOf(program: string, args: readonly string[]): Promise<string[]> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const chunks = await child.stdout.toArray()
  return Buffer.concat(chunks as Buffer[])
    .toString()
    .split('\n')
    .filter(line => line.startsWith('__'))
}
