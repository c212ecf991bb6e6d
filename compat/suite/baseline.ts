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

export function writeBaseline(results: readonly CaseResult[]): void {
  const passed = results.filter(result => result.outcome === 'passed').map(caseId)
  const head = '# Cases that pass on our broker. Written by `npm run interop -- --write-baseline`.'
  writeFileSync(file, [head, ...passed.toSorted(), ''].join('\n'))
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
    const [client = '', name = ''] = id.split(': ', 2)
    if (!clients.has(client) || missing.has(client) || passed.has(id)) return false
    // What another client should have written cannot be read when that client is not there.
    const writer = /^reads \w+ of (.+)$/.exec(name)?.[1]
    return writer === undefined || (clients.has(writer) && !missing.has(writer))
  })
}
