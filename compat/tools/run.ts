// Runs a scenario for one pair of tools and broker, in names of its own.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { createClient } from '../../src/client/index.ts'
import type { Outcome, Tools } from './invocation.ts'
import { normalised, type World } from './normalise.ts'
import type { Scenario, Stage, Step } from './scenario.ts'

export interface Place extends World {
  readonly tools: Tools
}
export interface Result {
  readonly raw: Outcome
  readonly normalised: Outcome
}

/** Gives the outcome of each step. */
export async function run({ tool, prepare, steps }: Scenario, place: Place): Promise<Result[]> {
  const { prefix, bootstrap, directory, tools } = place
  mkdirSync(directory, { recursive: true })
  const client = createClient({ bootstrap, clientId: 'scenario', backoffMs: 20 })
  const undo: (() => Promise<void>)[] = []
  const stage: Stage = {
    client,
    bootstrap,
    name: name => prefix + name,
    file: (name, text) => writeFileSync(join(directory, name), text),
    defer: action => void undo.push(action),
  }
  try {
    await prepare?.(stage)
    const results: Result[] = []
    for (const given of steps) {
      const step = stepOf(given)
      const raw = await tools.run({
        tool: step.tool ?? tool,
        args: argumentsOf(step, place),
        ...(step.input === undefined ? {} : { input: filled(step.input, place) }),
      })
      results.push({ raw, normalised: normalised(raw, step, place) })
    }
    return results
  } finally {
    for (const action of undo.reverse()) await action()
    await client.close()
  }
}

export const stepOf = (given: Step | string): Step => (typeof given === 'string' ? { run: given } : given)

function argumentsOf({ run, alone }: Step, place: Place): string[] {
  const words = typeof run === 'string' ? run.split(' ').filter(Boolean) : run
  const args = words.map(word => filled(word, place))
  return alone ? args : ['--bootstrap-server', place.bootstrap, ...args]
}

/** `{orders}` is a name of the scenario's, `{/plan.json}` a file of its directory, `{bootstrap}` the address. */
function filled(text: string, { prefix, bootstrap, directory }: World): string {
  return text.replaceAll(/\{([/a-z][\w.-]*)\}/g, (_, name: string) => {
    if (name === 'bootstrap') return bootstrap
    return name.startsWith('/') ? join(directory, name) : prefix + name
  })
}
