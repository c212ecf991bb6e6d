// The cases that passed before, one id a line: none of them may turn into a failure or a skip without anybody saying so.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { caseId, type CaseResult } from './results.ts'

const file = join(import.meta.dirname, '../baseline.txt')

export function readBaseline(): ReadonlySet<string> {
  if (!existsSync(file)) return new Set()
  return new Set(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#')),
  )
}

/** Clients that did not run keep what they had. */
export function writeBaseline(results: readonly CaseResult[], clients: ReadonlySet<string>): void {
  const kept = [...readBaseline()].filter(id => !clients.has(clientOf(id)))
  const passed = results.filter(result => result.outcome === 'passed').map(caseId)
  const head = '# Cases that pass on our broker. Written by `npm run interop -- --write-baseline`.'
  writeFileSync(file, [head, ...[...kept, ...passed].toSorted(), ''].join('\n'))
}

/**
 * What of the baseline no longer passes. `clients` limits the comparison to those that ran; `missing` are those whose
 * runtime this machine lacks, where that was allowed.
 */
export function lost(
  baseline: ReadonlySet<string>,
  results: readonly CaseResult[],
  { clients, missing }: { readonly clients: ReadonlySet<string>; readonly missing: ReadonlySet<string> },
): string[] {
  const passed = new Set(results.filter(result => result.outcome === 'passed').map(caseId))
  return [...baseline].filter(id => {
    const client = clientOf(id)
    if (!clients.has(client) || missing.has(client) || passed.has(id)) return false
    // What another client should have written cannot be read when that client is not there.
    const writer = /: reads \w+ of (.+)$/.exec(id)?.[1]
    return writer === undefined || (clients.has(writer) && !missing.has(writer))
  })
}

function clientOf(id: string): string {
  return id.slice(0, id.indexOf(': '))
}
