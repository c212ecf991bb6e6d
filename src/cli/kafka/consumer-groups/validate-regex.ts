// kafka-consumer-groups --validate-regex: whether brokers take an expression, which for them is RE2's (KIP-848).

import { RE2JS, RE2JSSyntaxException } from 're2js'

import type { Terminal } from '../../command.ts'

export function validateRegex(expression: string, terminal: Terminal): void {
  try {
    RE2JS.compile(expression)
    terminal.out(`The regular expression \`${expression}\` is valid.`)
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error
    terminal.out(`The regular expression \`${expression}\` is invalid: ${error.getDescription()}.`)
  }
}
