// Times and durations in ISO 8601 as Java's SimpleDateFormat and Duration read them.

import { ToolError } from './tool.ts'

/** Ms since 1970 of '2024-05-01T12:00:00.000', which is in UTC unless it says another zone. Throws ToolError. */
export function parseDateTime(text: string): number {
  const [, time] = text.split('T')
  if (time === undefined)
    throw new ToolError(
      "java.text.ParseException: Error parsing timestamp. It does not contain a 'T' according to ISO8601 format",
    )
  const zoned = /[+\-Z]/.test(time) ? text : `${text}Z`
  const match = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)\.(\d+)(?:Z|([+-])(\d\d)(?::?(\d\d))?)/.exec(zoned)
  const [year, month, day, hour, minute, second, ms] = match?.slice(1, 8).map(Number) ?? []
  const zone =
    match?.[8] === undefined ? 0 : (Number(match[9]) * 60 + Number(match[10] ?? 0)) * (match[8] === '-' ? -1 : 1)
  const date = new Date(Date.UTC(year ?? NaN, month! - 1, day, hour, minute, second, ms))
  const isReal =
    date.getUTCMonth() === month! - 1 &&
    date.getUTCDate() === day &&
    hour! < 24 &&
    minute! < 60 &&
    second! < 60 &&
    ms! < 1_000
  if (!isReal) throw new ToolError(`java.text.ParseException: Unparseable date: "${zoned}"`)
  return date.getTime() - zone * 60_000
}

/** Ms of 'P1DT2H3M4.5S'. Throws ToolError. */
export function parseDuration(text: string): number {
  const match = /^([-+]?)P(?:([-+]?\d+)D)?(T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+(?:[.,]\d{0,9})?)S)?)?$/i.exec(
    text,
  )
  const [, sign, days, time, hours, minutes, seconds] = match ?? []
  const hasTime = hours !== undefined || minutes !== undefined || seconds !== undefined
  if (match === null || (time !== undefined && !hasTime) || (days === undefined && !hasTime))
    throw new ToolError('Text cannot be parsed to a Duration')
  const number = (part: string | undefined) => Number((part ?? '0').replace(',', '.'))
  const total = number(days) * 86_400 + number(hours) * 3_600 + number(minutes) * 60 + number(seconds)
  return Math.round(total * 1_000) * (sign === '-' ? -1 : 1)
}
