// What users may do: a scenario of access control entries, played by Java's and Python's clients on Apache Kafka with its
// StandardAuthorizer and on our broker. Each operation must end the same way on both.
//
//   npm run interop:acl [-- --client java] [--show]

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { startNamedBroker } from './broker.ts'
import { scenarios } from './scenarios.ts'

const { values: options } = parseArgs({
  options: { client: { type: 'string' }, show: { type: 'boolean', default: false } },
})
const properties = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS;User:admin',
}
const directory = mkdtempSync(join(tmpdir(), 'acl-'))
let differing = 0
for (const scenario of scenarios.filter(({ client }) => options.client === undefined || client === options.client)) {
  const played = new Map<string, Map<string, string>>()
  for (const which of ['kafka', 'millrace'] as const) {
    const broker = await startNamedBroker(which, join(directory, scenario.client), properties)
    try {
      played.set(which, await scenario.play(broker.bootstrap))
    } finally {
      await broker.stop()
    }
  }
  const [kafka, ours] = [played.get('kafka')!, played.get('millrace')!]
  const steps = [...new Set([...kafka.keys(), ...ours.keys()])]
  const wrong = steps.filter(step => kafka.get(step) !== ours.get(step))
  if (options.show) for (const step of steps) console.log(`${step} | ${ours.get(step)}`)
  for (const step of wrong)
    console.log(`${step}\n  Apache Kafka: ${kafka.get(step)}\n  ours:         ${ours.get(step)}`)
  const refused = steps.filter(step => /Exception$|_FAILED$/.test(kafka.get(step) ?? '')).length
  console.log(
    `${scenario.client}: ${steps.length} operations, ${refused} of them refused; ${wrong.length} end otherwise`,
  )
  differing += wrong.length + (steps.length === 0 ? 1 : 0)
}
if (differing === 0) rmSync(directory, { recursive: true, force: true })
else console.log(`logs in ${directory}`)
process.exitCode = differing === 0 ? 0 : 1
