// kafka-broker-api-versions: what each broker serves, in the words of BrokerApiVersionsCommand.

import { packageVersion } from '../../base/index.ts'
import { apis, apiVersions } from '../../protocol/index.ts'
import { propertiesFile, withCluster } from './connection.ts'
import { optionTool } from './tool.ts'

export default optionTool({
  about: 'This tool helps to retrieve broker version information.',
  options: {
    'command-config': { value: 'command config property file', about: 'Properties of the admin client.' },
    'bootstrap-server': { value: 'server(s) to use for bootstrapping', about: 'REQUIRED: the brokers to ask first.' },
  },
  async run({ given, terminal, usage }) {
    usage.requires('bootstrap-server')
    const properties = await propertiesFile(given.value('command-config'))
    await withCluster(
      { bootstrap: given.value('bootstrap-server')!, clientId: 'admin-1', properties, terminal },
      async client => {
        for (const { nodeId, host, port, rack } of await client.admin.requests.brokers()) {
          const head = `${host}:${port} (id: ${nodeId} rack: ${rack} isFenced: false) -> `
          try {
            const answer = await client.admin.requests.broker(nodeId, apiVersions, {
              clientSoftwareName: 'millrace',
              clientSoftwareVersion: packageVersion(),
            })
            terminal.out(`${head}(\n\t${lines([...answer.apiKeys]).join(',\n\t')}\n)`)
          } catch (error) {
            terminal.out(`${head}ERROR: ${(error as Error).message}`)
          }
        }
      },
    )
  },
})

interface Served {
  readonly apiKey: number
  readonly minVersion: number
  readonly maxVersion: number
}
/** What is served, and of what a client of this version may ask and the broker does not serve, that it does not. */
function lines(served: readonly Served[]): string[] {
  const texts = new Map<number, string>()
  for (const { apiKey, minVersion, maxVersion } of served) {
    const api = apis.get(apiKey)
    const name = api === undefined ? 'UNKNOWN' : api.name
    const range = minVersion === maxVersion ? `${minVersion}` : `${minVersion} to ${maxVersion}`
    texts.set(
      apiKey,
      `${name}(${apiKey}): ${range}${api === undefined ? '' : usable(api.stable, { minVersion, maxVersion })}`,
    )
  }
  for (const { key, name } of apis.values())
    if (!texts.has(key) && !betweenBrokers.has(name)) texts.set(key, `${name}(${key}): UNSUPPORTED`)
  return [...texts].toSorted(([a], [b]) => a - b).map(([, text]) => text)
}
function usable(
  { from, to }: { from: number; to: number },
  { minVersion, maxVersion }: Omit<Served, 'apiKey'>,
): string {
  if (to < minVersion) return ' [unusable: node too new]'
  if (maxVersion < from) return ' [unusable: node too old]'
  return ` [usable: ${Math.min(to, maxVersion)}]`
}
/** APIs that no client asks. */
const betweenBrokers = new Set(['AlterPartition', 'AllocateProducerIds', 'BrokerRegistration', 'BrokerHeartbeat'])
