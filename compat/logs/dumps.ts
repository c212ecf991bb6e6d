// The same files given to Apache Kafka's kafka-dump-log and to `millrace dump-log`, and what each says of them.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { javaCommand } from '../kafka/kafka.ts'

export interface Said {
  readonly output: readonly string[]
  /** In no order: Kafka tells them as its hash tables have them. */
  readonly complaints: readonly string[]
  /** Kafka's tool ends with an exception at what it cannot read. */
  readonly exception: string | undefined
}

const main = join(import.meta.dirname, '../../src/cli/main.ts')
/** It prints every record. */
const outputSizeMax = 256 * 2 ** 20

export function kafkaSays(files: readonly string[], options: readonly string[]): Said {
  return said(...javaCommand('kafka.tools.DumpLogSegments', [...options, '--files', files.join()]))
}
export function weSay(files: readonly string[], options: readonly string[]): Said {
  return said(process.execPath, [main, 'dump-log', ...options, '--files', files.join()])
}
function said(program: string, args: readonly string[]): Said {
  // Java writes to its output in the encoding of the locale.
  const env = { ...process.env, LC_ALL: 'C.UTF-8' }
  const { stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: outputSizeMax, env })
  if (error) throw error
  const output = stdout.split('\n')
  // What follows the last newline: nothing, or a line in which an exception came.
  output.pop()
  const errors = stderr.split('\n').filter(line => line !== '' && !/^\s+(at |\.\.\. )|^Caused by/.test(line))
  const exception = errors.map(line => /^Exception in thread "main" [\w.$]+(?:: (.*))?$/.exec(line)).find(Boolean)
  return {
    output,
    complaints: errors.filter(line => !line.startsWith('Exception in thread')).toSorted(),
    exception: exception ? (exception[1] ?? '') : undefined,
  }
}
