// millrace configs: what topics, brokers and groups are set to, where that comes from, and its change.

import { UserError } from '../../base/index.ts'
import type { Client, ConfigChange, ConfigEntry, ConfigResource } from '../../client/index.ts'
import { act, type Actions } from '../actions.ts'
import { clusterOptions, command, formatOption, type Given } from '../command.ts'
import { printTable } from '../output.ts'

const options = {
  ...clusterOptions,
  all: { short: 'a', about: 'describe: the defaults too, not only what was set' },
} as const
type Options = Given<typeof options>

export default command({
  name: 'configs',
  usage: '[list | describe TYPE NAME | set TYPE NAME KEY=VALUE… | unset TYPE NAME KEY…]',
  options,
  words: { min: 0, max: 1_000 },
  examples: [
    'millrace configs                                     # what was set on any topic',
    'millrace configs describe topic orders --all',
    'millrace configs set topic orders retention.ms=3600000 cleanup.policy=compact,delete',
    'millrace configs unset topic orders retention.ms',
    'millrace configs set brokers message.max.bytes=2000000   # all brokers; one: set broker 1 …',
    'millrace configs set group billing consumer.session.timeout.ms=30000',
  ],
  run: (given, words, terminal) =>
    act(actions, words, { command: 'configs', noun: 'TYPE: topic, broker, brokers or group', given, terminal }),
})

const actions: Actions<Options> = {
  async list({ client, given, terminal }) {
    const topics = await client.admin.topics.list()
    const found = await Promise.all(
      topics.map(async ({ name }) => ({ topic: name, configs: own(await describe(client, { type: 'topic', name })) })),
    )
    const set = found.filter(({ configs }) => configs.length > 0)
    if (formatOption(given) === 'json')
      return terminal.out(JSON.stringify(set.map(({ topic, configs }) => ({ topic, configs: values(configs) }))))
    const rows = set.flatMap(({ topic, configs }) => configs.map(({ name, value }) => [topic, name, value ?? '']))
    printTable(terminal, ['TOPIC', 'CONFIG', 'VALUE'], rows)
  },

  async describe({ client, names, given, terminal }) {
    const { resource, rest } = resourceOf(names)
    const all = await describe(client, resource, rest.length > 0 ? rest : undefined)
    const shown = given.all || rest.length > 0 ? all : own(all)
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify(shown))
    const rows = shown.map(({ name, value, source, readOnly, sensitive }) => [
      name,
      sensitive ? '(hidden)' : (value ?? ''),
      source,
      readOnly ? 'no' : 'yes',
    ])
    printTable(terminal, ['CONFIG', 'VALUE', 'SET BY', 'CHANGEABLE'], rows)
  },

  async set({ client, names, given, terminal }) {
    const { resource, rest } = resourceOf(names)
    const changes = rest.map((text): ConfigChange => {
      const at = text.indexOf('=')
      if (at < 1) throw new UserError('USAGE', `'configs set' takes KEY=VALUE, not '${text}'`)
      return { name: text.slice(0, at), operation: 'set', value: text.slice(at + 1) }
    })
    await alter(client, resource, changes)
    told(changes, { resource, given, terminal })
  },

  async unset({ client, names, given, terminal }) {
    const { resource, rest } = resourceOf(names)
    const changes = rest.map((name): ConfigChange => ({ name, operation: 'delete' }))
    await alter(client, resource, changes)
    told(changes, { resource, given, terminal })
  },
}

const types = ['topic', 'broker', 'group'] as const
function resourceOf([type, ...words]: readonly string[]): { resource: ConfigResource; rest: string[] } {
  if (type === 'brokers') return { resource: { type: 'broker', name: '' }, rest: words }
  const known = types.find(name => name === type)
  if (known === undefined)
    throw new UserError('USAGE', `'${type}' has no configs. What has: ${types.join(', ')}, and brokers (all of them)`)
  const [name, ...rest] = words
  if (name === undefined) throw new UserError('USAGE', `which ${known}? Give its ${known === 'broker' ? 'id' : 'name'}`)
  if (known === 'broker' && !/^\d+$/.test(name))
    throw new UserError('USAGE', `a broker is named by its id, not '${name}'; all of them are 'brokers'`)
  return { resource: { type: known, name }, rest }
}

const describe = (client: Client, resource: ConfigResource, names?: readonly string[]): Promise<ConfigEntry[]> =>
  client.admin.configs.describe(resource, names)

async function alter(client: Client, resource: ConfigResource, changes: readonly ConfigChange[]): Promise<void> {
  if (changes.length === 0) throw new UserError('USAGE', 'name at least one config to change')
  await client.admin.configs.alter(resource, changes)
}

/** What somebody set, as against defaults and what the broker's file says. */
const own = (configs: readonly ConfigEntry[]): ConfigEntry[] =>
  configs.filter(({ source }) => source !== 'default' && source !== 'static')
const values = (configs: readonly ConfigEntry[]) => Object.fromEntries(configs.map(({ name, value }) => [name, value]))

function told(
  changes: readonly ConfigChange[],
  { resource, given, terminal }: { resource: ConfigResource; given: Options; terminal: { out(line: string): void } },
): void {
  if (formatOption(given) === 'json') return terminal.out(JSON.stringify({ ...resource, changes }))
  const what = resource.name === '' ? 'all brokers' : `${resource.type} ${resource.name}`
  for (const { name, operation, value } of changes)
    terminal.out(operation === 'delete' ? `${what}: ${name} is back to its default` : `${what}: ${name}=${value}`)
}
