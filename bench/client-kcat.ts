// librdkafka in C, as kcat: what it costs to send and to read the same records, by the CPU seconds of its process.

import { spawnSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

import type { ReadLoad, SendLoad } from './client-peers.ts'

export function kcatSender(bootstrap: string, directory: string, load: SendLoad): number {
  const { topic, records, count, codec, acks } = load
  const lines = Buffer.concat(records.flatMap(({ key, value }) => [key, Buffer.from('|'), value, Buffer.from('\n')]))
  const path = join(directory, 'lines')
  const file = openSync(path, 'w')
  for (let written = 0; written < count; written += records.length) writeSync(file, lines)
  closeSync(file)
  const settings = {
    acks,
    'compression.codec': codec,
    'enable.idempotence': acks === 'all',
    'queue.buffering.max.messages': 1_000_000,
    'linger.ms': 5,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-X', `${name}=${value}`])
  return cpuSeconds(['-P', '-b', bootstrap, '-t', topic, '-K', '|', ...flags], path)
}
export function kcatReader(bootstrap: string, { topic, count }: ReadLoad): number {
  return cpuSeconds(['-C', '-b', bootstrap, '-t', topic, '-o', 'beginning', '-c', `${count}`, '-q', '-f', '%s\n'])
}

/** It may wait for records that do not come. */
const runMsMax = 60_000

function cpuSeconds(args: readonly string[], input?: string): number {
  const stdin = input === undefined ? 'ignore' : openSync(input, 'r')
  const script = 'TIMEFORMAT="%U %S"; time kcat "$@" > /dev/null 2>&1'
  const { stderr, status } = spawnSync('bash', ['-c', script, 'kcat', ...args], {
    stdio: [stdin, 'ignore', 'pipe'],
    timeout: runMsMax,
  })
  if (typeof stdin === 'number') closeSync(stdin)
  if (status !== 0) throw new Error(`kcat ${args.join(' ')} ended with ${status}: ${String(stderr)}`)
  const [user = NaN, system = NaN] = String(stderr).trim().split(' ').map(Number)
  return user + system
}
