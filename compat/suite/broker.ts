// The broker under test: ours from the checkout, a real Apache Kafka, or whichever answers at an address.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { freePort, startKafka } from '../kafka/kafka.ts'
import { Missing } from './missing.ts'
import { startProcess } from './process.ts'
import { makeUsers, prepareSecurity, type Security } from './security.ts'

const checkout = join(import.meta.dirname, '../..')
const startMsMax = 20_000

/**
 * What both brokers are set to: a group forms at once, as on every development broker; members of the consumer protocol
 * are heard of often; and Kafka looks for transactions that have taken too long more often than every ten seconds.
 */
const properties = {
  'group.initial.rebalance.delay.ms': '0',
  'group.consumer.min.session.timeout.ms': '6000',
  'group.consumer.session.timeout.ms': '6000',
  'group.consumer.min.heartbeat.interval.ms': '500',
  'group.consumer.heartbeat.interval.ms': '500',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500',
}

export interface Broker {
  readonly bootstrap: string
  readonly security?: Security | undefined
  readonly stop: () => Promise<void>
}

/** `which` is `millrace`, `kafka`, or the address of a broker that runs already; `more` is what else it is set to. */
export async function startBroker(
  which: string,
  directory: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Broker> {
  if (which.includes(':')) return { bootstrap: which, stop: async () => {} }
  const home = join(directory, 'broker')
  mkdirSync(home, { recursive: true })
  if (which !== 'kafka' && which !== 'millrace')
    throw new Error(`--broker takes millrace, kafka or HOST:PORT, not ${which}`)
  const security = await securityOf(home)
  const broker = await (which === 'kafka' ? startSecuredKafka : startMillrace)(home, security, more)
  if (security !== undefined) await makeUsers(broker.bootstrap)
  return { ...broker, security }
}
/** Without openssl nobody is asked who he is. */
async function securityOf(home: string): Promise<Security | undefined> {
  try {
    return await prepareSecurity(home)
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    console.log(`no cases of security: ${error.message}`)
    return undefined
  }
}
function startSecuredKafka(
  home: string,
  security: Security | undefined,
  more: Readonly<Record<string, string>>,
): Promise<Broker> {
  if (security === undefined) return startKafka(home, { ...properties, ...more })
  const { listeners, protocolMap } = security
  return startKafka(home, { ...properties, ...security.properties, ...more }, { listeners, protocolMap })
}

async function startMillrace(
  home: string,
  security: Security | undefined,
  more: Readonly<Record<string, string>>,
): Promise<Broker> {
  const plain = `PLAINTEXT://127.0.0.1:${await freePort()}`
  const all: Record<string, string> =
    security === undefined
      ? { ...properties, ...more, listeners: plain }
      : {
          ...properties,
          ...security.properties,
          ...more,
          listeners: `${plain},${security.listeners}`,
          'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,${security.protocolMap}`,
        }
  const overrides = Object.entries(all).flatMap(([key, value]) => ['--override', `${key}=${value}`])
  const up = ['src/cli/main.ts', 'up', '--data', join(home, 'data'), '--format', 'json', ...overrides]
  const broker = startProcess(process.execPath, up, { cwd: checkout, logFile: join(home, 'broker.log') })
  const deadline = Date.now() + startMsMax
  for (;;) {
    const ready = broker.logTail().match(/^\{"event":"ready".*\}$/m)
    if (ready) return { bootstrap: (JSON.parse(ready[0]) as { bootstrap: string }).bootstrap, stop: broker.stop }
    if (broker.exited() || Date.now() > deadline) {
      await broker.stop()
      throw new Error(`the broker was not ready:\n${broker.logTail()}`)
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
