// A broker with a directory of its own, that is stopped, killed, and started again on what it left: ours from the checkout,
// or Apache Kafka.

import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { prepareKafka, runKafka } from '../kafka/kafka.ts'
import { eventually } from '../suite/case.ts'
import { startProcess, type RunningProcess } from '../suite/process.ts'

export type Which = 'millrace' | 'kafka'
type Properties = Readonly<Record<string, string>>

export interface StartedBroker extends RunningProcess {
  readonly bootstrap: string
}
export interface BrokerHome {
  readonly which: Which
  /** Its directories of partitions, and its checkpoints. */
  readonly data: string
  start(): Promise<StartedBroker>
}

const checkout = join(import.meta.dirname, '../..')
const quick = {
  'group.initial.rebalance.delay.ms': '0',
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.num.partitions': '1',
}

export async function brokerHome(which: Which, home: string, properties: Properties = {}): Promise<BrokerHome> {
  mkdirSync(home, { recursive: true })
  const all = { ...quick, ...properties },
    data = join(home, 'data')
  if (which === 'kafka') {
    const prepared = await prepareKafka(home, all)
    return { which, data, start: () => runKafka(prepared, home, { heap: '512M' }) }
  }
  const overrides = Object.entries(all).flatMap(([key, value]) => ['--override', `${key}=${value}`])
  const up = ['src/cli/main.ts', 'up', '--port', '0', '--http', 'off', '--data', data, '--format', 'json', ...overrides]
  return { which, data, start: () => startMillrace(up, join(home, 'broker.log')) }
}

async function startMillrace(up: readonly string[], logFile: string): Promise<StartedBroker> {
  rmSync(logFile, { force: true })
  const broker = startProcess(process.execPath, up, { cwd: checkout, logFile })
  const ready = await eventually('the broker is ready', () => {
    if (broker.exited()) throw new Error(broker.logTail())
    return /^\{"event":"ready".*\}$/m.exec(readFileSync(logFile, 'utf8'))
  })
  return { ...broker, bootstrap: (JSON.parse(ready[0]) as { bootstrap: string }).bootstrap }
}

/** SIGKILL; resolves when it is dead. */
export async function kill(broker: StartedBroker): Promise<void> {
  process.kill(broker.pid, 'SIGKILL')
  await eventually('the broker is dead', () => broker.exited())
}
