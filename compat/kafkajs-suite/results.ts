// RESULTS.md: what passed, what failed, and what was left out, with its reason.

import { leftOut, reasonOf, type Subject } from './left-out.ts'

export interface SpecResult {
  readonly spec: string
  readonly passed: number
  readonly leftOut: readonly { readonly test: string; readonly reason: string }[]
  readonly failed: readonly { readonly test: string; readonly message: string }[]
}

const about: Readonly<Record<Subject, { readonly title: string; readonly what: string }>> = {
  'drop-in': {
    title: "kafkajs's tests on the drop-in",
    what: `kafkajs 2.2.4's specs of its public face, with
\`millrace/kafkajs\` in the place of kafkajs, on three brokers of ours.`,
  },
  kafkajs: {
    title: "kafkajs's tests on our brokers",
    what: `kafkajs 2.2.4 by its own specs that ask a broker
something, on three brokers of ours, with listeners of PLAINTEXT, SSL and SASL_SSL, and an authorizer.`,
  },
}

export function resultsText(subject: Subject, results: readonly SpecResult[], notRun: readonly string[]): string {
  const sum = (of: (result: SpecResult) => number) => results.reduce((total, result) => total + of(result), 0)
  const groups = [...Map.groupBy(notRun, spec => reasonOf(leftOut[subject].specs, spec) ?? '')]
  return `# ${about[subject].title}

Written by \`npm run interop:kafkajs -- --source CHECKOUT${subject === 'drop-in' ? '' : ` --subject ${subject}`}\`: ${about[subject].what}

**${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed.length)} failed, ${sum(({ leftOut }) => leftOut.length)} left out** of ${results.length} specs.

| spec | passed | left out | failed |
| --- | --: | --: | --: |
${results.map(({ spec, passed, leftOut, failed }) => `| ${spec.replace(/^src\//, '')} | ${passed} | ${leftOut.length} | ${failed.length} |`).join('\n')}

## Failed

${listOf(results.flatMap(({ failed }) => failed.map(({ test, message }) => `${test}: \`${message.replaceAll('`', "'")}\``)))}

## Left out of the specs that were run

${byReason(results.flatMap(({ leftOut }) => leftOut))}

## Specs that were not run

${listOf(groups.map(([reason, specs]) => `${reason}: ${specs.length} specs`))}
`
}

function byReason(tests: SpecResult['leftOut']): string {
  const groups = [...Map.groupBy(tests, ({ reason }) => reason)]
  return listOf(
    groups.map(([reason, list]) => `${reason} (${list.length}): ${list.map(({ test }) => test).join('; ')}`),
  )
}
const listOf = (lines: readonly string[]) => (lines.length === 0 ? 'none' : lines.map(line => `- ${line}`).join('\n'))
