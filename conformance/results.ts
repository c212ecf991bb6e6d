// What became of the behaviours: the tests that they name are run, in this process, and each behaviour is judged by its own.

import { once } from 'node:events'
import { join, relative } from 'node:path'
import { run } from 'node:test'

import { testsOf, type Section, type Standing } from './behaviour.ts'

const root = join(import.meta.dirname, '..')

export type Verdict =
  | { readonly is: 'passed' }
  /** No such test, or it failed or was skipped: `why` says which. */
  | { readonly is: 'missing'; readonly why: string }
  | { readonly is: 'differs'; readonly why: string }
  | { readonly is: 'later'; readonly why: string }

export interface TestResult {
  /** From the root of the repository. */
  readonly file: string
  /** Of the test; or `wholeFile`, if the file could not be loaded. */
  readonly title: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
}
export const wholeFile = 'the whole file'

/** Runs the tests that the sections name, and no other files. */
export async function runTests(sections: readonly Section[]): Promise<TestResult[]> {
  const standings = sections.flatMap(({ behaviours }) => behaviours.map(([, standing]) => standing))
  const files = new Set(standings.flatMap(standing => testsOf(standing).map(({ file }) => file)))
  const results: TestResult[] = []
  const stream = run({ files: [...files].map(file => join(root, file)), isolation: 'none' })
  const take = ({ name, file = '' }: { name: string; file?: string }, outcome: TestResult['outcome']) =>
    void results.push({
      file: relative(root, file).replaceAll('\\', '/'),
      title: name === file ? wholeFile : name,
      outcome,
    })
  stream.on('test:pass', event => take(event, event.skip === undefined ? 'passed' : 'skipped'))
  stream.on('test:fail', event => take(event, 'failed'))
  stream.resume()
  await once(stream, 'end')
  return results
}

export function judge(standing: Standing, results: readonly TestResult[]): Verdict {
  if ('differs' in standing) return { is: 'differs', why: standing.differs }
  if ('later' in standing) return { is: 'later', why: standing.later }
  for (const { file, title, matches } of testsOf(standing)) {
    const ofFile = results.filter(result => result.file === file)
    if (ofFile.some(result => result.title === wholeFile)) return { is: 'missing', why: `${file} could not be loaded` }
    const shown = ofFile.filter(result => matches(result.title))
    if (shown.length === 0) return { is: 'missing', why: `no test '${title}' in ${file}` }
    const bad = shown.find(({ outcome }) => outcome !== 'passed')
    if (bad !== undefined) return { is: 'missing', why: `${bad.outcome}: '${bad.title}' in ${file}` }
  }
  return { is: 'passed' }
}
