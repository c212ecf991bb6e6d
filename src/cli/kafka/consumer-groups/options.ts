// The options of kafka-consumer-groups, and which of them go together.

import type { Terminal } from '../../command.ts'
import type { GivenOptions } from '../options/joptsimple.ts'
import type { Usage } from '../tool.ts'
import type { Target } from './reset.ts'

export const options = {
  'bootstrap-server': { value: 'server to connect to', about: 'The brokers to ask first. Not for --validate-regex.' },
  group: { value: 'consumer group', about: 'The group. May be repeated.' },
  topic: {
    value: 'topic',
    about: 'The topic whose offsets are reset or deleted; topic1:0,1,2 for some of its partitions. May be repeated.',
  },
  'all-topics': { about: 'Reset all topics of which the group has offsets.' },
  list: { about: 'List all groups of consumers.' },
  describe: { about: 'Show what a group has read, and how far it lags behind.' },
  'all-groups': { about: 'Take all groups of consumers.' },
  delete: { about: 'Delete groups with all their offsets.' },
  timeout: { value: 'timeout (ms)', type: 'Long', default: 30_000, about: 'How long an answer may take.' },
  'command-config': { value: 'command config property file', about: 'Properties of the admin client.' },
  'reset-offsets': {
    about:
      'Set offsets of a group that has no members. --dry-run, the default, only shows them; --execute stores them; --export prints them as CSV.\nTo where: one of --to-datetime, --by-duration, --to-earliest, --to-latest, --shift-by, --from-file, --to-current, --to-offset.\nOf what: --all-topics or --topic.',
  },
  'delete-offsets': { about: 'Delete offsets of a group, topic by topic.' },
  'dry-run': { about: 'Show what --reset-offsets would do.' },
  execute: { about: 'Do what --reset-offsets shows.' },
  export: { about: 'Print what --reset-offsets shows as CSV.' },
  'to-offset': { value: 'offset', type: 'Long', about: 'Reset to this offset.' },
  'from-file': { value: 'path to CSV file', about: 'Reset to the offsets in a file.' },
  'to-datetime': { value: 'datetime', about: "Reset to the first record at a time: 'YYYY-MM-DDThh:mm:ss.sss'." },
  'by-duration': { value: 'duration', about: "Reset to the first record of the last 'PnDTnHnMnS'." },
  'to-earliest': { about: 'Reset to the earliest offset.' },
  'to-latest': { about: 'Reset to the latest offset.' },
  'to-current': { about: 'Reset to the current offset.' },
  'shift-by': { value: 'number-of-offsets', type: 'Long', about: 'Reset to so many offsets further on, or back.' },
  members: { availableIf: ['describe'], about: 'Describe the members of the group.' },
  verbose: { availableIf: ['describe'], about: 'Describe in more detail.' },
  offsets: { availableIf: ['describe'], about: 'Describe the offsets of the group: the default.' },
  state: {
    optionalValue: true,
    availableIf: ['describe', 'list'],
    about: 'Describe the state of the group; list groups with their states, or those in these states: stable,empty.',
  },
  type: {
    optionalValue: true,
    availableIf: ['list'],
    about: 'List groups with their types, or those of these types: classic,consumer.',
  },
  'validate-regex': { value: 'regex', about: 'Tell whether a regular expression is one of RE2.' },
} as const
export type Given = GivenOptions<typeof options>

const actions = ['list', 'describe', 'delete', 'reset-offsets', 'delete-offsets', 'validate-regex'] as const
/** Where offsets may be reset to. */
export const scenarios = [
  'to-offset',
  'shift-by',
  'to-datetime',
  'by-duration',
  'to-earliest',
  'to-latest',
  'to-current',
  'from-file',
] as const

export function check(given: Given, usage: Usage, terminal: Terminal): void {
  if (!given.has('validate-regex')) usage.requires('bootstrap-server')
  const hasGroups = given.has('group') || given.has('all-groups')
  if (given.has('describe')) {
    if (!hasGroups) usage.fail('Option [describe] takes one of these options: [group], [all-groups]')
    if ((['members', 'offsets', 'state'] as const).filter(name => given.has(name)).length > 1)
      usage.fail('Option [describe] takes at most one of these options: [members], [offsets], [state]')
    if (given.has('state') && given.value('state') !== undefined)
      usage.fail('Option [describe] does not take a value for [state]')
  }
  if (given.has('delete')) {
    if (!hasGroups) usage.fail('Option [delete] takes one of these options: [group], [all-groups]')
    if (given.has('topic'))
      usage.fail('The consumer does not support topic-specific offset deletion from a consumer group.')
  }
  if (given.has('delete-offsets') && (!given.has('group') || !given.has('topic')))
    usage.fail('Option [delete-offsets] takes the following options: [group], [topic]')
  if (given.has('reset-offsets')) checkReset(given, usage, terminal, hasGroups)
  usage.excludes('group', ['all-groups', 'list'])
  usage.excludes('topic', ['list', 'describe'])
  if (actions.filter(action => given.has(action)).length !== 1)
    usage.fail(`Command must include exactly one action: ${actions.map(action => `--${action}`).join(', ')}`)
}

function checkReset(given: Given, usage: Usage, terminal: Terminal, hasGroups: boolean): void {
  if (given.has('dry-run') && given.has('execute'))
    usage.fail('Option [reset-offsets] only accepts one of [execute] and [dry-run]')
  if (!given.has('dry-run') && !given.has('execute'))
    terminal.error(
      'WARN: No action will be performed as the --execute option is missing. In version 5.0, this command will require either --dry-run or --execute to be specified. You should add the --dry-run option explicitly if you are scripting this command and want to keep the current default behavior without prompting.',
    )
  if (!hasGroups) usage.fail('Option [reset-offsets] takes one of these options: [group], [all-groups]')
  for (const one of scenarios)
    usage.excludes(
      one,
      scenarios.filter(other => other !== one),
    )
}

/** Undefined where none is given. */
export function targetOf(given: Given): Target | undefined {
  if (given.has('to-offset')) return { to: 'offset', offset: given.values('to-offset')[0]! }
  if (given.has('to-earliest')) return { to: 'earliest' }
  if (given.has('to-latest')) return { to: 'latest' }
  if (given.has('shift-by')) return { to: 'shift', by: given.value('shift-by')! }
  if (given.has('to-datetime')) return { to: 'datetime', text: given.values('to-datetime')[0]! }
  if (given.has('by-duration')) return { to: 'duration', text: given.value('by-duration')! }
  if (given.has('from-file')) return { to: 'file', path: given.values('from-file')[0]! }
  if (given.has('to-current')) return { to: 'current' }
  return undefined
}
