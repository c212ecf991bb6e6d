// Kafka Streams under kill -9: an application with exactly_once_v2 counts words, in two instances with a store, a changelog
// and a repartition topic, while instances and the broker are killed and started again. For each word, the committed counts
// must be 1, 2, 3 and so on, to as often as it was given.
//
//   npm run interop:streams [-- --broker kafka] [--seconds 80] [--kill instances,broker]

import { globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { seedFromEnvironment, SeededRandom } from '../../src/base/index.ts'
import { CommittedReader } from '../chaos/committed-reader.ts'
import { startKillableBroker } from '../chaos/killable-broker.ts'
import { difference } from '../chaos/ledger.ts'
import { installKafka, javaCommand } from '../kafka/kafka.ts'
import { cached } from '../suite/cache.ts'
import { delay } from '../suite/case.ts'
import { runnable } from '../suite/clients.ts'
import { Missing, prepare } from '../suite/missing.ts'
import type { Operations } from '../suite/operations.ts'
import { startProcess, type RunningProcess } from '../suite/process.ts'

const { values: options } = parseArgs({
  options: {
    broker: { type: 'string', default: 'millrace' },
    seconds: { type: 'string', default: '80' },
    kill: { type: 'string', default: 'instances,broker' },
  },
})
const partitions = 3
const instances = [0, 1]
const words = Array.from({ length: 40 }, (_, n) => `word-${n}`)
const wordsAtOnce = 100
const finishMsMax = 180_000
/** A killed instance keeps its place in the group until its session ends, six seconds later: longer than some of these. */
const killMsMin = 3_000
const killMsMax = 8_000

const classPath = compiled()
const [readerClient] = runnable(['confluent-kafka', 'franz-go', 'java'])
const seed = seedFromEnvironment()
const random = new SeededRandom(seed)
const directory = mkdtempSync(join(tmpdir(), 'streams-'))
console.log(`SEED=${seed}, broker: ${options.broker}; logs in ${directory}`)
const broker = await startKillableBroker({ which: options.broker, directory })
const adapter = await readerClient!.start({ bootstrap: broker.bootstrap, directory })
const client = adapter.operations as Operations
const reader = new CommittedReader(client)
const running = new Map<number, RunningProcess>()
const given: string[] = []
const counts = { started: 0, instancesKilled: 0, brokerKilled: 0 }
let wrong: string[]
try {
  for (const topic of ['words', 'counts']) await client.createTopic({ topic, partitions })
  await disturb(Number(options.seconds) * 1_000)
  await finish()
  for (const instance of running.values()) await kill(instance)
  wrong = given.length === 0 ? ['no word was given, so nothing was shown'] : await compare()
} catch (error) {
  wrong = [error instanceof Error ? error.stack! : String(error)]
} finally {
  for (const instance of running.values()) await kill(instance)
  await adapter.stop()
  await broker.stop()
}
for (const complaint of wrong) console.log(`  ${complaint}`)
console.log(`${given.length} words given; ${JSON.stringify(counts)}`)
console.log(wrong.length === 0 ? 'pass: each was counted once' : `FAIL (SEED=${seed})`)
if (wrong.length === 0) rmSync(directory, { recursive: true, force: true })
process.exit(wrong.length === 0 ? 0 : 1)

function compiled(): string {
  try {
    const libraries = installKafka()
    const sources = globSync('*.java', { cwd: import.meta.dirname }).map(file => join(import.meta.dirname, file))
    return cached('compat-streams', sources, into => {
      prepare('javac', ['-d', into, '-cp', join(libraries, '*'), ...sources])
    })
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    console.log(`skipped: ${error.message}`)
    process.exit()
  }
}

function start(instance: number): void {
  counts.started++
  const state = join(directory, `state-${instance}`)
  mkdirSync(state, { recursive: true })
  const command = javaCommand('Counter', [broker.bootstrap, 'counter', state], { classPath: [classPath] })
  running.set(instance, startProcess(...command, { logFile: join(directory, `instance-${instance}.log`) }))
}
function fill(): void {
  for (const instance of instances) {
    if (running.get(instance)?.exited() ?? true) start(instance)
  }
}
async function kill(instance: RunningProcess): Promise<void> {
  if (!instance.exited()) process.kill(instance.pid, 'SIGKILL')
  await instance.stop()
}

/** Gives words all the while, and kills one thing or the other from time to time. */
async function disturb(forMs: number): Promise<void> {
  const until = performance.now() + forMs
  const isOver = () => performance.now() > until
  const targets = options.kill.split(',')
  const give = async () => {
    for (; !isOver(); await delay(250)) {
      const chosen = Array.from({ length: wordsAtOnce }, () => random.pick(words))
      const messages = chosen.map(word => ({
        key: null,
        value: Buffer.from(word),
        partition: random.below(partitions),
      }))
      await client.produce({ topic: 'words', messages, idempotent: true })
      given.push(...chosen)
    }
  }
  const disturb_ = async () => {
    fill()
    for (;;) {
      await delay(killMsMin + random.next() * (killMsMax - killMsMin))
      if (isOver()) return
      // Of all that is killed, one in four is the broker.
      if (targets.includes('broker') && (random.chance(0.25) || targets.length === 1)) {
        counts.brokerKilled++
        await broker.crash()
      } else {
        counts.instancesKilled++
        await kill(running.get(random.pick(instances))!)
      }
      fill()
    }
  }
  await Promise.all([give(), disturb_()])
}

async function finish(): Promise<void> {
  const until = performance.now() + finishMsMax
  for (;;) {
    fill()
    const counted = await reader.count('counts', partitions)
    if (counted >= given.length) return
    if (performance.now() > until)
      throw new Error(`only ${counted} of ${given.length} words are counted after ${finishMsMax} ms`)
    await delay(1_000)
  }
}

async function compare(): Promise<string[]> {
  const found = new Map<string, string[]>(words.map(word => [word, []]))
  for (let partition = 0; partition < partitions; partition++)
    for (const { key, value } of await reader.decided('counts', partition)) found.get(String(key))!.push(String(value))
  return words.flatMap(word => {
    const often = given.filter(one => one === word).length
    const expected = Array.from({ length: often }, (_, n) => `${n + 1}`)
    const complaint = difference(expected, found.get(word)!)
    return complaint === undefined ? [] : [`${word}: ${complaint}`]
  })
}
