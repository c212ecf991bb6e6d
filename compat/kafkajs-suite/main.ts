// kafkajs's own tests on brokers of ours, with the drop-in in its place or with kafkajs itself:
// npm run interop:kafkajs -- --source CHECKOUT [--subject kafkajs] [--match PATTERN]
//
// The checkout is kafkajs's repository (v2.2.4) with its test tools; nothing of it is copied. Results go to RESULTS.md and
// RESULTS-kafkajs.md.

import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { startBrokers } from './brokers.ts'
import { leftOut, reasonOf, specsWithTokens, type Subject } from './left-out.ts'
import { resultsText, type SpecResult } from './results.ts'
import { runSpec } from './run-spec.ts'

/** Of kafkajs's package.json, those that the tests need. */
const tools =
  'jest@25 jest-circus@25 jest-extended@0.11 jest-junit@10 execa@2 semver@6 uuid@3 jsonwebtoken@9 mockdate@2 ip@1 glob@7'
const resultsFiles: Readonly<Record<Subject, string>> = { 'drop-in': 'RESULTS.md', kafkajs: 'RESULTS-kafkajs.md' }

const { values } = parseArgs({
  options: {
    source: { type: 'string' },
    subject: { type: 'string', default: 'drop-in' },
    match: { type: 'string', default: '.' },
  },
})
const source = values.source === undefined ? undefined : resolve(values.source)
if (source === undefined || !existsSync(join(source, 'testHelpers')) || !(values.subject in resultsFiles)) {
  console.error(
    'usage: npm run interop:kafkajs -- --source CHECKOUT-OF-KAFKAJS [--subject drop-in|kafkajs] [--match PATTERN]',
  )
  process.exit(2)
}
if (!existsSync(join(source, 'node_modules/jest'))) {
  console.error(`In the checkout: npm install --no-save --ignore-scripts --legacy-peer-deps ${tools}`)
  process.exit(2)
}
const subject = values.subject as Subject // one of those, by the check above

const specs = globSync('src/**/*.spec.js', { cwd: source })
  .map(spec => spec.replaceAll('\\', '/'))
  .toSorted()
const run = specs.filter(spec => reasonOf(leftOut[subject].specs, spec) === undefined)
const wanted = [
  ...run.map(spec => [spec, false] as const),
  ...run.filter(spec => specsWithTokens.test(spec)).map(spec => [spec, true] as const),
].filter(([spec, withTokens]) => new RegExp(values.match).test(withTokens ? `${spec}, OAUTHBEARER` : spec))
const work = mkdtempSync(join(tmpdir(), 'kafkajs-suite-'))
const { ports, stop } = await startBrokers(source, work)
try {
  const results: SpecResult[] = []
  for (const [path, withTokens] of wanted) {
    const result = await runSpec(path, { subject, source, work, ports, withTokens })
    results.push(result)
    const failed = result.failed.map(({ test, message }) => `\n    ${test}\n      ${message}`).join('')
    console.log(
      `${result.spec}: ${result.passed} passed, ${result.leftOut.length} left out, ${result.failed.length} failed${failed}`,
    )
  }
  if (values.match === '.') {
    const notRun = specs.filter(spec => !run.includes(spec))
    writeFileSync(join(import.meta.dirname, resultsFiles[subject]), resultsText(subject, results, notRun))
  }
  const failures = results.reduce((sum, { failed }) => sum + failed.length, 0)
  console.log(`${results.reduce((sum, { passed }) => sum + passed, 0)} passed, ${failures} failed`)
  process.exitCode = failures === 0 ? 0 : 1
} finally {
  await stop()
  rmSync(work, { recursive: true, force: true })
}
