// Times as Java's SimpleDateFormat writes them, for the letters that a time of day needs.

import { ToolError } from '../tool.ts'

const letters: Readonly<Record<string, (time: Date) => number | string>> = {
  y: time => time.getFullYear(),
  M: time => time.getMonth() + 1,
  d: time => time.getDate(),
  H: time => time.getHours(),
  h: time => ((time.getHours() + 11) % 12) + 1,
  a: time => (time.getHours() < 12 ? 'AM' : 'PM'),
  m: time => time.getMinutes(),
  s: time => time.getSeconds(),
  S: time => time.getMilliseconds(),
}

/** In the zone of the machine. Text between quotes stands for itself. */
export function javaDate(ms: number, format: string): string {
  const time = new Date(ms)
  return format.replaceAll(/'((?:[^']|'')*)'|([A-Za-z])\2*/g, (run, quoted: string | undefined, letter: string) => {
    if (quoted !== undefined) return quoted === '' ? "'" : quoted.replaceAll("''", "'")
    const of = letters[letter]
    if (of === undefined) throw new ToolError(`Illegal pattern character '${letter}'`)
    const value = String(of(time))
    return letter === 'y' && run.length === 2 ? value.slice(-2) : value.padStart(run.length, '0')
  })
}
