// Apache Kafka by hand: `node compat/kafka/cli.ts install`, `... start DIRECTORY [key=value]...`, `... run CLASS [argument]...`.

import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

import { installKafka, javaCommand, startKafka } from './kafka.ts'

const [command, ...args] = process.argv.slice(2)
if (command === 'install') {
  console.log(installKafka())
} else if (command === 'start' && args[0] !== undefined) {
  const [directory, ...properties] = args
  mkdirSync(directory, { recursive: true })
  const node = await startKafka(directory, Object.fromEntries(properties.map(property => property.split('=', 2))))
  console.log(JSON.stringify({ event: 'ready', pid: node.pid, bootstrap: node.bootstrap }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void node.stop())
} else if (command === 'run' && args[0] !== undefined) {
  const [className, ...rest] = args
  process.exitCode = spawnSync(...javaCommand(className, rest), { stdio: 'inherit' }).status ?? 1
} else {
  console.error('usage: cli.ts install | start DIRECTORY [key=value]... | run CLASS [argument]...')
  process.exitCode = 2
}
