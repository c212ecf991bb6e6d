// npm run conformance: what we know of Kafka's behaviour, and how we stand to each: passed, missing, differs, later. It
// fails when something is missing.

import { sections } from './behaviours.ts'
import { judge, runTests, type Verdict } from './results.ts'

type Kind = Verdict['is']
const kinds: readonly Kind[] = ['passed', 'missing', 'differs', 'later']
const label = { passed: 'passed ', missing: 'MISSING', differs: 'differs', later: 'later  ' } as const

function tally(verdicts: readonly Verdict[]): string {
  const words = { passed: 'passed', missing: 'missing', differs: 'differ', later: 'later' } as const
  return kinds.map(kind => `${verdicts.filter(({ is }) => is === kind).length} ${words[kind]}`).join(', ')
}
function line(sentence: string, verdict: Verdict): string {
  const why =
    verdict.is === 'passed' ? '' : verdict.is === 'later' ? `  (${verdict.why})` : `\n           ${verdict.why}`
  return `  ${label[verdict.is]}  ${sentence}${why}`
}

const results = await runTests(sections)
const all: Verdict[] = []
const summary: string[] = []
for (const { title, behaviours } of sections) {
  const judged = behaviours.map(([sentence, standing]) => ({ sentence, verdict: judge(standing, results) }))
  const verdicts = judged.map(({ verdict }) => verdict)
  all.push(...verdicts)
  summary.push(`${title.padEnd(45)} ${tally(verdicts)}`)
  console.log([title, ...judged.map(({ sentence, verdict }) => line(sentence, verdict)), ''].join('\n'))
}
const count = (kind: Kind) => all.filter(({ is }) => is === kind).length
console.log([...summary, '', tally(all), `${count('passed')} passed, ${count('missing')} failed`].join('\n'))
process.exitCode = count('missing') > 0 ? 1 : 0
