// Exactly once under kill -9: Java's TransactionalMessageCopier copies a topic in transactions, some of them aborted at
// random, while copiers and the broker are killed and started again. What is committed of the copy must be the original.
//
//   npm run interop:copier [-- --broker kafka] [--records 30000] [--seconds 40] [--kill copiers,broker]

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { seedFromEnvironment, SeededRandom } from '../src/base/index.ts'
import { CommittedReader } from './chaos/committed-reader.ts'
import { startKillableBroker } from './chaos/killable-broker.ts'
import { difference } from './chaos/ledger.ts'
import { javaCommand } from './kafka/kafka.ts'
import { delay, eventually } from './suite/case.ts'
import { clients } from './suite/clients.ts'
import type { Operations } from './suite/operations.ts'
import { startProcess, type RunningProcess } from './suite/process.ts'

const { values: options } = parseArgs({
  options: {
    broker: { type: 'string', default: 'millrace' },
    records: { type: 'string', default: '30000' },
    seconds: { type: 'string', default: '40' },
    kill: { type: 'string', default: 'copiers,broker' },
  },
})
const partitions = [0, 1]
const count = Number(options.records) / partitions.length
const directory = mkdtempSync(join(tmpdir(), 'copier-'))
const value = (partition: number, n: number) => `${partition}:${n}`

const seed = seedFromEnvironment()
const random = new SeededRandom(seed)
const broker = await startKillableBroker({ which: options.broker, directory })
const { bootstrap } = broker
// A reader that is not ours, and that filters aborted records well.
const adapter = await clients.find(({ name }) => name === 'confluent-kafka')!.start({ bootstrap, directory })
const client = adapter.operations as Operations
const copiers = new Map<number, RunningProcess>()
try {
  await fill()
  console.log(`SEED=${seed}: copying ${count * partitions.length} records on ${options.broker}; logs in ${directory}`)
  const kills = await disturb(Number(options.seconds) * 1_000)
  await finish()
  const copied = await compare()
  console.log(`${copied} records were copied once each, through ${kills} kills`)
  rmSync(directory, { recursive: true, force: true })
} finally {
  for (const copier of copiers.values()) await copier.stop()
  await adapter.stop()
  await broker.stop()
}
process.exit()

async function fill(): Promise<void> {
  for (const topic of ['input', 'output']) await client.createTopic({ topic, partitions: partitions.length })
  for (const partition of partitions)
    for (let from = 0; from < count; from += 5_000) {
      const length = Math.min(5_000, count - from)
      const messages = Array.from({ length }, (_, i) => ({
        key: null,
        value: Buffer.from(value(partition, from + i)),
        partition,
      }))
      await client.produce({ topic: 'input', messages })
    }
}
function startCopier(partition: number): RunningProcess {
  const args = ['--input-topic', 'input', '--input-partition', `${partition}`, '--output-topic', 'output']
  const ids = ['--transactional-id', `copier-${partition}`, '--consumer-group', `copier-${partition}`]
  const how = [
    '--transaction-size',
    '100',
    '--transaction-timeout',
    '10000',
    '--enable-random-aborts',
    '--use-group-metadata',
  ]
  const command = javaCommand('org.apache.kafka.tools.TransactionalMessageCopier', [
    ...args,
    ...ids,
    ...how,
    '--broker-list',
    bootstrap,
  ])
  return startProcess(...command, { logFile: join(directory, `copier-${partition}.log`) })
}
/** Kills one or the other every two to four seconds, and starts what is not running. Gives how often. */
async function disturb(forMs: number): Promise<number> {
  const targets = options.kill.split(',')
  const until = performance.now() + forMs
  let kills = 0
  while (performance.now() < until) {
    for (const partition of partitions)
      if (copiers.get(partition)?.exited() ?? true) copiers.set(partition, startCopier(partition))
    await delay(2_000 + random.next() * 2_000)
    if (random.pick(targets) === 'broker') {
      await broker.crash()
    } else {
      const copier = copiers.get(random.pick(partitions))!
      if (!copier.exited()) process.kill(copier.pid, 'SIGKILL')
    }
    kills++
  }
  return kills
}
/** Copiers end when they have read to the end. One that died of an error is started again. */
async function finish(): Promise<void> {
  for (const partition of partitions)
    await eventually(
      `partition ${partition} is copied`,
      async () => {
        if (copiers.get(partition)!.exited()) copiers.set(partition, startCopier(partition))
        await delay(1_000)
        const [at] = await client.groupOffsets({ group: `copier-${partition}`, topic: 'input' })
        return at?.offset === count
      },
      180_000,
    )
  for (const copier of copiers.values()) await eventually('copiers end', () => copier.exited(), 60_000)
}
async function compare(): Promise<number> {
  const reader = new CommittedReader(client)
  for (const partition of partitions) {
    const read = (await reader.decided('output', partition)).map(record => String(record.value))
    const complaint = difference(
      Array.from({ length: count }, (_, n) => value(partition, n)),
      read,
    )
    if (complaint !== undefined) throw new Error(`partition ${partition}: ${complaint} (SEED=${seed})`)
  }
  return count * partitions.length
}
