// The options of kafka-acls, and which of them go together.

import type { GivenOptions } from '../options/joptsimple.ts'
import { ToolError, type Usage } from '../tool.ts'

export const options = {
  'bootstrap-server': { value: 'server to connect to', about: 'The brokers to ask first.' },
  'bootstrap-controller': { value: 'controller to connect to', about: 'Not served: ask the brokers.' },
  'command-config': { value: 'command-config', optionalValue: true, about: 'Properties of the admin client.' },
  topic: { value: 'topic', about: "A topic; '*' for all." },
  cluster: { about: 'The cluster.' },
  group: { value: 'group', about: "A group; '*' for all." },
  'transactional-id': { value: 'transactional-id', about: "A transactional id; '*' for all." },
  idempotent: { about: 'Beside --producer: without a transactional id, but idempotent.' },
  'delegation-token': { value: 'delegation-token', about: "A delegation token; '*' for all." },
  'resource-pattern-type': {
    oneOf: ['ANY', 'MATCH', 'LITERAL', 'PREFIXED'],
    default: 'LITERAL',
    about:
      "How the names of resources are meant. 'any' and 'match' are for --list and --remove: entries of that very name, or all that apply to it.",
  },
  add: { about: 'Add entries.' },
  remove: { about: 'Remove entries.' },
  list: { about: 'List entries, of the resources that are named.' },
  operation: { type: 'String', default: 'All', about: 'What is allowed or denied: Read, DescribeConfigs, ...' },
  'allow-principal': { value: 'allow-principal', about: "Who may: 'User:alice', 'User:*'." },
  'deny-principal': { value: 'deny-principal', about: 'Who may not, though others may.' },
  principal: { value: 'principal', optionalValue: true, about: 'List entries of this principal.' },
  'allow-host': { value: 'allow-host', about: 'From where those may who are allowed to. All, if not given.' },
  'deny-host': { value: 'deny-host', about: 'From where those may not who are denied. All, if not given.' },
  producer: { about: 'What a producer needs: WRITE, DESCRIBE and CREATE on the topic.' },
  consumer: { about: 'What a consumer needs: READ and DESCRIBE on the topic, READ on the group.' },
  force: { about: 'Ask nothing.' },
  'user-principal': { value: 'user-principal', about: 'A user, as what tokens are made for and described.' },
} as const
export type Given = GivenOptions<typeof options>

const actions = ['add', 'remove', 'list'] as const
export type Action = (typeof actions)[number]

/** Ends the tool with its options for those that contradict each other. */
export function actionOf(given: Given, usage: Usage): Action {
  if (given.has('bootstrap-server') && given.has('bootstrap-controller'))
    usage.fail('Only one of --bootstrap-server or --bootstrap-controller must be specified')
  if (!given.has('bootstrap-server') && !given.has('bootstrap-controller'))
    usage.fail('One of --bootstrap-server or --bootstrap-controller must be specified')
  const asked = actions.filter(action => given.has(action))
  if (asked.length !== 1) usage.fail('Command must include exactly one action: --list, --add, --remove. ')
  usage.excludes('list', ['producer', 'consumer', 'allow-host', 'allow-principal', 'deny-host', 'deny-principal'])
  for (const role of ['producer', 'consumer']) usage.excludes(role, ['operation', 'deny-principal', 'deny-host'])
  if (given.has('principal') && !given.has('list'))
    usage.fail('The --principal option is only available if --list is set')
  if (given.has('producer') && !given.has('topic')) usage.fail('With --producer you must specify a --topic')
  if (given.has('idempotent') && !given.has('producer'))
    usage.fail('The --idempotent option is only available if --producer is set')
  const isMore = !given.has('producer') && (given.has('cluster') || given.has('transactional-id'))
  if (given.has('consumer') && (!given.has('topic') || !given.has('group') || isMore))
    usage.fail(
      'With --consumer you must specify a --topic and a --group and no --cluster or --transactional-id option should be specified.',
    )
  if (given.has('bootstrap-controller'))
    throw new ToolError('--bootstrap-controller is not served: ask the brokers, by --bootstrap-server')
  return asked[0]!
}
