// Commands of several actions, as `millrace topics create NAME`: the first word chooses, the rest are names.

import { UserError } from '../base/index.ts'
import type { Client } from '../client/index.ts'
import { withClient } from './cluster.ts'
import type { Terminal } from './command.ts'

export interface Call<G> {
  readonly client: Client
  readonly names: readonly string[]
  readonly given: G
  readonly terminal: Terminal
}
export type Actions<G> = { readonly [action: string]: (call: Call<G>) => Promise<void> }

/** Runs the action that the first word names, the first of them without one: that one needs no name, the others do. */
export async function act<G extends { readonly bootstrap?: string }>(
  actions: Actions<G>,
  [action = Object.keys(actions)[0]!, ...names]: readonly string[],
  { command, noun, given, terminal }: { command: string; noun: string; given: G; terminal: Terminal },
): Promise<number> {
  const chosen = Object.hasOwn(actions, action) ? actions[action] : undefined
  if (chosen === undefined)
    throw new UserError('USAGE', `'${action}' is no action. Actions: ${Object.keys(actions).join(', ')}`)
  if (chosen !== Object.values(actions)[0] && names.length === 0)
    throw new UserError('USAGE', `'${command} ${action}' needs a ${noun}`)
  await withClient(given, client => chosen({ client, names, given, terminal }))
  return 0
}
