// kafkajs's own tests with the drop-in in its place, on brokers of ours: npm run interop:kafkajs -- --source CHECKOUT
//
// The checkout is kafkajs's repository (v2.2.4) with its test tools; nothing of it is copied. Results go to RESULTS.md.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

import { reasonOf, specsLeftOut, testsLeftOut } from './left-out.ts'
import { resultsText, type SpecResult } from './results.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '../..')
/** Of kafkajs's package.json, those that the tests need. */
const tools =
  'jest@25 jest-circus@25 jest-extended@0.11 jest-junit@10 execa@2 semver@6 uuid@3 jsonwebtoken@9 mockdate@2 ip@1 glob@7'
/** As kafkajs's tests name them: the plain listeners of three brokers. */
const plainPorts = ['9092', '9095', '9098']

interface JestOutput {
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: 'passed' | 'failed' | 'pending'
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

const { values } = parseArgs({ options: { source: { type: 'string' }, match: { type: 'string', default: '.' } } })
const source = values.source === undefined ? undefined : resolve(values.source)
if (source === undefined || !existsSync(join(source, 'testHelpers'))) {
  console.error('usage: npm run interop:kafkajs -- --source CHECKOUT-OF-KAFKAJS [--match PATTERN]')
  process.exit(2)
}
if (!existsSync(join(source, 'node_modules/jest'))) {
  console.error(`In the checkout: npm install --no-save --ignore-scripts --legacy-peer-deps ${tools}`)
  process.exit(2)
}

const specs = globSync('src/**/*.spec.js', { cwd: source })
  .map(spec => spec.replaceAll('\\', '/'))
  .toSorted()
const wanted = specs.filter(spec => reasonOf(specsLeftOut, spec) === undefined && new RegExp(values.match).test(spec))
const work = mkdtempSync(join(tmpdir(), 'kafkajs-suite-'))
const { brokers, ports } = await startBrokers()
try {
  const results: SpecResult[] = []
  for (const spec of wanted) {
    const result = await runSpec(spec)
    results.push(result)
    const failed = result.failed.map(({ test, message }) => `\n    ${test}\n      ${message}`).join('')
    console.log(
      `${spec}: ${result.passed} passed, ${result.leftOut.length} left out, ${result.failed.length} failed${failed}`,
    )
  }
  if (values.match === '.') {
    const notRun = specs.filter(spec => !wanted.includes(spec))
    writeFileSync(join(here, 'RESULTS.md'), resultsText(results, notRun))
  }
  const failures = results.reduce((sum, { failed }) => sum + failed.length, 0)
  console.log(`${results.reduce((sum, { passed }) => sum + passed, 0)} passed, ${failures} failed`)
  process.exitCode = failures === 0 ? 0 : 1
} finally {
  brokers.kill()
  rmSync(work, { recursive: true, force: true })
}

async function startBrokers(): Promise<{ brokers: ChildProcess; ports: Record<string, number> }> {
  const settings = ['node.id=0', 'group.min.session.timeout.ms=100', 'offsets.topic.num.partitions=5']
  const options = ['--memory', '--brokers', '3', '--port', '0', '--format', 'json']
  const overrides = settings.flatMap(setting => ['--override', setting])
  const brokers = spawn(process.execPath, ['src/cli/main.ts', 'up', ...options, ...overrides], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(brokers.stdout), 'line')) as [string]
  const { bootstrap } = JSON.parse(line) as { bootstrap: string }
  const taken = bootstrap.split(',').map(address => Number(address.split(':').at(-1)))
  return { brokers, ports: Object.fromEntries(plainPorts.map((port, i) => [port, taken[i]!])) }
}

/** One after the other, each in a process of its own: what one leaves behind is not the next one's. */
async function runSpec(spec: string): Promise<SpecResult> {
  const output = join(work, 'output.json')
  rmSync(output, { force: true })
  const config = {
    rootDir: source,
    testEnvironment: join(here, 'jest/environment.cjs'),
    resolver: join(here, 'jest/resolver.cjs'),
    transform: { '\\.js$': join(here, 'jest/ports.cjs') },
    testRunner: 'jest-circus/runner',
    setupFilesAfterEnv: ['<rootDir>/testHelpers/setup.js'],
    testRegex: 'spec\\.js$',
  }
  const jest = [
    'node_modules/jest/bin/jest.js',
    '--config',
    JSON.stringify(config),
    '--runInBand',
    '--forceExit',
    '--ci',
  ]
  const child = spawn(process.execPath, [...jest, '--json', '--outputFile', output, '--runTestsByPath', spec], {
    cwd: source!,
    stdio: 'ignore',
    timeout: 240_000,
    env: {
      ...process.env,
      NODE_ENV: 'test',
      KAFKA_VERSION: '2.4',
      MILLRACE_KAFKAJS: pathToFileURL(join(root, 'src/kafkajs/index.ts')).href,
      MILLRACE_PORTS: JSON.stringify(ports),
    },
  })
  await once(child, 'exit')
  const failed: { test: string; message: string }[] = []
  const leftOut: { test: string; reason: string }[] = []
  let passed = 0
  if (!existsSync(output)) return { spec, passed, leftOut, failed: [{ test: spec, message: 'did not end in time' }] }
  const { testResults } = JSON.parse(readFileSync(output, 'utf8')) as JestOutput
  for (const { message, assertionResults } of testResults) {
    if (assertionResults.length === 0) failed.push({ test: spec, message: firstLines(message) })
    for (const { fullName, status, failureMessages } of assertionResults) {
      const reason = status === 'pending' ? 'skipped by kafkajs' : reasonOf(testsLeftOut, `${spec} ${fullName}`)
      if (status === 'passed') passed++
      else if (reason !== undefined) leftOut.push({ test: fullName, reason })
      else failed.push({ test: fullName, message: firstLines(failureMessages[0] ?? '') })
    }
  }
  return { spec, passed, leftOut, failed }
}
/** Without the stack, and without colours. */
function firstLines(message: string): string {
  // oxlint-disable-next-line no-control-regex -- the colours are control characters
  const plain = message.replaceAll(/\u001B\[\d+m/g, '').split('\n')
  return plain
    .filter(line => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(0, 6)
    .join(' | ')
    .slice(0, 300)
}
