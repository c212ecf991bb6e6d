// A tool whose arguments are argparse4j's: usage and error on standard error, help on standard output.

import type { Terminal } from '../command.ts'
import {
  ArgumentError,
  HelpWanted,
  parseArguments,
  type GivenArguments,
  type ParserDeclaration,
} from './options/argparse.ts'
import type { Tool } from './tool.ts'

export function argumentTool(declared: {
  readonly parser: ParserDeclaration
  /** Whether without any argument it shows its help, and all is well. */
  readonly helpsWithoutArguments?: true
  run(call: {
    readonly given: GivenArguments
    readonly terminal: Terminal
    readonly fail: (message: string) => never
  }): Promise<number | void>
}): Tool {
  const { parser } = declared
  return {
    async run(args, terminal) {
      try {
        const given = parseArguments(parser, declared.helpsWithoutArguments && args.length === 0 ? ['--help'] : args)
        const fail = (message: string): never => {
          throw new ArgumentError(message, parser)
        }
        return (await declared.run({ given, terminal, fail })) ?? 0
      } catch (error) {
        if (error instanceof HelpWanted) {
          terminal.out(error.help)
          return 0
        }
        if (!(error instanceof ArgumentError)) throw error
        terminal.error(`${error.usage}\n${error.message}`)
        return 1
      }
    },
  }
}
