// What is committed in some partitions, read by a client that leaves out what was aborted, a bit further with each call.

import { eventually } from '../suite/case.ts'
import type { Operations, ReadMessage } from '../suite/operations.ts'

const endMsMax = 60_000
const atOnceMax = 100_000
/** Written behind everything: when a committed read comes to it, all before it is decided. */
const endMark = 'end'

export class CommittedReader {
  readonly #client: Operations
  readonly #read = new Map<string, ReadMessage[]>()

  constructor(client: Operations) {
    this.#client = client
  }
  /** All that could be read of a partition by now. */
  async sofar(topic: string, partition: number, waitMs = 300): Promise<readonly ReadMessage[]> {
    const key = `${topic}-${partition}`
    const read = this.#read.get(key) ?? []
    this.#read.set(key, read)
    const from = (read.at(-1)?.offset ?? -1) + 1
    read.push(...(await this.#client.consume({ topic, partition, from, committed: true, count: atOnceMax, waitMs })))
    return read
  }
  /** How many there are by now in so many partitions. */
  async count(topic: string, partitions: number): Promise<number> {
    let count = 0
    for (let partition = 0; partition < partitions; partition++) count += (await this.sofar(topic, partition)).length
    return count
  }
  /** All that will ever be there of what has been written until now: transactions that are open are waited for. */
  async decided(topic: string, partition: number): Promise<readonly ReadMessage[]> {
    await this.#client.produce({ topic, messages: [{ key: null, value: Buffer.from(endMark), partition }] })
    const last = async () => (await this.sofar(topic, partition)).at(-1)
    await eventually(
      `the end of ${topic}-${partition} is decided`,
      async () => String((await last())?.value) === endMark,
      endMsMax,
    )
    return this.#read.get(`${topic}-${partition}`)!.slice(0, -1)
  }
}
