// The programs that play the scenario: each prints `act | operation | outcome`, a line an operation.

import { join } from 'node:path'

import { installKafka, javaCommand } from '../kafka/kafka.ts'
import { cached } from '../suite/cache.ts'
import { execute } from '../suite/command.ts'
import { prepare } from '../suite/missing.ts'
import { pythonEnvironment } from '../suite/python.ts'

export interface Scenario {
  readonly client: string
  /** The outcomes by act and operation. */
  play(bootstrap: string): Promise<Map<string, string>>
}
/** How long new entries may take to be known everywhere. */
const waitMs = '700'
const playMsMax = 500_000
const here = import.meta.dirname

export const scenarios: readonly Scenario[] = [
  {
    client: 'java',
    play: bootstrap => {
      const source = join(here, 'AclScenario.java')
      const classes = cached('compat-acl-java', [source], directory => {
        prepare('javac', ['-d', directory, '-cp', join(installKafka(), '*'), source])
      })
      return played(javaCommand('AclScenario', [bootstrap, waitMs], { classPath: [classes] }))
    },
  },
  {
    client: 'confluent-kafka',
    play: bootstrap => {
      const python = pythonEnvironment(join(here, '../clients/python/requirements.txt'))
      return played([python, ['-B', join(here, 'acl_scenario.py'), bootstrap, waitMs]])
    },
  },
]

async function played(command: readonly [program: string, args: readonly string[]]): Promise<Map<string, string>> {
  const { code, stdout, stderr } = await execute(command, { waitMs: playMsMax })
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}:\n${stdout.toString().slice(-1000)}\n${stderr}`)
  const lines = stdout
    .toString()
    .split('\n')
    .filter(line => line.includes(' | '))
  return new Map(lines.map(line => [line.slice(0, line.lastIndexOf(' | ')), line.slice(line.lastIndexOf(' | ') + 3)]))
}
