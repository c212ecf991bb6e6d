// Readers of committed records, who filter by Kafka's rule: a transaction that the answer names as aborted counts as
// aborted from its first offset to the marker of its producer.

import type { ClientConnection } from '../../connection/index.ts'
import {
  batches,
  batchIsControl,
  batchIsTransactional,
  batchLastOffset,
  batchProducerId,
  controlType,
  errorName,
  fetch,
  RecordIndex,
} from '../../protocol/index.ts'

export class CommittedReader {
  readonly topic: string
  readonly partition: number
  position = 0
  readonly values: string[] = []
  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }
  /** Whether there was more. What is wrong beyond what passes is an error. */
  async read(connection: ClientConnection): Promise<boolean> {
    const { topic, partition } = this
    const asked = { partition, fetchOffset: this.position, partitionMaxBytes: 1 << 20, currentLeaderEpoch: -1 }
    const answer = await connection.request(
      fetch,
      { maxWaitMs: 0, minBytes: 1, maxBytes: 1 << 20, isolationLevel: 1, topics: [{ topic, partitions: [asked] }] },
      { versionMax: 12 },
    )
    const found = answer.responses[0]?.partitions[0]
    if (found === undefined) return false
    const error = errorName(found.errorCode)
    if (error === 'OFFSET_OUT_OF_RANGE') throw new Error(`what was read up to ${this.position} is gone`)
    if (error !== 'NONE') return false
    const before = this.position
    this.#take(found.records as Buffer, found.abortedTransactions ?? [])
    return this.position > before
  }
  #take(
    records: Buffer,
    abortedTransactions: readonly { readonly producerId: number; readonly firstOffset: number }[],
  ): void {
    const aborted = abortedTransactions.toSorted((one, other) => one.firstOffset - other.firstOffset),
      open = new Set<number>(),
      index = new RecordIndex()
    for (const at of batches(records)) {
      const last = batchLastOffset(records, at),
        producerId = batchProducerId(records, at)
      while (aborted.length > 0 && aborted[0]!.firstOffset <= last) open.add(aborted.shift()!.producerId)
      index.read(records, at)
      if (batchIsControl(records, at)) {
        if (controlType(index.key(0)) === 'abort') open.delete(producerId)
      } else if (!batchIsTransactional(records, at) || !open.has(producerId))
        for (let i = 0; i < index.count; i++)
          if (index.offset(i) >= this.position) this.values.push(String(index.value(i)))
      this.position = last + 1
    }
  }
}
