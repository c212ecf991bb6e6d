// Poll after poll, a batch at a time, for who reads in a loop: with what must be known to stop in the middle of one.

import type { PartitionState } from './assignment.ts'
import type { RecordBatch } from './record-batch.ts'

/** The consumer, as its loops see it. */
export interface BatchSource<K, V> {
  isClosing(): boolean
  poll(signal: AbortSignal | undefined): Promise<RecordBatch<K, V>[]>
  /** Undefined where the partition was given up. */
  stateOf(batch: RecordBatch<K, V>): PartitionState | undefined
  /** Of the first of these batches, `given` records were handed out, the last of which may not be committed yet. */
  putBack(batches: readonly RecordBatch<K, V>[], given: number): void
}
export interface GivenBatch<K, V> {
  readonly batch: RecordBatch<K, V>
  readonly state: PartitionState | undefined
  /** Of the state when the batch was fetched. */
  readonly turn: number | undefined
  /** Those after it that are still to be given. */
  readonly rest: () => readonly RecordBatch<K, V>[]
}

/** Until the consumer is closed. What was sought elsewhere meanwhile is left out. */
export async function* eachBatch<K, V>(
  source: BatchSource<K, V>,
  signal: AbortSignal | undefined,
): AsyncGenerator<GivenBatch<K, V>, void, undefined> {
  while (!source.isClosing()) {
    const batches = await source.poll(signal)
    const read = batches.map(batch => {
      const state = source.stateOf(batch)
      return { batch, state, turn: state?.turn }
    })
    for (const [n, one] of read.entries())
      if (one.state?.turn === one.turn)
        yield {
          ...one,
          rest: () => read.slice(n + 1).flatMap(({ batch, state, turn }) => (state?.turn === turn ? [batch] : [])),
        }
  }
}

/** Each may be committed once the next is asked for. */
export async function* batchesOf<K, V>(
  source: BatchSource<K, V>,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordBatch<K, V>, void, undefined> {
  for await (const { batch, state, rest } of eachBatch(source, signal)) {
    let isOver = false
    if (state !== undefined) state.consumed = batch.baseOffset
    try {
      yield batch
      isOver = true
    } finally {
      if (!isOver) source.putBack(rest(), 0)
    }
    if (state !== undefined) state.consumed = batch.nextOffset
  }
}
