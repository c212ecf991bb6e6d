// How long each phase of a request takes, by Kafka's names of them (kafka.network:type=RequestMetrics):
//
//   received ──queue──▶ handled first ──local──▶ parked ──remote──▶ answered ──response queue──▶ with the kernel ──send──▶ taken
//
// Reading the clock is what costs. It is read when something arrives, is parked, answered or written, and not where one phase
// follows the other at once; and where there are so many requests of a kind that a part of them tells how long they take, as
// in the samples of Kafka's own histograms, the others are only counted.

import type { Clock } from '../base/index.ts'
import type { Answer, ServerRequest } from './service.ts'

/** Of one request, in ms. */
export interface RequestTimes {
  readonly queueMs: number
  /** Until it was answered, or had to wait for something. */
  readonly localMs: number
  /** What it waited for: records, replicas, the disk. */
  readonly remoteMs: number
  /** How long the client is not heard after it. */
  readonly throttleMs: number
  readonly responseQueueMs: number
  readonly responseSendMs: number
  readonly totalMs: number
}
/** Those of one kind of request. */
export interface RequestTimesTaker {
  /** Enough of them are timed: one of `busyShare` will do. */
  readonly isBusy: boolean
  /** An answer is decided; it is not to be kept. */
  answered(answer: Answer, sizeBytes: number): void
  /** The answer's bytes have left, or there are none. The times stand for those of so many requests. */
  timed(times: RequestTimes, requests: number): void
}
export interface RequestTimesObserver {
  takerOf(request: ServerRequest): RequestTimesTaker
}
export const busyShare = 16

type Draft = { -readonly [Name in keyof RequestTimes]: RequestTimes[Name] } & {
  readonly taker: RequestTimesTaker
  readonly requests: number
  readonly receivedAtMs: number
  readonly answeredAtMs: number
}

/** Of one connection, which works on one request at a time. */
export class RequestStopwatch {
  readonly #clock: Clock
  readonly #observer: RequestTimesObserver
  /** The last reading: what follows it at once begins there. */
  #nowMs = 0
  #receivedAtMs = 0
  #startedAtMs = 0
  /** −1: it is not parked. */
  #parkedAtMs = -1
  /** What arrived last is timed. */
  #isTimed = false
  /** The request before was one of many: the next most likely is one, too. */
  #isBusy = false
  #arrivals = 0
  #taker: RequestTimesTaker | undefined
  #sizeBytes = 0
  /** For how many requests the present one stands; 0: it is not timed. */
  #requests = 0
  #answered: Draft[] = []
  #writing: Draft[] = []
  #writingSinceMs = 0

  constructor(clock: Clock, observer: RequestTimesObserver) {
    this.#clock = clock
    this.#observer = observer
  }
  received(): void {
    this.#isTimed = !this.#isBusy || ++this.#arrivals % busyShare === 0
    if (this.#isTimed) this.#receivedAtMs = this.#read()
  }
  started(request: ServerRequest, sizeBytes: number): void {
    const taker = (this.#taker = this.#observer.takerOf(request))
    this.#sizeBytes = sizeBytes
    this.#parkedAtMs = -1
    this.#isBusy = taker.isBusy
    this.#requests = this.#isBusy ? (this.#isTimed ? busyShare : 0) : 1
    // A rare one among many others.
    if (!this.#isTimed && !this.#isBusy) this.#receivedAtMs = this.#read()
    this.#startedAtMs = this.#nowMs
  }
  parked(): void {
    if (this.#requests > 0) this.#parkedAtMs = this.#read()
  }
  /** `isSent`: there is an answer, and somebody to send it to. */
  answered(answer: Answer, { throttleMs, isSent }: { throttleMs: number; isSent: boolean }): void {
    const taker = this.#taker
    // One that was refused before anybody handled it.
    if (taker === undefined) return
    this.#taker = undefined
    taker.answered(answer, this.#sizeBytes)
    if (this.#requests === 0) return
    const nowMs = this.#read(),
      startedAtMs = this.#startedAtMs,
      localUntilMs = this.#parkedAtMs < 0 ? nowMs : this.#parkedAtMs,
      // What arrived while another was worked on came after this one, which was there already.
      receivedAtMs = Math.min(this.#receivedAtMs, startedAtMs)
    const draft: Draft = {
      queueMs: startedAtMs - receivedAtMs,
      localMs: localUntilMs - startedAtMs,
      remoteMs: nowMs - localUntilMs,
      throttleMs,
      responseQueueMs: 0,
      responseSendMs: 0,
      totalMs: nowMs - receivedAtMs,
      taker,
      requests: this.#requests,
      receivedAtMs,
      answeredAtMs: nowMs,
    }
    if (isSent) this.#answered.push(draft)
    else taker.timed(draft, draft.requests)
  }
  /** All that is answered goes out in one write. */
  writes(): void {
    ;[this.#answered, this.#writing] = [this.#writing, this.#answered]
    this.#writingSinceMs = this.#nowMs
  }
  written(): void {
    if (this.#writing.length === 0) return
    const nowMs = this.#read()
    for (const draft of this.#writing) {
      draft.responseQueueMs = this.#writingSinceMs - draft.answeredAtMs
      draft.responseSendMs = nowMs - this.#writingSinceMs
      draft.totalMs = nowMs - draft.receivedAtMs
      draft.taker.timed(draft, draft.requests)
    }
    this.#writing.length = 0
  }
  #read(): number {
    return (this.#nowMs = this.#clock.monotonic())
  }
}
