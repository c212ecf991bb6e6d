// The demonstration on the screen: redrawn in place on a terminal, one plain line a second elsewhere.

import type { Totals } from './totals.ts'

export interface Screen {
  readonly isTerminal: boolean
  readonly columns: number
  write(text: string): void
}

export class View {
  readonly #screen: Screen
  readonly #totals: Totals
  #drawnLines = 0

  constructor(screen: Screen, totals: Totals) {
    this.#screen = screen
    this.#totals = totals
  }

  draw(nowMs: number): void {
    const rates = this.#totals.rates(nowMs)
    if (this.#screen.isTerminal) this.#redraw(this.#lines(rates))
    else this.#screen.write(`${this.#plain(rates)}\n`)
  }

  #plain(rates: { sent: number; read: number }): string {
    const { sent, read, lag } = this.#totals
    return `sent ${count(sent)} (${count(rates.sent)}/s)  read ${count(read)} (${count(rates.read)}/s)  lag ${count(lag)}`
  }
  #lines(rates: { sent: number; read: number }): string[] {
    const { sent, read, lag, readers, latest } = this.#totals
    return [
      '',
      `  sent  ${count(sent).padStart(8)}   ${count(rates.sent).padStart(7)}/s`,
      `  read  ${count(read).padStart(8)}   ${count(rates.read).padStart(7)}/s   lag ${count(lag)}`,
      ...readers.map(
        ({ name, records, partitions }) =>
          `    ${name.padEnd(10)}${count(records).padStart(8)}   ${partitions} partitions`,
      ),
      '',
      ...latest.map(
        ({ topic, partition, offset, key, value }) =>
          `  ${`${topic}-${partition}`.padEnd(27)}${String(offset).padStart(6)}  ${key?.toString() ?? ''}  ${value?.toString() ?? ''}`,
      ),
    ]
  }
  #redraw(lines: readonly string[]): void {
    const up = this.#drawnLines > 0 ? `\x1b[${this.#drawnLines}A` : ''
    this.#screen.write(
      `${up}${lines.map(line => `\x1b[2K${line.slice(0, this.#screen.columns - 1)}\n`).join('')}\x1b[J`,
    )
    this.#drawnLines = lines.length
  }
}

const count = (value: number) => Math.round(value).toLocaleString('en')
