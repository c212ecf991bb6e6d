// The clients, one entry each: how its adapter is started (or what this machine lacks for it), and what it cannot do.

import { globSync } from 'node:fs'
import { join } from 'node:path'

import { startTools } from '../clients/apache-tools/adapter.ts'
import { startKcat } from '../clients/kcat/adapter.ts'
import { installKafka, javaCommand } from '../kafka/kafka.ts'
import { agentAdapter, startAgent, type Agent } from './agent.ts'
import { cached } from './cache.ts'
import type { Ability } from './case.ts'
import { Missing, prepare } from './missing.ts'
import { administration, loads, type Adapter, type rare } from './operations.ts'
import { pythonEnvironment } from './python.ts'

const folder = join(import.meta.dirname, '../clients')

export interface StartOptions {
  readonly bootstrap: string
  /** For logs and for what command lines read from files. */
  readonly directory: string
}

export interface Client {
  readonly name: string
  /** Makes it runnable, at first with downloads; throws Missing when this machine lacks something. */
  prepare(): void
  start(options: StartOptions): Promise<Adapter>
  /** Where it is a process that speaks lines: that process, for what is not an operation of the cases. */
  agent?(options: StartOptions): Promise<Agent>
  readonly lacks: readonly Ability[]
  /** What it can do of the operations that clients mostly cannot. */
  readonly has?: readonly (typeof rare)[number][]
}

/** Those that take longest come first. */
export const clients: readonly Client[] = [
  {
    name: 'apache-tools',
    prepare: () => void installKafka(),
    start: startTools,
    lacks: [
      ...(['describeCluster', 'brokerConfigs', 'binary', 'timestamp', 'partition', 'commit metadata'] as const),
      ...(['manual commit', 'session timeout', 'quick', 'transact', 'consumer protocol', 'secured'] as const),
    ],
    has: loads,
  },
  { ...agent('java', javaAgent, []), has: administration },
  {
    name: 'kcat',
    prepare: () => void prepare('kcat', ['-V']),
    start: startKcat,
    lacks: [
      ...([
        'createTopic',
        'deleteTopic',
        'createPartitions',
        'topicConfigs',
        'brokerConfigs',
        'alterTopicConfigs',
      ] as const),
      ...(['cluster id', 'deleteRecords', 'maxTimestampOffset', 'logDirSize', 'listGroups', 'describeGroup'] as const),
      ...(['deleteGroup', 'groupOffsets', 'commitOffset', 'deleteGroupOffsets', 'manual commit'] as const),
      ...(['binary', 'timestamp', 'session timeout', 'consumer protocol', 'transact'] as const),
      // Its old librdkafka repeats its nonce in the last message, which Kafka has refused since CVE-2024-56128.
      'scram',
    ],
  },
  agent('kafkajs', () => nodeAgent('kafkajs'), [
    ...([
      'consumer protocol',
      'incremental configs',
      'maxTimestampOffset',
      'logDirSize',
      'cooperative',
      'instance id',
      'max bytes',
      'reset',
    ] as const),
    // Its commit from outside joins the group first.
    ...(['commitOffset', 'deleteGroupOffsets'] as const),
  ]),
  agent('platformatic', () => nodeAgent('platformatic'), [
    ...(['cooperative', 'commit metadata', 'append time'] as const),
    // It commits the offset of a message that a consumer of its own has read; of two aborted transactions of a producer it
    // gives out the second; and a producer that has found an id in use says that it has it.
    ...(['transactional offsets', 'consecutive aborts', 'second producer of an id'] as const),
    // Of a group of the consumer protocol it takes names only, and not the partitions that a topic gets later: on Apache
    // Kafka as on ours.
    ...(['expression', 'growing topics'] as const),
    // Of why a connection is refused, it tells that it is.
    'reasons',
  ]),
  agent('confluent-kafka', () => pythonAgent('confluent_agent.py'), ['logDirSize', 'deleteGroupOffsets']),
  {
    ...agent('kafka-python', () => pythonAgent('kafka_python_agent.py'), [
      ...(['consumer protocol', 'errors of configs'] as const),
      // Whatever refuses it, it tries again until it has not found a broker.
      'reasons',
    ]),
    has: ['reassign', 'reassignments', 'quorum'],
  },
  // Its transactions commit the offsets of a session that is a member of the group.
  {
    ...agent('franz-go', goAgent, ['transactional offsets']),
    has: ['reassign', 'reassignments', 'alterQuota', 'quotas'],
  },
]

/** Our own, which is no subject of the cases: it copies beside the others, and is killed like them. */
export const ownClient: Client = {
  ...agent('millrace', () => [process.execPath, [join(folder, '../client/copier.ts')]], []),
  start: () => Promise.reject(new Error('our own client runs no cases')),
}

/** Those of these names that this machine can run; of the others it is said why not. */
export function runnable(names: readonly string[]): readonly Client[] {
  return names.flatMap(name => {
    const client = [...clients, ownClient].find(client => client.name === name)
    if (client === undefined)
      throw new Error(`there is no client ${name}: they are ${clients.map(({ name }) => name).join(', ')}`)
    try {
      client.prepare()
      return [client]
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      console.log(`skip ${name}: ${error.message}`)
      return []
    }
  })
}

/** Sets up cases, and looks at what they did: a client that is there wherever the checkout is, and is quick. */
export function startControl(options: StartOptions): Promise<Adapter> {
  return agentAdapter({ name: 'control', command: nodeAgent('platformatic'), ...options })
}

function agent(name: string, command: () => Command, lacks: readonly Ability[]): Client {
  return {
    name,
    prepare: () => void command(),
    start: options => agentAdapter({ name, command: command(), ...options }),
    agent: options => startAgent({ name, command: command(), ...options }),
    lacks,
  }
}
type Command = readonly [program: string, args: readonly string[]]

function nodeAgent(name: string): Command {
  return [process.execPath, [join(folder, name, 'agent.ts')]]
}

function pythonAgent(file: string): Command {
  return [pythonEnvironment(join(folder, 'python/requirements.txt')), ['-B', join(folder, 'python', file)]]
}

function goAgent(): Command {
  const source = join(folder, 'go')
  const sources = ['go.mod', 'go.sum', ...globSync('*.go', { cwd: source }).toSorted()]
  const build = cached(
    'compat-go',
    sources.map(file => join(source, file)),
    directory => {
      prepare('go', ['build', '-o', join(directory, 'franz-go'), '.'], source)
    },
  )
  return [join(build, 'franz-go'), []]
}

function javaAgent(): Command {
  const source = join(folder, 'java')
  const libraries = installKafka()
  const sources = globSync('*.java', { cwd: source })
    .toSorted()
    .map(file => join(source, file))
  const build = cached('compat-java', sources, directory => {
    prepare('javac', ['-d', directory, '-cp', join(libraries, '*'), ...sources])
  })
  return javaCommand('Agent', [], { classPath: [build] })
}
