// A scenario: what there is in a cluster, and calls of tools one after the other. It is run for each pair of tools and
// broker, each time under names of its own; what the tools say must be the same.

import type { Client } from '../../src/client/index.ts'

export interface Step {
  /** Arguments, divided by blanks; `{orders}` is a name of the scenario's own, and --bootstrap-server is added. */
  readonly run: string | readonly string[]
  /** The tool, where it is another than the scenario's. */
  readonly tool?: string
  readonly input?: string
  /** How the output is made comparable, beyond the usual. */
  readonly normalise?: readonly ((output: string) => string)[]
  /** Without --bootstrap-server. */
  readonly alone?: true
  /** Whether lines may come in any order. */
  readonly unordered?: true
  /** Whether only lines with a name of the scenario's own count, as others run on the same cluster. */
  readonly ownLines?: true
  /** Why standard error is not compared. */
  readonly stderr?: 'differs'
}

export interface Stage {
  readonly client: Client
  readonly bootstrap: string
  /** The name that `{name}` stands for. */
  readonly name: (name: string) => string
  /** A file with this text; its path is what `{file}` stands for. */
  readonly file: (name: string, text: string) => void
  /** Undone at the end of the scenario. */
  readonly defer: (undo: () => Promise<void>) => void
}

export interface Scenario {
  readonly tool: string
  readonly title: string
  /** Whether its brokers have an authorizer, which lets those do all who give no name. */
  readonly authorizer?: true
  readonly prepare?: (stage: Stage) => Promise<unknown>
  readonly steps: readonly (Step | string)[]
}

/** The scenarios of one tool. */
export function scenarios(tool: string, list: readonly Omit<Scenario, 'tool'>[]): Scenario[] {
  return list.map(scenario => ({ tool, ...scenario }))
}
