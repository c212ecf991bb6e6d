// Times as people give them: an instant, ms since 1970, or how long ago.

import { systemClock, UserError } from '../base/index.ts'

const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Ms since 1970 of '2024-05-01T12:00Z', '1714564800000' or '-15m'; a UserError that names the option for anything else. */
export function timeOption(given: string, option: string, now: number = systemClock.now()): number {
  const ago = /^-(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(given)
  if (ago !== null) return Math.round(now - Number(ago[1]) * unitsMs[ago[2] as keyof typeof unitsMs])
  if (/^\d{9,}$/.test(given)) return Number(given)
  // Date.parse makes a date of nearly anything.
  const time = /^\d{4}-\d\d/.test(given) ? Date.parse(given) : NaN
  if (Number.isNaN(time))
    throw new UserError(
      'USAGE',
      `--${option} takes a time such as 2024-05-01T12:00Z, ms since 1970 or -15m (units: ${Object.keys(unitsMs).join(', ')}), not '${given}'`,
    )
  return time
}
