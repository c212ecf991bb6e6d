// One spec of kafkajs in a process of its own, by kafkajs's jest: what one leaves behind is not the next one's.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { leftOut, reasonOf, type Subject } from './left-out.ts'
import type { SpecResult } from './results.ts'

const here = import.meta.dirname
const root = join(here, '../..')
const specMsMax = 240_000

export interface SpecRun {
  readonly subject: Subject
  /** Of kafkajs. */
  readonly source: string
  /** Scratch. */
  readonly work: string
  readonly ports: Readonly<Record<string, number>>
  /** kafkajs tests tokens, or else passwords. */
  readonly withTokens: boolean
}
interface JestOutput {
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: 'passed' | 'failed' | 'pending'
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

export async function runSpec(
  path: string,
  { subject, source, work, ports, withTokens }: SpecRun,
): Promise<SpecResult> {
  const spec = withTokens ? `${path}, OAUTHBEARER` : path
  const output = join(work, 'output.json')
  rmSync(output, { force: true })
  const config = {
    rootDir: source,
    ...(subject === 'drop-in' ? { testEnvironment: join(here, 'jest/environment.cjs') } : { testEnvironment: 'node' }),
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
  const child = spawn(process.execPath, [...jest, '--json', '--outputFile', output, '--runTestsByPath', path], {
    cwd: source,
    stdio: 'ignore',
    timeout: specMsMax,
    env: {
      ...process.env,
      NODE_ENV: 'test',
      KAFKA_VERSION: '2.4',
      MILLRACE_KAFKAJS: pathToFileURL(join(root, 'src/kafkajs/index.ts')).href,
      MILLRACE_PORTS: JSON.stringify(ports),
      MILLRACE_SUBJECT: subject,
      ...(withTokens ? { OAUTHBEARER_ENABLED: '1' } : {}),
    },
  })
  await once(child, 'exit')
  if (!existsSync(output))
    return { spec, passed: 0, leftOut: [], failed: [{ test: spec, message: 'did not end in time' }] }
  return judged(spec, JSON.parse(readFileSync(output, 'utf8')) as JestOutput, subject)
}

function judged(spec: string, { testResults }: JestOutput, subject: Subject): SpecResult {
  const failed: { test: string; message: string }[] = []
  const left: { test: string; reason: string }[] = []
  let passed = 0
  for (const { message, assertionResults } of testResults) {
    if (assertionResults.length === 0) failed.push({ test: spec, message: firstLines(message) })
    for (const { fullName, status, failureMessages } of assertionResults) {
      const reason =
        status === 'pending' ? 'skipped by kafkajs' : reasonOf(leftOut[subject].tests, `${spec} ${fullName}`)
      if (status === 'passed') passed++
      else if (reason !== undefined) left.push({ test: fullName, reason })
      else failed.push({ test: fullName, message: firstLines(failureMessages[0] ?? '') })
    }
  }
  return { spec, passed, leftOut: left, failed }
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
