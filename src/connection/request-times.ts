// How long each phase of a request takes, by Kafka's names of them (kafka.network:type=RequestMetrics):
//
//   received ──queue──▶ handled first ──local──▶ parked ──remote──▶ answered ──response queue──▶ with the kernel ──send──▶ taken
//
// The clock is read when something arrives, is parked, answered or written, and not again where one phase follows the other at
// once: requests that arrive together cost one reading each.

import type { Clock } from '../base/index.ts'
import type { Answer, ServerRequest } from './service.ts'

/** Of one request, in ms. */
export interface RequestTimes {
  readonly sizeBytes: number
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
export interface RequestTimesTaker {
  /** The answer's bytes have left, or there are none. */
  completed(times: RequestTimes): void
}
export interface RequestTimesObserver {
  /** An answer is decided: who takes the times of the request? Neither is to be kept. */
  answered(request: ServerRequest, answer: Answer): RequestTimesTaker
}
type Draft = { -readonly [Name in keyof RequestTimes]: RequestTimes[Name] } & {
  readonly taker: RequestTimesTaker
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
  #sizeBytes = 0
  #answered: Draft[] = []
  #writing: Draft[] = []
  #writingSinceMs = 0

  constructor(clock: Clock, observer: RequestTimesObserver) {
    this.#clock = clock
    this.#observer = observer
  }
  received(): void {
    this.#receivedAtMs = this.#nowMs = this.#clock.monotonic()
  }
  started(sizeBytes: number): void {
    this.#startedAtMs = this.#nowMs
    this.#parkedAtMs = -1
    this.#sizeBytes = sizeBytes
  }
  parked(): void {
    this.#parkedAtMs = this.#nowMs = this.#clock.monotonic()
  }
  /** `isSent`: there is an answer, and somebody to send it to. */
  answered(
    request: ServerRequest,
    answer: Answer,
    { throttleMs, isSent }: { throttleMs: number; isSent: boolean },
  ): void {
    const nowMs = (this.#nowMs = this.#clock.monotonic())
    const startedAtMs = this.#startedAtMs,
      localUntilMs = this.#parkedAtMs < 0 ? nowMs : this.#parkedAtMs,
      // What arrived while another was worked on came after this one, which was there already.
      receivedAtMs = Math.min(this.#receivedAtMs, startedAtMs)
    const draft: Draft = {
      taker: this.#observer.answered(request, answer),
      sizeBytes: this.#sizeBytes,
      queueMs: startedAtMs - receivedAtMs,
      localMs: localUntilMs - startedAtMs,
      remoteMs: nowMs - localUntilMs,
      throttleMs,
      responseQueueMs: 0,
      responseSendMs: 0,
      totalMs: nowMs - receivedAtMs,
      receivedAtMs,
      answeredAtMs: nowMs,
    }
    if (isSent) this.#answered.push(draft)
    else draft.taker.completed(draft)
  }
  /** All that is answered goes out in one write. */
  writes(): void {
    ;[this.#answered, this.#writing] = [this.#writing, this.#answered]
    this.#writingSinceMs = this.#nowMs
  }
  written(): void {
    const nowMs = (this.#nowMs = this.#clock.monotonic())
    for (const draft of this.#writing) {
      draft.responseQueueMs = this.#writingSinceMs - draft.answeredAtMs
      draft.responseSendMs = nowMs - this.#writingSinceMs
      draft.totalMs = nowMs - draft.receivedAtMs
      draft.taker.completed(draft)
    }
    this.#writing.length = 0
  }
}
