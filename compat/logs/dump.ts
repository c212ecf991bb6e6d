// Apache Kafka's kafka-dump-log over files of a log, and what it complains about. Its exit code says nothing.

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { installKafka, javaCommand } from '../kafka/kafka.ts'
import { Missing } from '../suite/missing.ts'

const complaint = /mismatch|non-consecutive|isvalid: false|corrupt|exception|error|not a valid|out of order|fail/i
/** It prints every record. */
const outputSizeMax = 256 * 2 ** 20

export interface Dump {
  readonly text: string
  readonly batchCount: number
  readonly complaints: readonly string[]
}

export function dumpLog(directory: string, suffixes: readonly string[], options: readonly string[]): Dump {
  const files = readdirSync(directory).filter(name => suffixes.some(suffix => name.endsWith(suffix)))
  const paths = files.map(name => join(directory, name)).join(',')
  const [program, args] = javaCommand('kafka.tools.DumpLogSegments', [...options, '--files', paths])
  const { stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: outputSizeMax })
  if (error) throw error
  const text = stdout + stderr,
    lines = text.split('\n')
  return {
    text,
    batchCount: lines.filter(line => line.startsWith('baseOffset:')).length,
    complaints: lines.filter(line => complaint.test(line)),
  }
}

/** Why nothing can be compared here; false where it can. */
export function whyNoKafka(): string | false {
  try {
    installKafka()
    return false
  } catch (error) {
    if (error instanceof Missing) return error.message
    throw error
  }
}
