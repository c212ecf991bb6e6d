// npm run acceptance [-- --blocks DIR] [--only a12,a30]: the blocks of the user's documents that need the broker, the command
// line or a client, as they stand, each held against what must be seen of it. Prints a table of all rows.
//
// It takes localhost:9092 and /var/lib/kafka/data, as the documents do: where Linux lets it, in a network and a file system of
// its own.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { Missing } from '../suite/missing.ts'
import { pythonEnvironment } from '../suite/python.ts'
import { checks } from './checks.ts'
import { World } from './world.ts'

const options = { blocks: { type: 'string' }, only: { type: 'string' } } as const
const { values } = parseArgs({ options })
const blocks = resolve(values.blocks ?? join(import.meta.dirname, '../../../shared/acceptance/blocks'))

interface Row {
  readonly id: string
  readonly document: string
  readonly system: string
  readonly about: string
  readonly file: string
}
interface Result extends Row {
  readonly outcome: 'passed' | 'FAILED' | 'skipped'
  readonly remark: string
}

if (!existsSync(blocks)) console.log(`skipped: the documents' blocks are not at ${blocks}; name them with --blocks`)
else if (process.env[inside()] === undefined && ownWorld()) process.exitCode = runInOwnWorld()
else process.exitCode = await main()

function inside(): string {
  return 'MILLRACE_ACCEPTANCE'
}
function ownWorld(): boolean {
  return (
    spawnSync('unshare', ['--map-root-user', '--net', '--mount', 'mount', '-t', 'tmpfs', 'none', '/var/lib']).status ===
    0
  )
}
function runInOwnWorld(): number {
  const prepare = 'mount -t tmpfs none /var/lib && ip link set lo up && exec "$@"'
  const again = [process.execPath, import.meta.filename, ...process.argv.slice(2)]
  // What must be fetched is fetched while there is a network.
  preparedPython()
  const { status } = spawnSync(
    'unshare',
    ['--map-root-user', '--net', '--mount', 'sh', '-c', prepare, 'sh', ...again],
    {
      stdio: 'inherit',
      env: { ...process.env, [inside()]: '1' },
    },
  )
  return status ?? 1
}

function preparedPython(): string | undefined {
  try {
    return pythonEnvironment(join(import.meta.dirname, 'requirements.txt'))
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    console.log(`Python is missing: ${error.message}`)
    return undefined
  }
}

async function main(): Promise<number> {
  const only = values.only?.split(',')
  const rows = readRows().filter(({ id }) => only?.includes(id) ?? true)
  const python = preparedPython()
  const world = new World({ blocks, python: python ?? 'python3' })
  const results: Result[] = []
  let document = ''
  try {
    for (const row of inOrder(rows)) {
      const check = checks[row.id]
      if (check === undefined || (python === undefined && row.file.endsWith('.py'))) {
        const remark = check === undefined ? `needs ${row.system}` : 'needs Python'
        results.push({ ...row, outcome: 'skipped', remark })
        continue
      }
      if (row.document !== document) await world.startBroker()
      document = row.document
      const from = Date.now()
      let failure: string | undefined
      try {
        await check({ world, run: options => world.block(row.file, options) })
      } catch (error) {
        failure = (error as Error).message
      }
      const seconds = `${((Date.now() - from) / 1_000).toFixed(1)} s`
      results.push({
        ...row,
        outcome: failure === undefined ? 'passed' : 'FAILED',
        remark: failure?.split('\n')[0] ?? seconds,
      })
      console.error(`${row.id} ${failure === undefined ? 'passed' : `FAILED: ${failure}`} (${seconds})`)
    }
  } finally {
    await world.stop()
  }
  print(results.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
  return results.some(({ outcome }) => outcome === 'FAILED') ? 1 : 0
}

/** Rows in order, but what others of the document stand on first: a38 reads the topic of a18, a34 what a33 wrote. */
function inOrder(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) =>
    a.document === b.document ? (a.id < b.id ? -1 : 1) : a.document < b.document ? -1 : 1,
  )
}

function readRows(): Row[] {
  const files = readdirSync(blocks)
  const [head, ...lines] = readFileSync(join(blocks, '../blocks.tsv'), 'utf8').trimEnd().split('\n')
  const columns = head!.split('\t')
  const at = (cells: readonly string[], column: string) => cells[columns.indexOf(column)] ?? ''
  return lines.map(line => {
    const cells = line.split('\t'),
      id = at(cells, 'id')
    const file = files.find(name => name.startsWith(`${id}.`)) ?? ''
    return { id, document: at(cells, 'document'), system: at(cells, 'system'), about: at(cells, 'what it does'), file }
  })
}

function print(results: readonly Result[]): void {
  console.log('| row | document | system | what it does | result | |\n| --- | --- | --- | --- | --- | --- |')
  for (const { id, document, system, about, outcome, remark } of results)
    console.log(
      `| ${[id, document, system, about, outcome, remark].map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`,
    )
  const count = (wanted: Result['outcome']) => results.filter(({ outcome }) => outcome === wanted).length
  console.log(
    `\n${count('passed')} passed, ${count('FAILED')} failed, ${count('skipped')} of systems that are not here, of ${results.length}`,
  )
}
