// What the suite prints: a line a case as it ends, and a table of the clients at the end.

import type { CaseResult, Outcome } from './results.ts'

export interface ClientSummary {
  version: string
  durationMs: number
}

const marks: Record<Outcome, string> = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' }

export function printCase({ client, name, outcome, reason, durationMs }: CaseResult): void {
  const took = durationMs === undefined ? '' : ` (${Math.round(durationMs)} ms)`
  console.log(`${marks[outcome]} ${client}: ${name}${took}`)
  if (reason)
    console.log(`       ${outcome === 'skipped' ? 'skipped: ' : ''}${reason.trim().replaceAll('\n', '\n       ')}`)
}

export function printClients(summaries: ReadonlyMap<string, ClientSummary>, results: readonly CaseResult[]): void {
  console.log(row('\nclient', 'version', ['passed', 'failed', 'skipped', 'seconds']))
  for (const [client, { version, durationMs }] of summaries) {
    const count = (outcome: Outcome) =>
      results.filter(result => result.client === client && result.outcome === outcome).length
    const numbers = [count('passed'), count('failed'), count('skipped'), (durationMs / 1000).toFixed(1)]
    console.log(row(client, version, numbers))
  }
}

function row(client: string, version: string, numbers: readonly (string | number)[]): string {
  return client.padEnd(18) + version.padEnd(22) + numbers.map(number => String(number).padStart(9)).join('')
}
