// What was given, and what is committed: records are `id:hops`, given with none, each copy has one more. Since a partition is
// copied in order, records of equal hops stand in each partition as they were given: none lost, none twice, none elsewhere.

import type { Operations } from '../suite/operations.ts'
import { CommittedReader } from './committed-reader.ts'

export class Ledger {
  readonly #client: Operations
  readonly #reader: CommittedReader
  readonly #partitions: number
  /** The ids given, by partition. */
  readonly #given: string[][]
  #ids = 0

  constructor(client: Operations, partitions: number) {
    this.#client = client
    this.#reader = new CommittedReader(client)
    this.#partitions = partitions
    this.#given = Array.from({ length: partitions }, () => [])
  }
  get given(): number {
    return this.#ids
  }
  /** Gives so many new records to every partition. */
  async give(topic: string, countEach: number): Promise<void> {
    const messages = this.#given.flatMap((ids, partition) =>
      Array.from({ length: countEach }, () => {
        const id = `${this.#ids++}`
        ids.push(id)
        return { key: Buffer.from(id), value: Buffer.from(`${id}:0`), partition }
      }),
    )
    await this.#client.produce({ topic, messages, idempotent: true })
  }
  /** How many committed records there are, as far as can be read by now. */
  committed(topic: string): Promise<number> {
    return this.#reader.count(topic, this.#partitions)
  }
  /** What is wrong with the records of a topic, which are to have these hops and no others. */
  async check(topic: string, hops: readonly number[]): Promise<string[]> {
    const wrong: string[] = []
    for (let partition = 0; partition < this.#partitions; partition++) {
      const values = (await this.#reader.decided(topic, partition)).map(({ value }) => String(value))
      for (const hop of hops) {
        const found = values.filter(value => value.endsWith(`:${hop}`)).map(value => value.slice(0, value.indexOf(':')))
        const complaint = difference(this.#given[partition]!, found)
        if (complaint !== undefined) wrong.push(`${topic}-${partition}, hop ${hop}: ${complaint}`)
      }
      const strange = values.filter(value => !hops.some(hop => value.endsWith(`:${hop}`)))
      if (strange.length > 0) wrong.push(`${topic}-${partition}: ${strange.length} strange records, as ${strange[0]}`)
    }
    return wrong
  }
}

/** Undefined where the two are equal; else how they differ, in numbers and at the first place. */
export function difference(expected: readonly string[], found: readonly string[]): string | undefined {
  if (expected.length === found.length && expected.every((id, n) => found[n] === id)) return undefined
  const seen = new Set(found)
  const known = new Set(expected)
  const lost = expected.filter(id => !seen.has(id))
  const strange = found.filter(id => !known.has(id)).length
  const doubled = found.length - strange - (expected.length - lost.length)
  const at = expected.findIndex((id, n) => found[n] !== id)
  const around = found.slice(Math.max(0, at - 2), at + 4).join(' ')
  return `${expected.length} expected, ${found.length} found: ${lost.length} lost (${lost.slice(0, 5).join(' ')}), ${doubled} doubled, ${strange} never given; at ${at} stands ${around}`
}
