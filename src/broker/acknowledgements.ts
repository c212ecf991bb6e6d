// Produce requests that were appended and wait until enough replicas have their records.
//
//   append ──▶ [ offset 7: request A ][ offset 9: request B ] … ──▶ high watermark 8 ──▶ A is answered
//
// A partition answers in the order of its offsets, so a step of the high watermark looks at the head of a queue only.

import { errorCode, type ErrorName } from '../protocol/index.ts'
import { type Deadlines, Expiring } from './deadlines.ts'

/** The part of a produce response that is about one partition, while it is being decided. */
export interface PartitionResponse {
  readonly index: number
  errorCode: number
  baseOffset: number
  logAppendTimeMs: number
  logStartOffset: number
  recordErrors: readonly { readonly batchIndex: number; readonly batchIndexErrorMessage: string | null }[]
  errorMessage: string | null
  currentLeader: { readonly leaderId: number; readonly leaderEpoch: number } | undefined
}
export function newPartitionResponse(index: number): PartitionResponse {
  return {
    index,
    errorCode: 0,
    baseOffset: -1,
    logAppendTimeMs: -1,
    logStartOffset: -1,
    recordErrors: [],
    errorMessage: null,
    currentLeader: undefined,
  }
}

/** One produce request, as long as some of its partitions are undecided. */
export class DelayedProduce extends Expiring implements Waiter {
  readonly #undecided: PartitionResponse[] = []
  #done: (() => void) | undefined
  /**
   * By which it is answered. Plain fields: with a closure here, made for each request, V8's scavenger has been seen to keep
   * all that a request had made until the next full collection.
   */
  #deadlines: Deadlines | undefined
  #timeoutMs = 0

  get isDecided(): boolean {
    return this.#undecided.length === 0
  }
  /** Those that it waits for. */
  get partitionCount(): number {
    return this.#undecided.length
  }
  waitFor(response: PartitionResponse): void {
    this.#undecided.push(response)
  }
  settle(response: PartitionResponse, error: ErrorName): void {
    const at = this.#undecided.indexOf(response)
    if (at < 0) return
    this.#undecided.splice(at, 1)
    if (error !== 'NONE') response.errorCode = errorCode(error)
    if (!this.isDecided || this.#done === undefined) return
    this.#deadlines?.remove(this, this.#timeoutMs)
    this.#done()
  }
  /** Calls `done` once all is decided, at the latest in `timeoutMs`; Infinity: what it waits for will come, or fail. */
  park(timeoutMs: number, deadlines: Deadlines, done: () => void): void {
    this.#done = done
    if (timeoutMs === Infinity) return
    this.#deadlines = deadlines
    this.#timeoutMs = timeoutMs
    deadlines.add(this, timeoutMs)
  }
  /** The records are in the log and may yet be replicated: the client is told that it cannot know. */
  expire(): void {
    for (const response of this.#undecided.slice()) this.settle(response, 'REQUEST_TIMED_OUT')
  }
}

/** Who is told when a partition is decided. */
export interface Waiter {
  waitFor(response: PartitionResponse): void
  settle(response: PartitionResponse, error: ErrorName): void
}
interface Waiting {
  /** Answered when everything below is there. */
  readonly endOffset: number
  readonly produce: Waiter
  readonly response: PartitionResponse
}
/** Answered entries are cut off the queue's front when there are this many, so that taking one is cheap. */
const answeredMax = 1024

/** Those of one partition that wait for the same kind of progress. */
export class Acknowledgements {
  #queue: Waiting[] = []
  #head = 0

  add(waiting: Waiting): void {
    waiting.produce.waitFor(waiting.response)
    this.#queue.push(waiting)
  }
  /** Answers those whose records lie below the offset. */
  reached(offset: number, error: ErrorName = 'NONE'): void {
    while (this.#head < this.#queue.length) {
      const { endOffset, produce, response } = this.#queue[this.#head]!
      if (endOffset > offset) break
      this.#head++
      produce.settle(response, error)
    }
    if (this.#head === this.#queue.length) {
      this.#queue.length = this.#head = 0
    } else if (this.#head > answeredMax) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
  }
  /** The log has lost what it held from this offset on. */
  lost(offset: number, error: ErrorName): void {
    const lost = this.#queue.slice(this.#head).filter(({ endOffset }) => endOffset > offset)
    this.#queue.length -= lost.length
    for (const { produce, response } of lost) produce.settle(response, error)
  }
  /** Answers all: leadership is gone, or the log is. */
  fail(error: ErrorName): void {
    this.reached(Infinity, error)
  }
}
