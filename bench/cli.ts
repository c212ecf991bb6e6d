// cli: how long a command takes from its start to its end, ours as users get it (from dist) and Apache Kafka's in Java, without
// a broker and with one.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { javaCommand } from '../compat/kafka/kafka.ts'
import { classes } from '../compat/tools/apache-tools.ts'
import { buildDist, checkout, startMillrace, withDirectory } from './brokers.ts'
import { printTable } from './report.ts'

const rounds = 11

export async function benchCommandLine(): Promise<void> {
  buildDist()
  await withDirectory(async directory => {
    const broker = await startMillrace(join(directory, 'millrace'))
    try {
      const at = ['--bootstrap-server', broker.bootstrap]
      const ours = (...args: string[]) => median(process.execPath, [join(checkout, 'dist/cli/main.js'), ...args])
      const apache = (tool: string, ...args: string[]) => median(...javaCommand(classes[tool]!, args))
      const row = (name: string, ms: number, kafkaMs?: number) => [
        name,
        ms.toFixed(0),
        kafkaMs?.toFixed(0) ?? '-',
        kafkaMs === undefined ? '-' : (ms / kafkaMs).toFixed(2),
      ]
      const importing = (module: string) =>
        median(process.execPath, ['--input-type=module', '--eval', `await import(${JSON.stringify(module)})`])
      printTable(
        ['command', 'ms', "Apache's ms", 'ratio'],
        [
          row('node, which does nothing', median(process.execPath, ['--eval', ''])),
          row('... but import millrace/client', importing(pathToFileURL(join(checkout, 'dist/client/index.js')).href)),
          row('... or kafkajs', importing('kafkajs')),
          row('... or @platformatic/kafka', importing('@platformatic/kafka')),
          row('millrace --version', ours('--version')),
          row('millrace topics --help', ours('topics', '--help')),
          row('kafka-topics --version', ours('kafka-topics', '--version'), apache('kafka-topics', '--version')),
          row('kafka-topics --list', ours('kafka-topics', '--list', ...at), apache('kafka-topics', '--list', ...at)),
        ],
      )
    } finally {
      await broker.stop()
    }
  })
}

function median(program: string, args: readonly string[]): number {
  const times = Array.from({ length: rounds }, () => {
    const from = performance.now()
    const { status, stderr } = spawnSync(program, [...args], { encoding: 'utf8', cwd: checkout })
    if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`)
    return performance.now() - from
  })
  return times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!
}
