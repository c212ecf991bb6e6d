// The broker under test: ours from the checkout, a real Apache Kafka, or whichever answers at an address.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { startKafka } from '../kafka/kafka.ts'
import { startProcess } from './process.ts'

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
  readonly stop: () => Promise<void>
}

/** `which` is `millrace`, `kafka`, or the address of a broker that runs already. */
export async function startBroker(which: string, directory: string): Promise<Broker> {
  if (which.includes(':')) return { bootstrap: which, stop: async () => {} }
  const home = join(directory, 'broker')
  mkdirSync(home, { recursive: true })
  if (which === 'kafka') return startKafka(home, properties)
  if (which === 'millrace') return startMillrace(home)
  throw new Error(`--broker takes millrace, kafka or HOST:PORT, not ${which}`)
}

async function startMillrace(home: string): Promise<Broker> {
  const overrides = Object.entries(properties).flatMap(([key, value]) => ['--override', `${key}=${value}`])
  const up = ['src/cli/main.ts', 'up', '--port', '0', '--data', join(home, 'data'), '--format', 'json', ...overrides]
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
