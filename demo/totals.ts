// What the demonstration counts, and what it shows of it.

import type { ConsumedRecord } from '../src/client/index.ts'

export interface Reader {
  readonly name: string
  records: number
  partitions: number
  lag: number
}

export class Totals {
  sent = 0
  sentBytes = 0
  readBytes = 0
  readonly readers: readonly Reader[]
  readonly latest: ConsumedRecord[] = []
  readonly #shown = { at: 0, sent: 0, read: 0 }

  constructor(names: readonly string[]) {
    this.readers = names.map(name => ({ name, records: 0, partitions: 0, lag: 0 }))
  }
  get read(): number {
    return this.readers.reduce((sum, { records }) => sum + records, 0)
  }
  get lag(): number {
    return this.readers.reduce((sum, { lag }) => sum + lag, 0)
  }
  took(reader: Reader, record: ConsumedRecord): void {
    reader.records++
    this.readBytes += (record.key?.length ?? 0) + (record.value?.length ?? 0)
    this.latest.push(record)
    if (this.latest.length > latestMax) this.latest.shift()
  }
  /** Records a second since the last call. */
  rates(nowMs: number): { sent: number; read: number } {
    const seconds = Math.max(0.001, (nowMs - this.#shown.at) / 1_000)
    const rates = { sent: (this.sent - this.#shown.sent) / seconds, read: (this.read - this.#shown.read) / seconds }
    Object.assign(this.#shown, { at: nowMs, sent: this.sent, read: this.read })
    return rates
  }
}

/** As many as fit below the figures on a small terminal. */
const latestMax = 6
