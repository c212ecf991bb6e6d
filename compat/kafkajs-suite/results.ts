// RESULTS.md: what passed, what failed, and what was left out, with its reason.

import { reasonOf, specsLeftOut } from './left-out.ts'

export interface SpecResult {
  readonly spec: string
  readonly passed: number
  readonly leftOut: readonly { readonly test: string; readonly reason: string }[]
  readonly failed: readonly { readonly test: string; readonly message: string }[]
}

export function resultsText(results: readonly SpecResult[], notRun: readonly string[]): string {
  const sum = (of: (result: SpecResult) => number) => results.reduce((total, result) => total + of(result), 0)
  const groups = [...Map.groupBy(notRun, spec => reasonOf(specsLeftOut, spec) ?? '')]
  return `# kafkajs's tests on the drop-in

Written by \`npm run interop:kafkajs -- --source CHECKOUT\`: kafkajs 2.2.4's specs of its public face, with
\`millrace/kafkajs\` in the place of kafkajs, on three brokers of ours.

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
