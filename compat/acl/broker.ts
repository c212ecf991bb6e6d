// A broker whose clients are known by their names: PLAIN on one listener, and the suite's own on another; ours, or Apache's.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { freePort, prepareKafka, runKafka } from '../kafka/kafka.ts'
import { eventually } from '../suite/case.ts'
import { startProcess } from '../suite/process.ts'

const checkout = join(import.meta.dirname, '../..')
export const users = ['admin', 'alice', 'bob'] as const
export const passwordOf = (user: string) => `${user}-secret`

export interface NamedBroker {
  /** Of the listener that asks for names. */
  readonly bootstrap: string
  readonly stop: () => Promise<void>
}

export async function startNamedBroker(
  which: 'millrace' | 'kafka',
  directory: string,
  more: Readonly<Record<string, string>> = {},
): Promise<NamedBroker> {
  const home = join(directory, which)
  mkdirSync(home, { recursive: true })
  const [direct, named, controller] = [await freePort(), await freePort(), await freePort()]
  const own = `DIRECT://127.0.0.1:${direct},NAMED://127.0.0.1:${named}`
  const jaas = users.map(user => `user_${user}="${passwordOf(user)}"`).join(' ')
  const properties: Record<string, string> = {
    listeners: own,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,DIRECT:PLAINTEXT,NAMED:SASL_PLAINTEXT',
    'inter.broker.listener.name': 'DIRECT',
    'sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.named.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.named.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${jaas};`,
    'group.initial.rebalance.delay.ms': '0',
    'auto.create.topics.enable': 'false',
    ...more,
  }
  const bootstrap = `127.0.0.1:${named}`
  if (which === 'kafka') {
    const prepared = await prepareKafka(home, {
      ...properties,
      listeners: `${own},CONTROLLER://127.0.0.1:${controller}`,
      'controller.quorum.bootstrap.servers': `127.0.0.1:${controller}`,
    })
    const { stop } = await runKafka({ ...prepared, bootstrap: `127.0.0.1:${direct}` }, home)
    return { bootstrap, stop }
  }
  const overrides = Object.entries(properties).flatMap(([key, value]) => ['--override', `${key}=${value}`])
  const up = ['src/cli/main.ts', 'up', '--data', join(home, 'data'), '--format', 'json', '--override', 'node.id=1']
  const broker = startProcess(process.execPath, [...up, ...overrides], {
    cwd: checkout,
    logFile: join(home, 'broker.log'),
  })
  try {
    await eventually('the broker', () => {
      if (broker.exited()) throw new Error(broker.logTail())
      return /^\{"event":"ready"/m.test(broker.logTail())
    })
  } catch (error) {
    await broker.stop()
    throw new Error(broker.logTail(), { cause: error })
  }
  return { bootstrap, stop: broker.stop }
}
