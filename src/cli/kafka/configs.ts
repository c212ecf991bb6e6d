// kafka-configs: shows and changes the configs of topics, brokers and groups, the quotas of users, client ids and
// addresses, and the SCRAM passwords of users, in the words of Apache Kafka's ConfigCommand.

import { KafkaError, type Client } from '../../client/index.ts'
import type { Terminal } from '../command.ts'
import { changesOf } from './configs/changes.ts'
import { check, options, type Entities, type Given } from './configs/options.ts'
import { alterAddresses, alterUsersOrClients, describeQuotas, describeScram } from './configs/quotas.ts'
import { alterResource, describeResources, singular, type ResourceEntity } from './configs/resources.ts'
import { propertiesFile, withCluster } from './connection.ts'
import { exceptionText } from './java-exceptions.ts'
import { optionTool, ToolError } from './tool.ts'

const tool = optionTool({
  about:
    'This tool helps to manipulate and describe entity config for a topic, client, user, broker, ip, client-metrics or group',
  options,
  async run({ given, terminal, usage }) {
    const entities = await check(given, usage)
    if (given.has('bootstrap-controller'))
      throw new ToolError('--bootstrap-controller is not served: ask the brokers, by --bootstrap-server')
    const properties = await propertiesFile(given.value('command-config'))
    const connection = { bootstrap: given.value('bootstrap-server')!, clientId: 'adminclient-1', properties }
    await withCluster({ ...connection, terminal }, client =>
      (given.has('alter') ? alter : describe)({ client, given, entities, terminal }),
    )
  },
})

export default {
  ...tool,
  async run(args: readonly string[], terminal: Terminal): Promise<number> {
    try {
      return await tool.run(args, terminal)
    } catch (error) {
      if (!(error instanceof KafkaError) || error.code === 'UNSUPPORTED_VERSION') throw error
      throw new ToolError(
        `Error while executing config command with args '${args.join(' ')}'\njava.util.concurrent.ExecutionException: ${exceptionText(error)}`,
      )
    }
  },
}

interface Call {
  readonly client: Client
  readonly given: Given
  readonly entities: Entities
  readonly terminal: Terminal
}

async function alter({ client, given, entities, terminal }: Call): Promise<void> {
  const changes = await changesOf(given)
  const type = entities.types[0]!
  const name = entities.names[0]!
  if (type === 'users' || type === 'clients') await alterUsersOrClients(client, entities, changes)
  else if (type === 'ips') await alterAddresses(client, entities, changes)
  else await alterResource(client, { type: type satisfies ResourceEntity, name }, changes)
  if (name === '') terminal.out(`Completed updating default config for ${type} in the cluster.`)
  else terminal.out(`Completed updating config for ${singular(type)} ${name}.`)
}

async function describe({ client, given, entities, terminal }: Call): Promise<void> {
  const type = entities.types[0]!
  if (type === 'users' || type === 'clients' || type === 'ips') {
    await describeQuotas(client, entities, terminal)
    const isOfUsers = type !== 'ips' && !entities.types.includes('clients') && !entities.names.includes('')
    if (isOfUsers) await describeScram(client, entities, terminal)
    return
  }
  await describeResources(client, { type, name: entities.names[0], isAll: given.has('all') }, terminal)
}
