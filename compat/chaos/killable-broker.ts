// A broker that is a process of its own, can be killed with -9 and started again on its data: ours from the checkout, or
// Apache Kafka. Clients find it through a proxy where there is one; the suite itself goes to it directly.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { freePort, prepareKafka, runKafka } from '../kafka/kafka.ts'
import { eventually } from '../suite/case.ts'
import { startProcess, type RunningProcess } from '../suite/process.ts'

const checkout = join(import.meta.dirname, '../..')

export interface KillableBrokerOptions {
  /** 'millrace' or 'kafka'. */
  readonly which: string
  /** For its data and its logs. */
  readonly directory: string
  /** Where it tells clients to come to, instead of its own port. */
  readonly proxyPort?: number | undefined
  readonly properties?: Readonly<Record<string, string>>
}

export interface KillableBroker {
  /** Its own address, for the suite and for the proxy. */
  readonly port: number
  readonly bootstrap: string
  /** Kills it, and resolves when it serves again. */
  crash(): Promise<void>
  stop(): Promise<void>
}

/** A group forms at once, its members are heard of often, and a producer's end that nobody tells is noticed soon. */
export const quickProperties = {
  'group.initial.rebalance.delay.ms': '0',
  'group.consumer.min.session.timeout.ms': '6000',
  'group.consumer.session.timeout.ms': '6000',
  'group.consumer.min.heartbeat.interval.ms': '500',
  'group.consumer.heartbeat.interval.ms': '500',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500',
}

export async function startKillableBroker(options: KillableBrokerOptions): Promise<KillableBroker> {
  const { which, directory, proxyPort } = options
  const home = join(directory, 'broker')
  mkdirSync(home, { recursive: true })
  // The suite comes by DIRECT, and so does the broker to itself; clients by PLAINTEXT, which is told as the proxy's place.
  const port = await freePort()
  const direct = `127.0.0.1:${port}`
  const toldPort = await freePort()
  const properties: Record<string, string> = {
    ...quickProperties,
    ...options.properties,
    listeners: `DIRECT://${direct},PLAINTEXT://127.0.0.1:${toldPort}`,
    'advertised.listeners': `DIRECT://${direct},PLAINTEXT://127.0.0.1:${proxyPort ?? toldPort}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,DIRECT:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'inter.broker.listener.name': 'DIRECT',
  }
  const start = which === 'kafka' ? await kafka(home, direct, properties) : millrace(home, properties)
  let broker = await start()
  return {
    port: toldPort,
    bootstrap: direct,
    async crash() {
      process.kill(broker.pid, 'SIGKILL')
      await eventually('the broker is dead', () => broker.exited())
      broker = await start()
    },
    stop: () => broker.stop(),
  }
}

type Start = () => Promise<RunningProcess>

function millrace(home: string, properties: Readonly<Record<string, string>>): Start {
  const overrides = Object.entries(properties).flatMap(([key, value]) => ['--override', `${key}=${value}`])
  const up = ['src/cli/main.ts', 'up', '--data', join(home, 'data'), '--format', 'json', ...overrides]
  let starts = 0
  return async () => {
    const logFile = join(home, `broker-${++starts}.log`)
    const broker = startProcess(process.execPath, up, { cwd: checkout, logFile })
    await eventually('the broker is ready', () => {
      if (broker.exited()) throw new Error(broker.logTail())
      return broker.logTail().includes('"event":"ready"')
    })
    return broker
  }
}

async function kafka(home: string, bootstrap: string, properties: Readonly<Record<string, string>>): Promise<Start> {
  const controller = await freePort()
  const { file } = await prepareKafka(home, {
    ...properties,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controller}`,
    listeners: `${properties['listeners']},CONTROLLER://127.0.0.1:${controller}`,
    // Killed brokers count as alive until their session ends; one node waits for nobody else.
    'broker.session.timeout.ms': '6000',
  })
  return () => runKafka({ file, bootstrap }, home)
}
