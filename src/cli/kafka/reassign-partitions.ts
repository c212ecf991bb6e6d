// kafka-reassign-partitions: moves partitions to other brokers (KIP-455) and replicas to other log directories (KIP-113),
// in the words of Apache Kafka's ReassignPartitionsCommand.

import { KafkaError, type Client } from '../../client/index.ts'
import type { Terminal } from '../command.ts'
import { propertiesFile, textOf, withCluster } from './connection.ts'
import { exceptionText } from './java-exceptions.ts'
import type { GivenOptions } from './options/joptsimple.ts'
import { cancel } from './reassign-partitions/cancel.ts'
import { execute } from './reassign-partitions/execute.ts'
import { generate } from './reassign-partitions/generate.ts'
import { list } from './reassign-partitions/list.ts'
import { partitionsToMove, topicsToMove } from './reassign-partitions/plan.ts'
import { Refused } from './reassign-partitions/reassign.ts'
import { verify } from './reassign-partitions/verify.ts'
import { optionTool, ToolError, type Usage } from './tool.ts'

const options = {
  verify: { about: 'Tell how far the reassignment of --reassignment-json-file is; lift its throttle when it is over.' },
  generate: { about: 'Propose a reassignment, without doing it.' },
  execute: { about: 'Begin the reassignment of --reassignment-json-file.' },
  cancel: { about: 'Call off a reassignment that is under way.' },
  list: { about: 'List the reassignments that are under way.' },
  'bootstrap-server': {
    value: 'Server(s) to use for bootstrapping',
    optionalValue: true,
    about: 'The brokers to ask first.',
  },
  'command-config': { value: 'Admin client property file', about: 'Properties of the admin client.' },
  'reassignment-json-file': {
    value: 'manual assignment json file path',
    about:
      'The reassignment: {"partitions": [{"topic": "foo", "partition": 1, "replicas": [1,2,3], "log_dirs": ["any","any","any"]}], "version": 1}. "log_dirs" may be left out; each is "any" or the path of a log directory of that broker.',
  },
  'topics-to-move-json-file': {
    value: 'topics to reassign json file path',
    about:
      'The topics for --generate, which go to the brokers of --broker-list: {"topics": [{"topic": "foo"}], "version": 1}.',
  },
  'broker-list': { value: 'brokerlist', about: 'The brokers for --generate: "0,1,2".' },
  'bootstrap-controller': {
    value: 'bootstrap controller to connect to',
    optionalValue: true,
    about: 'Not served: ask the brokers.',
  },
  'disable-rack-aware': { about: 'Propose without regard to racks.' },
  throttle: {
    value: 'throttle',
    type: 'Long',
    default: -1,
    about: 'The bytes/sec that moves between brokers may take. To be changed with --additional.',
  },
  'replica-alter-log-dirs-throttle': {
    value: 'replicaAlterLogDirsThrottle',
    type: 'Long',
    default: -1,
    about: 'The bytes/sec that moves between log directories may take. To be changed with --additional.',
  },
  timeout: {
    value: 'timeout',
    type: 'Long',
    default: 10_000,
    about: 'How long to wait, in ms, until moves between log directories begin.',
  },
  additional: { about: 'Execute this beside what is under way, or change its throttle.' },
  'preserve-throttles': { about: 'Leave the throttles as they are.' },
  'disallow-replication-factor-change': { about: 'Refuse to give a partition more or fewer replicas.' },
} as const
type Given = GivenOptions<typeof options>

interface Action {
  readonly requires: readonly (keyof typeof options)[]
  readonly permits: readonly (keyof typeof options)[]
  /** What Kafka's client calls its first question. */
  readonly firstCall: string
  run(call: { readonly client: Client; readonly given: Given; readonly terminal: Terminal }): Promise<void>
}
const throttled = (given: Given) => ({ keepsThrottles: given.has('preserve-throttles') })

// In the order in which the original names them.
const actions = {
  generate: {
    requires: ['topics-to-move-json-file', 'broker-list'],
    permits: ['bootstrap-server', 'command-config', 'disable-rack-aware'],
    firstCall: 'describeTopics',
    async run({ client, given, terminal }) {
      const text = jsonIn(given.value('topics-to-move-json-file')!)
      const wanted = topicsToMove(text, given.value('broker-list')!)
      await generate(client, { ...wanted, isRackAware: !given.has('disable-rack-aware') }, terminal)
    },
  },
  execute: {
    requires: ['reassignment-json-file'],
    permits: [
      'additional',
      'bootstrap-server',
      'command-config',
      'throttle',
      'replica-alter-log-dirs-throttle',
      'timeout',
      'disallow-replication-factor-change',
    ],
    firstCall: 'listPartitionReassignments',
    async run({ client, given, terminal }) {
      const how = {
        isAdditional: given.has('additional'),
        bytesPerSecond: given.value('throttle')!,
        logDirBytesPerSecond: given.value('replica-alter-log-dirs-throttle')!,
        timeoutMs: given.value('timeout')!,
        allowReplicationFactorChange: !given.has('disallow-replication-factor-change'),
      }
      await execute(client, partitionsToMove(jsonIn(given.value('reassignment-json-file')!)), how, terminal)
    },
  },
  verify: {
    requires: ['reassignment-json-file'],
    permits: ['bootstrap-server', 'command-config', 'preserve-throttles'],
    firstCall: 'listPartitionReassignments',
    async run({ client, given, terminal }) {
      const plan = partitionsToMove(jsonIn(given.value('reassignment-json-file')!))
      await verify(client, plan, throttled(given), terminal)
    },
  },
  cancel: {
    requires: ['reassignment-json-file'],
    permits: ['bootstrap-server', 'bootstrap-controller', 'command-config', 'preserve-throttles', 'timeout'],
    firstCall: 'listPartitionReassignments',
    async run({ client, given, terminal }) {
      const plan = partitionsToMove(jsonIn(given.value('reassignment-json-file')!))
      await cancel(client, plan, { ...throttled(given), timeoutMs: given.value('timeout')! }, terminal)
    },
  },
  list: {
    requires: [],
    permits: ['bootstrap-server', 'bootstrap-controller', 'command-config'],
    firstCall: 'listPartitionReassignments',
    run: ({ client, terminal }) => list(client, terminal),
  },
} satisfies { readonly [name: string]: Action }
type ActionName = keyof typeof actions

export default optionTool({
  about: 'This tool helps to move topic partitions between replicas.',
  options,
  async run({ given, terminal, usage }) {
    const action: Action = actions[chosen(given, usage)]
    if (given.has('bootstrap-controller'))
      throw new ToolError('--bootstrap-controller is not served: ask the brokers, by --bootstrap-server')
    const bootstrap = given.value('bootstrap-server')
    if (bootstrap === undefined) throw new ToolError('--bootstrap-server names no broker: host:port')
    try {
      const connection = {
        bootstrap,
        clientId: 'reassign-partitions-tool',
        properties: await propertiesFile(given.value('command-config')),
        firstCall: action.firstCall,
      }
      await withCluster({ ...connection, terminal }, client => action.run({ client, given, terminal }))
      return 0
    } catch (error) {
      if (error instanceof Refused) terminal.out(error.message)
      else {
        const { message, cause } = error as Error
        terminal.out(`Error: ${error instanceof KafkaError ? exceptionText(error) : message}`)
        if (error instanceof ToolError && cause !== undefined) terminal.out(`Caused by: ${exceptionText(cause)}`)
      }
      return 1
    }
  },
})

function jsonIn(path: string): string {
  try {
    return textOf(path)
  } catch {
    throw new ToolError(`Unable to read file ${path}`)
  }
}

/** The one action that was asked for, with all that it needs and nothing that it does not take. */
function chosen(given: Given, usage: Usage): ActionName {
  const names = Object.keys(actions) as ActionName[]
  const asked = names.filter(name => given.has(name))
  if (asked.length !== 1)
    usage.fail(`Command must include exactly one action: ${names.map(name => `--${name}`).join(', ')}`)
  const name = asked[0]!
  if (given.has('bootstrap-server') && given.has('bootstrap-controller'))
    usage.fail("Please don't specify both --bootstrap-server and --bootstrap-controller")
  if (!given.has('bootstrap-server') && !given.has('bootstrap-controller'))
    usage.fail('Please specify either --bootstrap-server or --bootstrap-controller')
  const { requires, permits }: Action = actions[name]
  usage.requires(...requires)
  for (const option of given.order as (keyof typeof options)[])
    if (option !== name && !requires.includes(option) && !permits.includes(option))
      usage.fail(`Option "[${option}]" can't be used with action "[${name}]"`)
  return name
}
