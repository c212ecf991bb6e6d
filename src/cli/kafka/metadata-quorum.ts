// kafka-metadata-quorum: who keeps the metadata of a cluster, and how far each has come, in the words of MetadataQuorumCommand.

import { diskFiles, systemClock } from '../../base/index.ts'
import type { Client } from '../../client/index.ts'
import { describeQuorum, type DecodedResponseOf } from '../../protocol/index.ts'
import type { Terminal } from '../command.ts'
import { connectionArguments, connectionOf, connectionOneOf } from './argument-connection.ts'
import { argumentTool } from './argument-tool.ts'
import { accept } from './java-exceptions.ts'
import { ToolError } from './tool.ts'

const dryRun = { 'dry-run': { about: 'Only tell what would be done.' } } as const

export default argumentTool({
  parser: {
    name: 'kafka-metadata-quorum',
    about: 'This tool describes kraft metadata quorum status.',
    arguments: {
      'command-config': { value: 'COMMAND_CONFIG', about: 'A file of properties of the admin client.' },
      ...connectionArguments(),
    },
    oneOf: connectionOneOf,
    commands: {
      describe: {
        about: 'Describe the metadata quorum info',
        arguments: {
          status: { about: 'A short summary.' },
          replication: { about: 'How far each has come.' },
          'human-readable': { about: 'Times as how long ago.' },
        },
      },
      'add-controller': { about: 'Add a controller to the KRaft controller cluster', arguments: dryRun },
      'remove-controller': {
        about: 'Remove a controller from the KRaft controller cluster',
        arguments: {
          'controller-id': { value: 'CONTROLLER_ID', short: '-i', type: 'Integer', required: true, about: 'Its id.' },
          'controller-directory-id': {
            value: 'CONTROLLER_DIRECTORY_ID',
            short: '-d',
            required: true,
            about: 'The id of its directory.',
          },
          ...dryRun,
        },
      },
    },
  },
  async run({ given, terminal }) {
    const config = given.text('command-config')
    if (config !== undefined && !diskFiles.exists(config))
      throw new ToolError(`Properties file ${config} does not exists!`)
    const [status, replication, readable] = ['status', 'replication', 'human-readable'].map(name => given.has(name))
    await connectionOf(given, { config, firstCall: 'describeCluster', terminal }, async client => {
      if (given.command !== 'describe')
        throw new ToolError(
          'The quorum of controllers is what a cluster of Apache Kafka has: change it with its own tool.',
        )
      if (status && replication)
        throw new ToolError('Only one of --status or --replication should be specified with describe sub-command')
      if (replication) return describeReplication(client, readable === true, terminal)
      if (!status) throw new ToolError('One of --status or --replication must be specified with describe sub-command')
      if (readable) throw new ToolError('The option --human-readable is only supported along with --replication')
      return describeStatus(client, terminal)
    })
  },
})

type Quorum = DecodedResponseOf<typeof describeQuorum>['topics'][number]['partitions'][number]
type Replica = Quorum['currentVoters'][number]
interface Described extends Quorum {
  readonly nodes: DecodedResponseOf<typeof describeQuorum>['nodes']
}

async function quorumOf(client: Client): Promise<Described> {
  const answer = await client.admin.requests.any(describeQuorum, {
    topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }],
  })
  accept(answer.errorCode, answer.errorMessage)
  const partition = answer.topics[0]!.partitions[0]!
  accept(partition.errorCode, partition.errorMessage)
  return { ...partition, nodes: answer.nodes ?? [] }
}

async function describeStatus(client: Client, terminal: Terminal): Promise<void> {
  const { clusterId } = await client.admin.cluster.describe()
  const quorum = await quorumOf(client)
  const leader = leaderOf(quorum)
  const last = quorum.currentVoters.reduce((least, voter) => (voter.logEndOffset < least.logEndOffset ? voter : least))
  const known = leader.lastCaughtUpTimestamp >= 0 && last.lastCaughtUpTimestamp >= 0
  const lagMs = leader === last ? 0 : known ? leader.lastCaughtUpTimestamp - last.lastCaughtUpTimestamp : -1
  const rows = [
    ['ClusterId', clusterId],
    ['LeaderId', quorum.leaderId],
    ['LeaderEpoch', quorum.leaderEpoch],
    ['HighWatermark', quorum.highWatermark],
    ['MaxFollowerLag', leader.logEndOffset - last.logEndOffset],
    ['MaxFollowerLagTimeMs', lagMs],
    ['CurrentVoters', replicasText(quorum, quorum.currentVoters)],
    ['CurrentObservers', replicasText(quorum, quorum.observers)],
  ] as const
  for (const [name, value] of rows) terminal.out(`${`${name}:`.padEnd(24)}${value}`)
}
function leaderOf({ currentVoters, leaderId }: Quorum): Replica {
  const leader = currentVoters.find(({ replicaId }) => replicaId === leaderId)
  if (leader === undefined) throw new ToolError('No value present')
  return leader
}

function replicasText({ nodes }: Described, replicas: readonly Replica[]): string {
  const texts = replicas.map(({ replicaId, replicaDirectoryId }) => {
    const listeners = [...(nodes.find(({ nodeId }) => nodeId === replicaId)?.listeners ?? [])].map(
      ({ name, host, port }) => `"${name}://${host}:${port}"`,
    )
    const directory = directoryText(replicaDirectoryId)
    const endpoints = listeners.length === 0 ? '' : `, "endpoints": [${listeners.join(', ')}]`
    return `{"id": ${replicaId}, "directoryId": ${directory === none ? 'null' : `"${directory}"`}${endpoints}}`
  })
  return `[${texts.join(', ')}]`
}
/** As Kafka writes an id: 16 bytes in base64 for URLs. */
const directoryText = (id: string | undefined): string =>
  id === undefined ? none : Buffer.from(id, 'hex').toString('base64url')
const none = 'AAAAAAAAAAAAAAAAAAAAAA'

async function describeReplication(client: Client, isReadable: boolean, terminal: Terminal): Promise<void> {
  const quorum = await quorumOf(client)
  const leader = leaderOf(quorum)
  const now = systemClock.now()
  const time = (ms: number) => (ms < 0 ? '-1' : isReadable ? `${now - ms} ms ago` : String(ms))
  const rows = (replicas: readonly Replica[], status: string) =>
    replicas.map(({ replicaId, replicaDirectoryId, logEndOffset, lastFetchTimestamp, lastCaughtUpTimestamp }) => [
      String(replicaId),
      directoryText(replicaDirectoryId),
      String(logEndOffset),
      String(leader.logEndOffset - logEndOffset),
      time(lastFetchTimestamp),
      time(lastCaughtUpTimestamp),
      status,
    ])
  const table = [
    ['NodeId', 'DirectoryId', 'LogEndOffset', 'Lag', 'LastFetchTimestamp', 'LastCaughtUpTimestamp', 'Status'],
    ...rows([leader], 'Leader'),
    ...rows(
      quorum.currentVoters.filter(voter => voter !== leader),
      'Follower',
    ),
    ...rows(quorum.observers, 'Observer'),
  ]
  for (const line of prettyTable(table)) terminal.out(line)
}

/** As ToolsUtils.prettyPrintTable: cells as wide as the widest of their column, a tab behind each. */
function prettyTable(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map(row => row[i]!.length)))
  return rows.map(row => row.map((cell, i) => `${cell.padEnd(widths[i]!)}\t`).join(''))
}
