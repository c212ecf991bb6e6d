// kafka-cluster: the id of a cluster, its endpoints, and the end of a broker's registration, in the words of ClusterTool.

import type { Client } from '../../client/index.ts'
import { describeCluster, unregisterBroker } from '../../protocol/index.ts'
import type { Terminal } from '../command.ts'
import { connectionArguments, connectionOf } from './argument-connection.ts'
import { argumentTool } from './argument-tool.ts'
import { accept, exceptionText } from './java-exceptions.ts'
import { left, widthOf } from './java-format.ts'
import type { CommandDeclaration } from './options/argparse.ts'
import { ToolError } from './tool.ts'

const common = {
  ...connectionArguments({ server: '-b', controller: '-C' }),
  config: { value: 'CONFIG', about: '(DEPRECATED) A file of properties of the admin client; use --command-config.' },
  'command-config': { value: 'COMMAND_CONFIG', short: '-c', about: 'A file of properties of the admin client.' },
} as const
const oneOf = ['bootstrap-server', 'bootstrap-controller']
const commands = {
  'cluster-id': { about: 'Get information about the ID of a cluster.', arguments: common, oneOf },
  unregister: {
    about: 'Unregister a broker.',
    arguments: {
      ...common,
      id: { value: 'ID', short: '-i', type: 'Integer', required: true, about: 'The ID of the broker.' },
    },
    oneOf,
  },
  'list-endpoints': {
    about: 'List endpoints',
    arguments: { ...common, 'include-fenced-brokers': { about: 'Brokers that are fenced, too.' } },
    oneOf,
  },
} as const satisfies { [name: string]: CommandDeclaration }

export default argumentTool({
  parser: { name: 'kafka-cluster', about: 'The Kafka cluster tool.', arguments: {}, commands },
  run: async ({ given, terminal }) => {
    if (given.has('config') && given.has('command-config'))
      throw new ToolError('Cannot specify both --config and --command-config options.')
    if (given.has('config'))
      terminal.out(
        'Option --config has been deprecated and will be removed in a future version. Use --command-config instead.',
      )
    await connectionOf(
      given,
      { config: given.text('command-config') ?? given.text('config'), firstCall: 'listNodes', terminal },
      async client => {
        if (given.command === 'cluster-id') {
          const { clusterId } = await client.admin.cluster.describe()
          terminal.out(`Cluster ID: ${clusterId}`)
        } else if (given.command === 'unregister') await unregister(client, given.number('id')!, terminal)
        else await listEndpoints(client, given.has('include-fenced-brokers'), terminal)
      },
    )
  },
})

async function unregister(client: Client, brokerId: number, terminal: Terminal): Promise<void> {
  try {
    const { errorCode, errorMessage } = await client.admin.requests.controller(unregisterBroker, { brokerId })
    accept(errorCode, errorMessage)
  } catch (error) {
    throw new ToolError(exceptionText(error))
  }
  terminal.out(`Broker ${brokerId} is no longer registered.`)
}

async function listEndpoints(client: Client, includeFencedBrokers: boolean, terminal: Terminal): Promise<void> {
  const { brokers } = await client.admin.requests.any(describeCluster, (version: number) => ({
    includeClusterAuthorizedOperations: false,
    ...(version >= 2 ? { includeFencedBrokers } : {}),
  }))
  const rows = brokers
    .toSorted((a, b) => a.brokerId - b.brokerId)
    .map(({ brokerId, host, port, rack, isFenced }) => [
      String(brokerId),
      host,
      String(port),
      String(rack),
      isFenced ? 'fenced' : 'unfenced',
      'broker',
    ])
  const head = ['ID', 'HOST', 'PORT', 'RACK', 'STATE', 'ENDPOINT_TYPE']
  const hostWidth = widthOf(
    rows.map(([, host]) => host!),
    10,
  )
  const widths = [10, hostWidth, 10, 10, 10, 6]
  for (const row of [head, ...rows]) terminal.out(row.map((cell, i) => `${left(cell, widths[i]!)} `).join(''))
}
