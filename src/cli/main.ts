#!/usr/bin/env node
// The command line: `millrace COMMAND …`.

import * as nodeModule from 'node:module'

import { packageVersion, UserError } from '../base/index.ts'
import { helpOf, parse, type Terminal } from './command.ts'
import { commands } from './commands.ts'
import { runToolNamed, toolNamed } from './kafka/tools.ts'
import { processTerminal } from './terminal.ts'

/** What package.json asks for. An older Node is told here, since the first thing that it lacks says less. */
const nodeMin = [22, 18] as const

async function main([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === '--version' || name === '-V') {
    terminal.out(`millrace ${packageVersion()}`)
    return 0
  }
  if (name === 'help' && args[0] !== undefined) return main([args[0], '--help'], terminal)
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(overview())
    return 0
  }
  const tool = toolNamed(name)
  if (tool !== undefined) return runToolNamed(tool, args, terminal)
  const listed = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (listed === undefined)
    throw new UserError('USAGE', `'${name}' is no command. Commands: ${Object.keys(commands).join(', ')}`)
  const { default: command } = await listed.load()
  const { given, words } = parse(command, args)
  if ('help' in given) {
    terminal.out(helpOf(command, listed.about))
    return 0
  }
  return command.run(given, words, terminal)
}

function overview(): string {
  return [
    'millrace: a Kafka-compatible data-streaming platform in one program',
    '',
    ...Object.entries(commands).map(([name, { about }]) => `  millrace ${name.padEnd(16)}${about}`),
    '',
    "'millrace COMMAND --help' tells more; 'millrace --version' the version.",
    "Apache Kafka's own tools are there too, under their names: 'millrace kafka-topics --help'.",
  ].join('\n')
}

function checkNode(): void {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number]
  if (major < nodeMin[0] || (major === nodeMin[0] && minor < nodeMin[1]))
    throw new UserError('NODE_TOO_OLD', `Node ${nodeMin.join('.')} or newer is needed, and this is ${process.version}`)
}

const terminal = processTerminal()
try {
  checkNode()
  nodeModule.enableCompileCache()
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
