// What the commands that talk to a cluster share: the client, and how partitions and tables are written.

import { UserError } from '../base/index.ts'
import { createClient, KafkaError, type Client } from '../client/index.ts'
import { bootstrapOf } from './command.ts'

/** Runs with a client that is closed afterwards. What the cluster refuses is told without a stack trace. */
export async function withClient<T>(
  given: { readonly bootstrap?: string },
  run: (client: Client) => Promise<T>,
): Promise<T> {
  const client = createClient({ bootstrap: bootstrapOf(given), clientId: 'millrace-cli' })
  try {
    return await run(client)
  } catch (error) {
    if (error instanceof KafkaError) throw new UserError(error.code, `${error.message} (${error.code})`)
    throw error
  } finally {
    await client.close()
  }
}

/** Columns aligned to the widest cell; those of numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const all = [head, ...rows.map(row => row.map(String))]
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]!.length)))
  const right = head.map((_, column) => rows.length > 0 && rows.every(row => /^-?[\d.]*%?$/.test(String(row[column]!))))
  return all.map(row =>
    row
      .map((cell, column) => (right[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
}

/** 'key=value' arguments, or a UserError that names the option. */
export function pairs(given: readonly string[] = [], option: string): Record<string, string> {
  return Object.fromEntries(
    given.map(text => {
      const at = text.indexOf('=')
      if (at < 1) throw new UserError('USAGE', `--${option} takes KEY=VALUE, not '${text}'`)
      return [text.slice(0, at), text.slice(at + 1)] as const
    }),
  )
}
