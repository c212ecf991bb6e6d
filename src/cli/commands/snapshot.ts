// millrace snapshot: keeps all that a data directory holds, and brings it back.

import { join } from 'node:path'

import { diskFiles, lockDirectory, systemClock, UserError } from '../../base/index.ts'
import { isSnapshotName, snapshotsOf } from '../../platform/index.ts'
import { snapshotDirectory, type SnapshotSize } from '../../storage/index.ts'
import { command, formatOption, type Given, type Terminal } from '../command.ts'
import { askHttp } from '../http.ts'
import { bytesText, plural, printTable } from '../output.ts'

const options = {
  data: { value: 'DIR', about: 'the data directory (millrace-data); its snapshots are kept beside it' },
  http: { value: 'HOST:PORT', about: 'save: of the broker that is running there, as it told; it goes on running' },
  format: { value: 'text|json', about: 'how to print' },
} as const
type Options = Given<typeof options>
interface Call {
  readonly data: string
  readonly given: Options
  readonly terminal: Terminal
}

export default command({
  name: 'snapshot',
  usage: '[list | save NAME | restore NAME | delete NAME]',
  options,
  words: { min: 0, max: 2 },
  examples: [
    'millrace snapshot save before-the-test',
    'millrace snapshot restore before-the-test',
    'millrace snapshot',
  ],
  async run(given, [action = 'list', name], terminal) {
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined
    if (run === undefined)
      throw new UserError('USAGE', `'${action}' is no action. Actions: ${Object.keys(actions).join(', ')}`)
    const call = { data: (given.data ?? 'millrace-data').replace(/\/+$/, ''), given, terminal }
    if (action === 'list') return (await run('', call), 0)
    if (name === undefined) throw new UserError('USAGE', `'snapshot ${action}' needs a NAME`)
    if (!isSnapshotName(name))
      throw new UserError('USAGE', `a snapshot is named in letters, digits, '_', '.' and '-', not '${name}'`)
    await run(name, call)
    return 0
  },
})

const actions: Readonly<Record<string, (name: string, call: Call) => void | Promise<void>>> = {
  list(_, { data, given, terminal }) {
    const found = namesIn(data).map(name => ({
      name,
      takenAt: new Date(diskFiles.stat(placeOf(data, name)).modifiedMs).toISOString(),
    }))
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify(found))
    printTable(
      terminal,
      ['SNAPSHOT', 'TAKEN AT'],
      found.map(({ name, takenAt }) => [name, takenAt]),
    )
  },

  async save(name, { data, given, terminal }) {
    const from = systemClock.monotonic()
    const size =
      given.http === undefined
        ? saveStopped(data, name)
        : ((await askHttp(given, '/snapshots', { name })) as SnapshotSize)
    const ms = systemClock.monotonic() - from
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify({ name, ...size, ms }))
    terminal.out(
      `saved ${name} in ${Math.ceil(ms)} ms: ${plural(size.linkedFiles, 'file')} linked, ${bytesText(size.copiedBytes)} copied`,
    )
  },

  restore(name, { data, given, terminal }) {
    const place = known(data, name)
    const [next, before] = [`${data}.restoring`, `${data}.replaced`]
    // Of a restore that was cut off.
    for (const left of [next, before]) if (diskFiles.exists(left)) diskFiles.remove(left, { recursive: true })
    snapshotDirectory(diskFiles, place, next)
    if (diskFiles.exists(data))
      locked(data, () => {
        diskFiles.rename(data, before)
      })
    diskFiles.rename(next, data)
    if (diskFiles.exists(before)) diskFiles.remove(before, { recursive: true })
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify({ name, data }))
    terminal.out(`${data} is as it was when ${name} was saved`)
  },

  async delete(name, { data, given, terminal }) {
    await diskFiles.removeAsync(known(data, name))
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify({ name, deleted: true }))
    terminal.out(`deleted ${name}`)
  },
}

function saveStopped(data: string, name: string): SnapshotSize {
  const place = placeOf(data, name)
  if (diskFiles.exists(place)) throw new UserError('EXISTS', `there is a snapshot '${name}' of ${data} already`)
  return locked(data, () => snapshotDirectory(diskFiles, data, place))
}

const placeOf = (data: string, name: string): string => join(snapshotsOf(data), name)
const namesIn = (data: string): string[] =>
  diskFiles.exists(snapshotsOf(data)) ? diskFiles.list(snapshotsOf(data)) : []

function known(data: string, name: string): string {
  if (namesIn(data).includes(name)) return placeOf(data, name)
  throw new UserError(
    'NOT_FOUND',
    `there is no snapshot '${name}' of ${data}; there ${namesIn(data).length === 0 ? 'is none' : `are: ${namesIn(data).join(', ')}`}`,
  )
}

/** With the data directory to ourselves. */
function locked<T>(data: string, run: () => T): T {
  if (!diskFiles.exists(data))
    throw new UserError('NOT_FOUND', `there is no data directory ${data}: name it with --data`)
  const lock = lockDirectory(diskFiles, data, '.lock')
  try {
    return run()
  } finally {
    lock.release()
  }
}
