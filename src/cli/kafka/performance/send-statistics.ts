// How fast records were sent and how long each took, in the lines that ducktape and others read from ProducerPerformance.

import { Histogram } from '../../histogram.ts'

interface Window {
  readonly startedAt: number
  count: number
  bytes: number
  totalMs: number
  maxMs: number
}
const windowAt = (now: number): Window => ({ startedAt: now, count: 0, bytes: 0, totalMs: 0, maxMs: 0 })

export class SendStatistics {
  readonly #reportMs: number
  readonly #say: (line: string) => void
  readonly #all: Window
  readonly #latencies = new Histogram()
  #window: Window

  constructor({
    reportMs,
    now,
    say,
  }: {
    readonly reportMs: number
    readonly now: number
    readonly say: (line: string) => void
  }) {
    this.#reportMs = reportMs
    this.#say = say
    this.#all = windowAt(now)
    this.#window = windowAt(now)
  }

  sent(latencyMs: number, bytes: number, now: number): void {
    this.#latencies.add(latencyMs)
    for (const window of [this.#all, this.#window]) {
      window.count++
      window.bytes += bytes
      window.totalMs += latencyMs
      if (latencyMs > window.maxMs) window.maxMs = latencyMs
    }
    if (now - this.#window.startedAt < this.#reportMs) return
    this.#say(
      `${rates(this.#window, now)}, ${mean(this.#window).toFixed(1)} ms avg latency, ${this.#window.maxMs.toFixed(1)} ms max latency.`,
    )
    this.#window = windowAt(now)
  }
  total(now: number): void {
    const percentiles = ([0.5, 0.95, 0.99, 0.999] as const).map(share => Math.floor(this.#latencies.at(share)))
    const named = ['50th', '95th', '99th', '99.9th'].map((name, i) => `${percentiles[i]} ms ${name}`)
    this.#say(
      `${rates(this.#all, now)}, ${mean(this.#all).toFixed(2)} ms avg latency, ${this.#all.maxMs.toFixed(2)} ms max latency, ${named.join(', ')}.`,
    )
  }
}

const mean = ({ totalMs, count }: Window): number => (count === 0 ? NaN : totalMs / count)
function rates({ startedAt, count, bytes }: Window, now: number): string {
  const seconds = Math.max(now - startedAt, 1) / 1_000
  return `${count} records sent, ${(count / seconds).toFixed(1)} records/sec (${(bytes / seconds / 1024 / 1024).toFixed(2)} MB/sec)`
}
