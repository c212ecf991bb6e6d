// The scripts of the container, laid out in a directory, as the images of Kafka are started: by themselves, by a mounted
// configuration, and by the Kafka modules of Testcontainers, whose starter scripts stand here as they write them.

import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, suite, test } from 'node:test'

import { createClient } from '../client/index.ts'

const checkout = new URL('../../', import.meta.url).pathname
const bash = spawnSync('bash', ['--version']).status === 0

/** What all modules give: KAFKA_LISTENERS as in the container, on ports that are free here. */
const common = {
  KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'BROKER:PLAINTEXT,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  KAFKA_INTER_BROKER_LISTENER_NAME: 'BROKER',
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '1',
  KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
  KAFKA_LOG_FLUSH_INTERVAL_MESSAGES: '9223372036854775807',
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
}
const kraft = {
  KAFKA_NODE_ID: '1',
  KAFKA_PROCESS_ROLES: 'broker,controller',
  KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
  KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9094',
}
const clusterId = '4L6g3nShT-eMCtK--X86sw'

interface Module {
  readonly name: string
  readonly environment: Readonly<Record<string, string>>
  /** Without it the image starts by itself. `advertised` is what the module has found out about the container. */
  readonly script?: (advertised: string) => string
  readonly waitsFor: RegExp
  readonly clusterId?: string
  readonly users?: readonly string[]
}
const modules: readonly Module[] = [
  {
    name: 'Testcontainers for Java, KafkaContainer of apache/kafka',
    environment: { ...common, ...kraft, CLUSTER_ID: clusterId },
    script: advertised => `#!/bin/bash\nexport KAFKA_ADVERTISED_LISTENERS=${advertised}\n/etc/kafka/docker/run \n`,
    waitsFor: /.*Transitioning from RECOVERY to RUNNING.*/,
    clusterId,
  },
  {
    name: 'Testcontainers for Go, a random cluster id by kafka-storage',
    environment: {
      ...common,
      ...kraft,
      KAFKA_BROKER_ID: '1',
      KAFKA_REST_BOOTSTRAP_SERVERS: 'PLAINTEXT://0.0.0.0:9093',
    },
    script: advertised =>
      [
        '#!/bin/bash',
        'source /etc/confluent/docker/bash-config',
        `export KAFKA_ADVERTISED_LISTENERS="${advertised}\${EXTRA_ADVERTISED_LISTENERS:+,\${EXTRA_ADVERTISED_LISTENERS}}"`,
        'echo Starting Kafka KRaft mode',
        "sed -i '/KAFKA_ZOOKEEPER_CONNECT/d' /etc/confluent/docker/configure",
        `echo 'kafka-storage format --ignore-formatted -t "$(kafka-storage random-uuid)" -c /etc/kafka/kafka.properties' >> /etc/confluent/docker/configure`,
        "echo '' > /etc/confluent/docker/ensure",
        '/etc/confluent/docker/configure',
        '/etc/confluent/docker/launch',
      ].join('\n'),
    waitsFor: /.*Transitioning from RECOVERY to RUNNING.*/,
  },
  {
    name: 'Testcontainers for Node, confluentinc/cp-kafka with KRaft and a user of SCRAM',
    environment: {
      ...common,
      ...kraft,
      KAFKA_BROKER_ID: '1',
      // As a block of a compose file has it.
      CLUSTER_ID: `${clusterId}\n`,
      KAFKA_CONFLUENT_SUPPORT_METRICS_ENABLE: 'false',
    },
    script: advertised => `#!/bin/bash\nexport KAFKA_ADVERTISED_LISTENERS=${advertised}\n/etc/confluent/docker/run \n`,
    waitsFor: /Kafka Server started/,
    clusterId,
  },
  {
    name: 'Testcontainers for Python, confluentinc/cp-kafka with its own ZooKeeper',
    environment: { ...common, KAFKA_BROKER_ID: '1' },
    script: advertised =>
      [
        "echo 'clientPort=2181' > zookeeper.properties",
        'zookeeper-server-start zookeeper.properties &',
        "export KAFKA_ZOOKEEPER_CONNECT='localhost:2181'",
        `export KAFKA_ADVERTISED_LISTENERS=${advertised}`,
        '. /etc/confluent/docker/bash-config',
        '/etc/confluent/docker/configure',
        '/etc/confluent/docker/launch',
      ].join('\n'),
    waitsFor: /.*\[KafkaServer id=\d+\] started.*/,
  },
]

suite('the container', { skip: bash ? false : 'the scripts of the container are for bash' }, () => {
  let root: string
  const running: ChildProcess[] = []
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'millrace-container-'))
    const installed = spawnSync('bash', [join(checkout, 'docker/install'), root], { encoding: 'utf8' })
    assert.equal(installed.status, 0, installed.stderr)
    const millrace = `#!/usr/bin/env bash\nexec '${process.execPath}' '${checkout}src/cli/main.ts' "$@" --http off\n`
    writeFileSync(join(root, 'usr/local/bin/millrace'), millrace, { mode: 0o755 })
  })
  after(() => {
    for (const child of running)
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        // It has ended.
      }
    rmSync(root, { recursive: true, force: true })
  })

  /** Runs a script with the container's paths below `root`, until a line comes that it is waited for. */
  async function start(
    script: string,
    environment: Readonly<Record<string, string>>,
    waitsFor: RegExp,
  ): Promise<{ readonly child: ChildProcess; readonly lines: readonly string[] }> {
    const place = mkdtempSync(join(root, 'run-'))
    const file = join(place, 'start.sh')
    writeFileSync(file, script.replaceAll(/(?<![\w.])\/etc\//g, `${root}/etc/`), { mode: 0o777 })
    const child = spawn('bash', [file], {
      cwd: place,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its own group: what the script has started ends with it.
      detached: true,
      env: {
        PATH: `${root}/usr/local/bin:${join(process.execPath, '..')}:${process.env['PATH']}`,
        HOME: place,
        TMPDIR: place,
        MILLRACE_SHARED_CONFIG: join(place, 'config'),
        KAFKA_LOG_DIRS: join(place, 'data'),
        ...environment,
      },
    })
    running.push(child)
    const lines: string[] = []
    child.stderr.on('data', (chunk: Buffer) => lines.push(String(chunk)))
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line)
      if (waitsFor.test(line)) return { child, lines }
    }
    return assert.fail(`it ended before ${waitsFor}:\n${lines.join('\n')}`)
  }
  async function stop(child: ChildProcess): Promise<void> {
    process.kill(-child.pid!, 'SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  const producesAt = async (bootstrap: string) => {
    await using client = createClient({ bootstrap, retryTimeoutMs: 5_000 })
    const { offset } = await client.producer().send({ topic: 'orders', value: 'v' })
    assert.equal(offset, 0)
    const users = (await client.admin.users.describe()).map(({ user }) => user)
    return { users, ...(await client.admin.cluster.describe()) }
  }

  for (const { name, environment, script, waitsFor, clusterId, users = [] } of modules)
    test(`${name} starts it, and clients come by the advertised listener`, async () => {
      const [own, broker, controller] = await freePorts(3)
      const advertised = `PLAINTEXT://127.0.0.1:${own},BROKER://127.0.0.1:${broker}`
      const listeners = `PLAINTEXT://127.0.0.1:${own},BROKER://127.0.0.1:${broker}`
      const KAFKA_LISTENERS =
        'KAFKA_PROCESS_ROLES' in environment ? `${listeners},CONTROLLER://127.0.0.1:${controller}` : listeners
      const { child } = await start(script!(advertised), { ...environment, KAFKA_LISTENERS }, waitsFor)
      const cluster = await producesAt(`127.0.0.1:${own}`)
      if (clusterId !== undefined) assert.equal(cluster.clusterId, clusterId)
      assert.deepEqual(cluster.users, users)
      await stop(child)
    })

  test('the image by itself listens where KAFKA_ADVERTISED_LISTENERS says, and a mounted file is weaker than variables', async () => {
    const [own] = await freePorts(1)
    const run = '#!/bin/bash\nexec /etc/kafka/docker/run\n'
    const alone = await start(
      run,
      { KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${own}` },
      /Kafka Server started/,
    )
    await producesAt(`127.0.0.1:${own}`)
    await stop(alone.child)
    const config = mkdtempSync(join(root, 'config-'))
    writeFileSync(
      join(config, 'server.properties'),
      `listeners=PLAINTEXT://127.0.0.1:${own}\nnum.partitions=2\nnode.id=5\ncluster.notes=x\n`,
    )
    const mounted = await start(
      run,
      { MILLRACE_SHARED_CONFIG: config, KAFKA_NUM_PARTITIONS: '4' },
      /Kafka Server started/,
    )
    await using client = createClient({ bootstrap: `127.0.0.1:${own}` })
    assert.deepEqual(
      (await client.admin.topics.create([{ name: 'four' }])).map(({ partitions }) => partitions),
      [4],
    )
    assert.deepEqual(
      (await client.admin.requests.brokers()).map(({ nodeId }) => nodeId),
      [5],
    )
    await stop(mounted.child)
  })

  // oxfmt-ignore
  const refused: readonly [what: string, environment: Readonly<Record<string, string>>, says: RegExp][] = [
    ['a controller of its own',        { KAFKA_PROCESS_ROLES: 'controller' },                               /a controller of its own does nothing/],
    ['a cluster of several containers', { KAFKA_CONTROLLER_QUORUM_VOTERS: '1@a:9093,2@b:9093,3@c:9093' },   /containers do not join to a cluster/],
    ['a secret that is not there',     { KAFKA_SSL_KEY_CREDENTIALS: 'key.txt', MILLRACE_SECRETS: '/nowhere' }, /KAFKA_SSL_KEY_CREDENTIALS names \/nowhere\/key\.txt/],
    ['a number of brokers that is none', { MILLRACE_BROKERS: '-3' },                                        /--brokers takes a whole number from 1/],
    ['a cluster id that is none',      { CLUSTER_ID: 'a b', KAFKA_LISTENERS: 'PLAINTEXT://127.0.0.1:0' },   /'a b' is no cluster id/],
  ]
  for (const [what, environment, says] of refused)
    test(`${what} is refused with the reason`, () => {
      const place = mkdtempSync(join(root, 'refused-'))
      const { status, stderr } = spawnSync('bash', [join(root, 'etc/kafka/docker/run')], {
        encoding: 'utf8',
        timeout: 30_000,
        env: {
          PATH: `${root}/usr/local/bin:${process.env['PATH']}`,
          MILLRACE_SHARED_CONFIG: place,
          KAFKA_LOG_DIRS: join(place, 'data'),
          TMPDIR: place,
          ...environment,
        },
      })
      assert.equal(status, 1)
      assert.match(stderr, says)
    })
})

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  for (const server of servers) server.close()
  return ports
}
