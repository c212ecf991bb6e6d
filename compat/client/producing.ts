// Idempotent producers: what is acknowledged stands where it was said to stand, once, and in the order of its sender.

import type { RecordMetadata } from '../../src/client/index.ts'
import { pause, readAll, type Workload } from './workload.ts'

export const producedTopic = 'produced'
const producers = 2
const recordsAtOnce = 40

export function producing(): Workload {
  const acknowledged = new Map<string, RecordMetadata>()
  let failed = 0
  return {
    name: 'idempotent producers',
    async run({ client, random, partitions, newTopic }, signal) {
      await newTopic(producedTopic)
      await Promise.all(
        Array.from({ length: producers }, async (_, name) => {
          await using producer = client.producer({ compression: name % 2 === 0 ? 'none' : 'lz4' })
          for (let n = 0; !signal.aborted; await pause(20, signal))
            for (const end = n + recordsAtOnce; n < end; n++) {
              const value = `${name}:${n}`
              producer.send({ topic: producedTopic, partition: random.below(partitions), value }).then(
                place => acknowledged.set(value, place),
                () => failed++,
              )
            }
        }),
      )
    },
    async check(context) {
      const wrong = acknowledged.size === 0 ? ['nothing was acknowledged, so nothing was shown'] : []
      const places = new Map<string, string>()
      for (const records of await readAll(context, producedTopic, 'read_uncommitted')) {
        const last = new Map<string, number>()
        for (const { partition, offset, value } of records) {
          const [name, n] = String(value).split(':') as [string, string]
          const before = last.get(name) ?? -1
          if (Number(n) <= before)
            wrong.push(`${String(value)} comes after ${name}:${before} at ${partition}:${offset}`)
          last.set(name, Number(n))
          places.set(String(value), `${partition}:${offset}`)
        }
      }
      for (const [value, { partition, offset }] of acknowledged)
        if (places.get(value) !== `${partition}:${offset}`)
          wrong.push(`${value} was acknowledged at ${partition}:${offset}, and stands at ${places.get(value)}`)
      return wrong
    },
    told: () => `${acknowledged.size} records acknowledged, ${failed} failed`,
  }
}
