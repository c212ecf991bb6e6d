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

/** What did not run stays as it was. */
export function writeBaseline(results: readonly CaseResult[], clients: ReadonlySet<string>): void {
  const kept = [...readBaseline()].filter(id => !ran(id, clients))
  const passed = results.filter(result => result.outcome === 'passed').map(caseId)
  const head = '# Cases that pass on our broker. Written by `npm run interop -- --write-baseline`.'
  writeFileSync(file, [head, ...[...kept, ...passed].toSorted(), ''].join('\n'))
}

/** What of the baseline no longer passes, of what these clients do. */
export function lost(
  baseline: ReadonlySet<string>,
  results: readonly CaseResult[],
  clients: ReadonlySet<string>,
): string[] {
  const passed = new Set(results.filter(result => result.outcome === 'passed').map(caseId))
  return [...baseline].filter(id => ran(id, clients) && !passed.has(id))
}

/** What another client should have written cannot be read when that client is not there. */
function ran(id: string, clients: ReadonlySet<string>): boolean {
  const [, client = '', writer] = /^(\S+): (?:reads \w+ of (\S+)$)?/.exec(id) ?? []
  return clients.has(client) && (writer === undefined || clients.has(writer))
}
