// What the commands that talk to a cluster share: the client, and how partitions and tables are written.

import { silentLogger, systemClock, UserError, type LogFields, type Logger } from '../base/index.ts'
import { createClient, KafkaError, type Client } from '../client/index.ts'
import { bootstrapOf } from './command.ts'

/**
 * Runs with a client that is closed afterwards. What the cluster refuses is told without a stack trace; and that no broker
 * is there, once it was tried for `reachMs`: an application waits longer for its cluster than a person.
 */
export async function withClient<T>(
  given: { readonly bootstrap?: string },
  run: (client: Client) => Promise<T>,
  reachMs: number = reachMsDefault,
): Promise<T> {
  const bootstrap = bootstrapOf(given)
  const contact = new FirstContact(bootstrap, systemClock.monotonic() + reachMs)
  let client: Client | undefined
  try {
    client = createClient({ bootstrap, clientId: 'millrace-cli', logger: contact.logger })
    return await Promise.race([run(client), contact.failed])
  } catch (error) {
    if (error instanceof KafkaError) throw new UserError(error.code, `${error.message} (${error.code})`)
    throw error
  } finally {
    const closed = client?.close()
    // What waits to be sent to a broker that was never there waits in vain.
    if (contact.hasFailed) closed?.catch(() => {})
    else await closed
  }
}

const reachMsDefault = 5_000

/** Hears of the client's connections, and fails when none has come about in time. */
class FirstContact {
  readonly logger: Logger = { ...silentLogger, debug: (event, fields) => this.#heard(event, fields) }
  readonly failed: Promise<never>
  readonly #bootstrap: string
  readonly #deadline: number
  hasFailed = false
  #isMade = false
  #fail!: (error: Error) => void
  constructor(bootstrap: string, deadline: number) {
    this.#bootstrap = bootstrap
    this.#deadline = deadline
    this.failed = new Promise((_, reject) => (this.#fail = reject))
    // Whoever has ended does not hear of it any more.
    this.failed.catch(() => {})
  }
  #heard(event: string, { error }: LogFields = {}): void {
    if (event === 'connected') this.#isMade = true
    if (event !== 'connect failed' || this.#isMade || systemClock.monotonic() < this.#deadline) return
    const reason = String(error).replace(/^\w*Error: /, '')
    const advice = 'is it running, and is this its address? (--bootstrap, MILLRACE_BOOTSTRAP)'
    this.hasFailed = true
    this.#fail(new UserError('NO_BROKER_AVAILABLE', `no broker answers at ${this.#bootstrap}: ${reason}\n${advice}`))
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
