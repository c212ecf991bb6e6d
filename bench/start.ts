// start: from the start of the process to the first record that a client has acknowledged, of our broker as users get it
// and of Apache Kafka. The driver tries to connect all the while.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { freePort, javaCommand, prepareKafka } from '../compat/kafka/kafka.ts'
import { buildDist, checkout, usage, withDirectory } from './brokers.ts'
import { buildDriver, drive } from './driver.ts'
import { printTable } from './report.ts'

const rounds = 5

export async function benchStart(): Promise<void> {
  buildDist()
  const driver = buildDriver()
  const ours: Started[] = []
  const kafka: Started[] = []
  for (let round = 0; round < rounds; round++) {
    ours.push(
      await withDirectory(async directory => {
        const port = await freePort()
        const up = [join(checkout, 'dist/cli/main.js'), 'up', '--port', `${port}`, '--data', join(directory, 'data')]
        return started(driver, port, process.execPath, up)
      }),
    )
    kafka.push(
      await withDirectory(async directory => {
        const home = join(directory, 'kafka')
        mkdirSync(home)
        const { port, file } = await prepareKafka(home)
        const [program, args] = javaCommand('kafka.Kafka', [file], { heap: '1G', server: true })
        return started(driver, port, program, [...args])
      }),
    )
  }
  const row = (name: string, results: readonly Started[]) => {
    const times = results.map(({ ms }) => ms).toSorted((a, b) => a - b)
    return [name, times[0]!, times[Math.floor(rounds / 2)]!, times.at(-1)!, results.at(-1)!.residentMb.toFixed(0)]
  }
  printTable(
    ['process start to first acknowledged record', 'min ms', 'median ms', 'max ms', 'MB'],
    [row('Millrace', ours), row('Apache Kafka', kafka)],
  )
}

export interface Started {
  readonly ms: number
  readonly residentMb: number
}

/** Starts a broker, waits for its first acknowledgement, and ends it after what is done with it. */
export async function started(
  driver: string,
  port: number,
  program: string,
  args: readonly string[],
  { meanwhile = async () => {}, signal = 'SIGTERM' }: { meanwhile?: () => Promise<void>; signal?: NodeJS.Signals } = {},
): Promise<Started> {
  const from = Date.now()
  const broker = spawn(program, args, { stdio: 'ignore' })
  const exit = once(broker, 'exit')
  const { at } = await drive(driver, `127.0.0.1:${port}`, { topic: 'first', mode: 'first' })
  const { residentMb } = usage(broker.pid!)
  try {
    await meanwhile()
  } finally {
    broker.kill(signal)
    await exit
  }
  return { ms: at - from, residentMb }
}
