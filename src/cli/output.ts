// How a person sees what commands tell: tables that fit the terminal, emphasis where there is one, progress of long work.

import { styleText } from 'node:util'

import { table } from './cluster.ts'
import type { Terminal } from './command.ts'

type Style = Parameters<typeof styleText>[0]

/** Styled on a terminal that takes it (NO_COLOR is heeded), plain in a pipe. */
export function styled(terminal: Terminal, style: Style, text: string): string {
  return terminal.isTerminal ? styleText(style, text, { stream: process.stdout }) : text
}

export type Cell = string | number

/** Prints a table. On a terminal the head stands out and long cells are cut so that each row keeps to its line; a pipe gets all. */
export function printTable(
  terminal: Terminal,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  indent = '',
): void {
  const fitted = terminal.isTerminal ? fit(head, rows, terminal.columns - indent.length) : rows
  const [first, ...others] = table(head, fitted)
  terminal.out(indent + styled(terminal, 'bold', first!))
  for (const line of others) terminal.out(indent + line)
}

const gap = 2
const cellMin = 8
/** Cuts the cells of the widest columns until a row fits. Numbers stay whole. */
export function fit(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  columns: number,
): readonly (readonly Cell[])[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map(row => String(row[i]!).length)))
  const floors = head.map((title, i) =>
    rows.some(row => typeof row[i] === 'string') ? Math.max(title.length, cellMin) : widths[i]!,
  )
  let excess = widths.reduce((sum, width) => sum + width, gap * (head.length - 1)) - columns
  while (excess > 0) {
    const slack = widths.map((width, i) => width - floors[i]!)
    const widest = slack.indexOf(Math.max(...slack))
    if (slack[widest]! <= 0) break // narrower than a table can be: the terminal wraps
    const cut = Math.min(excess, slack[widest]!)
    widths[widest]! -= cut
    excess -= cut
  }
  return rows.map(row =>
    row.map((cell, i) => (String(cell).length > widths[i]! ? `${String(cell).slice(0, widths[i]! - 1)}…` : cell)),
  )
}

/** One line on standard error that is written over: only for a person who waits at a terminal. */
export class Progress {
  readonly #terminal: Terminal
  readonly #total: number
  readonly #unit: string
  #shownAt = -Infinity
  constructor(terminal: Terminal, { total, unit }: { readonly total: number; readonly unit: string }) {
    this.#terminal = terminal
    this.#total = total
    this.#unit = unit
  }
  /** `now` in ms, of any clock that only moves forward. */
  show(done: number, now: number): void {
    if (!this.#terminal.isTerminal || now - this.#shownAt < progressIntervalMs) return
    this.#shownAt = now
    const share = this.#total > 0 ? Math.min(done / this.#total, 1) : 1
    const bar = '█'.repeat(Math.round(share * progressWidth)).padEnd(progressWidth, '░')
    this.#terminal.status(
      `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${count(done)} of ${count(this.#total)} ${this.#unit}`,
    )
  }
  /** Takes the line away. */
  clear(): void {
    if (this.#terminal.isTerminal && this.#shownAt > -Infinity) this.#terminal.status('')
  }
}
const progressIntervalMs = 100
const progressWidth = 24

/** 1234567 → '1,234,567'. */
export const count = (n: number): string => Math.round(n).toLocaleString('en-US')
export const plural = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? '' : 's'}`

/** 1536 → '1.5 kB': for people; JSON gets the number. */
export function bytesText(bytes: number): string {
  if (bytes < 0) return '-'
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes,
    unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]!}`
}
