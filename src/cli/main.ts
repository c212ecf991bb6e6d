#!/usr/bin/env node
// The command line: `millrace COMMAND …`.

import { enableCompileCache } from 'node:module'

import { packageVersion, UserError } from '../base/index.ts'
import { helpOf, parse, type Terminal } from './command.ts'
import { commands } from './commands.ts'
import { runToolNamed, toolNamed } from './kafka/tools.ts'
import { processTerminal } from './terminal.ts'

enableCompileCache()

async function main([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === '--version' || name === '-V') {
    terminal.out(`millrace ${packageVersion()}`)
    return 0
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(await overview())
    return 0
  }
  const tool = toolNamed(name)
  if (tool !== undefined) return runToolNamed(tool, args, terminal)
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined)
    throw new UserError('USAGE', `'${name}' is no command. Commands: ${Object.keys(commands).join(', ')}`)
  const { default: command } = await load()
  const { given, words } = parse(command, args)
  if ('help' in given) {
    terminal.out(helpOf(command))
    return 0
  }
  return command.run(given, words, terminal)
}

async function overview(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map(async load => (await load()).default))
  return [
    'millrace: a Kafka-compatible data-streaming platform in one program',
    '',
    ...all.map(({ name, about }) => `  millrace ${name.padEnd(16)}${about}`),
    '',
    "'millrace COMMAND --help' tells more; 'millrace --version' the version.",
    "Apache Kafka's own tools are there too, under their names: 'millrace kafka-topics --help'.",
  ].join('\n')
}

const terminal = processTerminal()
try {
  const [self = '', ...args] = process.argv.slice(1)
  // The package installs this file under the names of Kafka's tools too: then it is that tool.
  const tool = toolNamed(self)
  process.exitCode = await (tool === undefined ? main(args, terminal) : runToolNamed(tool, args, terminal))
} catch (error) {
  if (error instanceof UserError) terminal.error(`millrace: ${error.message}`)
  else terminal.error(`millrace: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  process.exitCode = 1
}
// Sockets and timers of what has ended must not keep a finished command waiting; what was written goes out first.
process.stdout.write('', () => process.exit())
