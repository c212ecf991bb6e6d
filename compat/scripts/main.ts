// Scripts of other people's command lines, each command given to Apache Kafka and to our broker: what the first prints, and
// how it ends, the second must too. `npm run interop:scripts [-- --only NAME] [--verbose]`.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

import { startBroker, type Broker } from '../suite/broker.ts'
import { execute } from '../suite/command.ts'
import { Missing, prepare } from '../suite/missing.ts'
import { pythonEnvironment } from '../suite/python.ts'
import { normalised } from './normalised.ts'

const { values } = parseArgs({ options: { only: { type: 'string' }, verbose: { type: 'boolean' } } })
const here = import.meta.dirname

/** What a script needs: the directory that is added to the PATH. */
const programs: Readonly<Record<string, () => string>> = {
  kcat() {
    prepare('kcat', ['-V'])
    return here
  },
  'kafka-console': () => join(here, '../../node_modules/.bin'),
  'kafka-python': () => dirname(pythonEnvironment(join(here, '../clients/python/requirements.txt'))),
}

interface Outcome {
  readonly code: number | null
  readonly text: string
}
async function outcomes(script: string, path: string, { bootstrap }: Broker): Promise<Outcome[]> {
  const run = `s${Date.now().toString(36)}`
  const names = { B: bootstrap, T: `${run}-topic`, G: `${run}-group` }
  const variables = Object.entries(names).map(([name, value]) => `${name}=${value}`)
  const said: Outcome[] = []
  for (const command of commandsOf(script)) {
    const environment = [...variables, `PATH=${path}:${process.env['PATH']}`, 'LC_ALL=C.UTF-8']
    const { code, stdout, stderr } = await execute([
      'env',
      [...environment, 'bash', '-c', `set -o pipefail; ${command}`],
    ])
    said.push({ code, text: normalised(`${stdout.toString()}${stderr}`, names) })
  }
  return said
}
const commandsOf = (script: string) => script.split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'))

const directory = mkdtempSync(join(tmpdir(), 'scripts-'))
const brokers: Broker[] = []
let equal = 0,
  different = 0,
  skipped = 0
try {
  for (const which of ['kafka', 'millrace']) brokers.push(await startBroker(which, join(directory, which)))
  const files = readdirSync(here).filter(file => file.endsWith('.sh'))
  for (const file of files) {
    const name = basename(file, '.sh')
    if (values.only !== undefined && values.only !== name) continue
    const script = readFileSync(join(here, file), 'utf8')
    let path: string
    try {
      path = programs[name]!()
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      skipped += commandsOf(script).length
      console.log(`skipped ${name}: ${error.message}`)
      continue
    }
    const [theirs, ours] = await Promise.all(brokers.map(broker => outcomes(script, path, broker)))
    for (const [i, command] of commandsOf(script).entries()) {
      const [expected, found] = [theirs![i]!, ours![i]!]
      const isEqual = expected.code === found.code && expected.text === found.text
      if (isEqual) equal++
      else different++
      if (!isEqual || values.verbose)
        console.log(
          [
            `${isEqual ? 'equal' : 'DIFFERENT'}  ${name}: ${command}`,
            `  Apache Kafka (${expected.code}): ${expected.text}`,
            ...(isEqual ? [] : [`  our broker   (${found.code}): ${found.text}`]),
          ].join('\n'),
        )
    }
  }
} catch (error) {
  if (!(error instanceof Missing)) throw error
  console.log(`skipped: ${error.message}`)
} finally {
  await Promise.all(brokers.map(broker => broker.stop()))
  rmSync(directory, { recursive: true, force: true })
}
console.log(`${equal + different} commands: ${equal} equal, ${different} different, ${skipped} skipped`)
process.exitCode = different === 0 ? 0 : 1
