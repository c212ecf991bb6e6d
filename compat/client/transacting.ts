// Transactional producers: what was committed is read whole and once, of what was aborted nothing. Where the answer to a
// commit never came, it is one or the other.

import type { Client } from '../../src/client/index.ts'
import { pause, readAll, type Workload } from './workload.ts'

const topic = 'transacted'
const ids = ['transactions-0', 'transactions-1']
const recordsMax = 30

export function transacting(): Workload {
  const outcomes = new Map<string, { outcome: 'committed' | 'aborted' | 'unknown'; records: number }>()
  const count = (wanted: string) => [...outcomes.values()].filter(({ outcome }) => outcome === wanted).length
  return {
    name: 'transactional producers',
    async run({ client, random, partitions, newTopic }, signal) {
      await newTopic(topic)
      await Promise.all(
        ids.map(async (id, name) => {
          let producer = begun(client, id)
          for (let n = 0; !signal.aborted; n++) {
            const transaction = `${name}:${n}`
            const records = 1 + random.below(recordsMax)
            const isAborted = random.chance(0.3)
            outcomes.set(transaction, { outcome: 'unknown', records })
            try {
              await producer.begin()
              const values = Array.from({ length: records }, (_, i) => `${transaction}:${i}`)
              await producer.sendAll(values.map(value => ({ topic, partition: random.below(partitions), value })))
              await (isAborted ? producer.abort() : producer.commit())
              outcomes.set(transaction, { outcome: isAborted ? 'aborted' : 'committed', records })
            } catch (error) {
              process.stderr.write(`transaction ${transaction}: ${String(error)}\n`)
              await producer.close({ timeoutMs: 0 }).catch(() => {})
              // Who comes next with the id ends what was left open.
              producer = begun(client, id)
            }
            await pause(10, signal)
          }
          await producer.close()
        }),
      )
    },
    async check(context) {
      const found = new Map<string, string[]>()
      for (const records of await readAll(context, topic, 'read_committed'))
        for (const { value } of records) {
          const [name, n, i] = String(value).split(':') as [string, string, string]
          const transaction = `${name}:${n}`
          found.set(transaction, [...(found.get(transaction) ?? []), i])
        }
      const wrong = count('committed') === 0 ? ['nothing was committed, so nothing was shown'] : []
      for (const [transaction, { outcome, records }] of outcomes) {
        const read = found.get(transaction) ?? []
        const isWhole = read.length === records && new Set(read).size === records
        const isRight = { committed: isWhole, aborted: read.length === 0, unknown: isWhole || read.length === 0 }
        if (!isRight[outcome])
          wrong.push(`transaction ${transaction}, ${outcome}: ${read.length} of ${records} records`)
      }
      return wrong
    },
    told: () =>
      `${count('committed')} transactions committed, ${count('aborted')} aborted, ${count('unknown')} unknown`,
  }
}

const begun = (client: Client, transactionalId: string) =>
  client.producer({ transactionalId, transactionTimeoutMs: 15_000, lingerMs: 0 })
