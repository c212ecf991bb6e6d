// kafka-consumer-groups: lists, describes, resets and deletes groups of consumers and their offsets, in the words of
// Apache Kafka's ConsumerGroupCommand. What a cluster refuses is told on standard output, and the exit code stays 0.

import { systemClock } from '../../base/index.ts'
import type { Client } from '../../client/index.ts'
import type { Terminal } from '../command.ts'
import { propertiesFile, withCluster } from './connection.ts'
import { writeOffsets } from './consumer-groups/csv.ts'
import { deleteGroups, deleteOffsets } from './consumer-groups/delete.ts'
import {
  committedOffsets,
  describeGroup,
  endOffsets,
  listConsumerGroups,
  type DescribedGroup,
} from './consumer-groups/groups.ts'
import { options, scenarios, check, targetOf, type Given } from './consumer-groups/options.ts'
import {
  printGroups,
  printMembers,
  printOffsets,
  printReset,
  printState,
  type NewOffset,
} from './consumer-groups/print.ts'
import { newOffsets, placesToReset, type ResetCall } from './consumer-groups/reset.ts'
import { exceptionText } from './java-exceptions.ts'
import { logged } from './java-log.ts'
import { Argument, optionTool, ToolError, UsageError, type ToolCall, type Usage } from './tool.ts'

export default optionTool({
  about:
    'This tool helps to list all consumer groups, describe a consumer group, delete consumer group info, or reset consumer group offsets.',
  options,
  async run({ given, terminal, usage }: ToolCall<typeof options>) {
    check(given, usage, terminal)
    const expression = given.value('validate-regex')
    if (expression !== undefined) {
      const { validateRegex } = await import('./consumer-groups/validate-regex.ts')
      return validateRegex(expression, terminal)
    }
    try {
      const connection = {
        bootstrap: given.value('bootstrap-server')!,
        clientId: 'adminclient-1',
        properties: new Map([
          ...(await propertiesFile(given.value('command-config'))),
          ['default.api.timeout.ms', String(given.value('timeout'))],
        ]),
      }
      await withCluster({ ...connection, terminal }, client => act({ client, given, terminal, usage }))
    } catch (error) {
      if (error instanceof UsageError) throw error
      if (error instanceof Argument) usage.fail(error.message)
      terminal.out(`\nError: Executing consumer group command failed due to ${(error as Error).message}`)
    }
  },
})

interface Call {
  readonly client: Client
  readonly given: Given
  readonly terminal: Terminal
  readonly usage: Usage
}

function act(call: Call): Promise<void> {
  const { given } = call
  if (given.has('list')) return list(call)
  if (given.has('describe')) return describe(call)
  if (given.has('delete')) return remove(call)
  if (given.has('reset-offsets')) return reset(call)
  return removeOffsets(call)
}

/** As an ExecutionException tells it, which knows the class of its cause. */
async function telling<T>(asked: Promise<T>, { isNested = false } = {}): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ToolError || error instanceof Argument) throw error
    throw new ToolError(`${isNested ? 'java.util.concurrent.ExecutionException: ' : ''}${exceptionText(error)}`)
  }
}

const states = ['PreparingRebalance', 'CompletingRebalance', 'Stable', 'Dead', 'Empty', 'Assigning', 'Reconciling']
const types = ['Classic', 'Consumer']

async function list({ client, given, terminal }: Call): Promise<void> {
  const shown = { type: given.has('type'), state: given.has('state') }
  if (!shown.type && !shown.state) {
    for (const groupId of await groupIds(client)) terminal.out(groupId)
    return
  }
  const filter = {
    types: filterOf(given.value('type'), types, 'types'),
    states: filterOf(given.value('state'), states, 'state'),
  }
  printGroups(await telling(listConsumerGroups(client, filter)), shown, terminal)
}
async function groupIds(client: Client): Promise<string[]> {
  const groups = await telling(listConsumerGroups(client, { types, states: [] }), { isNested: true })
  return groups.map(({ groupId }) => groupId)
}

/** Names divided by commas, in any case. Throws Argument for one that is unknown. */
function filterOf(text: string | undefined, known: readonly string[], noun: 'types' | 'state'): string[] {
  if (text === undefined || text === '') return []
  const names = text.split(',').map(name => known.find(one => one.toLowerCase() === name.trim().toLowerCase()))
  if (names.includes(undefined))
    throw new Argument(
      `Invalid ${noun} list '${text}'. Valid ${noun === 'types' ? noun : 'states'} are: ${known.join(', ')}`,
    )
  return names as string[]
}

async function describe({ client, given, terminal }: Call): Promise<void> {
  const ids = given.has('all-groups') ? await groupIds(client) : given.values('group')
  const groups: DescribedGroup[] = []
  for (const groupId of [...new Set(ids)].toSorted()) groups.push(await telling(describeGroup(client, groupId)))
  const isVerbose = given.has('verbose')
  if (given.has('members')) for (const group of groups) printMembers(group, isVerbose, terminal)
  else if (given.has('state')) for (const group of groups) printState(group, isVerbose, terminal)
  else
    for (const group of groups) {
      const committed = await telling(committedOffsets(client, group.groupId), { isNested: true })
      const places = [...committed, ...group.members.flatMap(({ assignment }) => assignment)]
      const ends = await telling(endOffsets(client, places), { isNested: true })
      printOffsets({ group, committed, ends }, isVerbose, terminal)
    }
}

async function remove({ client, given, terminal }: Call): Promise<void> {
  const ids = given.has('all-groups') ? await groupIds(client) : given.values('group')
  await deleteGroups(client, ids, terminal)
}

async function removeOffsets({ client, given, terminal }: Call): Promise<void> {
  await deleteOffsets(client, { groupId: given.value('group')!, topics: given.values('topic') }, terminal)
}

async function reset({ client, given, terminal, usage }: Call): Promise<void> {
  const ids = given.has('all-groups') ? await groupIds(client) : given.values('group')
  const reset: ResetCall = {
    client,
    now: systemClock.now(),
    say: line => terminal.out(line),
    warn: line => logged(terminal, 'WARN', line, 'org.apache.kafka.tools.OffsetsUtils'),
  }
  const offsets: NewOffset[] = []
  for (const groupId of ids) {
    const state = await stateOf(client, groupId)
    if (state === 'Empty' || state === 'Dead') offsets.push(...(await resetGroup(reset, groupId, { given, usage })))
    else
      terminal.out(
        `\nError: Assignments can only be reset if the group '${groupId}' is inactive, but the current state is ${state}.`,
      )
  }
  if (given.has('export')) terminal.out(writeOffsets(offsets, { withGroup: given.values('group').length !== 1 }))
  else printReset(ids, offsets, terminal)
}

/** A group that does not exist is as inactive as one can be. */
async function stateOf(client: Client, groupId: string): Promise<string> {
  try {
    return (await describeGroup(client, groupId)).state
  } catch (error) {
    if ((error as { code?: unknown }).code === 'GROUP_ID_NOT_FOUND') return 'Dead'
    return telling(Promise.reject(error as Error), { isNested: true })
  }
}

async function resetGroup(
  reset: ResetCall,
  groupId: string,
  { given, usage }: { readonly given: Given; readonly usage: Usage },
): Promise<NewOffset[]> {
  if (!given.has('all-topics') && !given.has('topic') && !given.has('from-file'))
    usage.fail('One of the reset scopes should be defined: --all-topics, --topic.')
  const scope = { allTopics: given.has('all-topics'), topics: given.values('topic') }
  const places = await placesToReset(reset, groupId, scope)
  const target = targetOf(given)
  if (target === undefined)
    return usage.fail(
      `Option '[reset-offsets]' requires one of the following scenarios: [${scenarios.map(name => `[${name}]`).join(', ')}]`,
    )
  const offsets = await newOffsets(reset, { groupId, places, target, hasOneGroup: given.values('group').length === 1 })
  if (given.has('execute') && !given.has('dry-run') && offsets.length > 0)
    await reset.client.admin.groups.setOffsets(groupId, offsets)
  return offsets
}
