// For tests: brokers that answer as a test says, over sockets in memory. It shows what clients do where a real cluster would
// have to be brought into a rare state first: leaders that change, logs that were cut, replicas that lag behind.

import { MBeans, SeededRandom, silentLogger, systemClock, type Clock } from '../base/index.ts'
import { memorySockets, SocketServer, type Answer, type Service } from '../connection/index.ts'
import { apis, apiVersions } from '../protocol/index.ts'
import { createClient, type Client, type ClientOptions } from './client.ts'

export interface ScriptedRequest {
  readonly api: string
  readonly version: number
  readonly nodeId: number
  // Each API has a body of its own, and a test knows which it asked for.
  readonly body: any
}
/** By the name of the API: its answer. Metadata is answered without a script. */
export type Script = Readonly<Record<string, (request: ScriptedRequest) => Answer | Promise<Answer>>>

export interface ScriptedPartition {
  leader: number
  leaderEpoch: number
}
export interface ScriptedCluster extends AsyncDisposable {
  readonly client: Client
  /** All that came, but ApiVersions. Bodies may be kept: they are copies. */
  readonly requests: ScriptedRequest[]
  readonly of: (api: string) => ScriptedRequest[]
  /** Where the brokers listen, from node 1 on. */
  readonly nodes: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[]
}

const topicIdOf = (name: string) => Buffer.from(name.padEnd(16, '.').slice(0, 16)).toString('hex')

export async function scriptedCluster(
  script: Script,
  {
    brokers = 1,
    topics,
    clock = systemClock,
    ...options
  }: {
    readonly brokers?: number
    /** May be changed while the test runs: clients learn of it by Metadata. */
    readonly topics: Readonly<Record<string, ScriptedPartition[]>>
    readonly clock?: Clock
  } & Partial<ClientOptions>,
): Promise<ScriptedCluster> {
  const sockets = memorySockets({ clock })
  const requests: ScriptedRequest[] = []
  const nodes: { nodeId: number; host: string; port: number }[] = []
  const servers: SocketServer[] = []
  const metadata = () => ({
    brokers: nodes,
    clusterId: 'scripted',
    controllerId: 1,
    topics: Object.entries(topics).map(([name, partitions]) => ({
      errorCode: 0,
      name,
      topicId: topicIdOf(name),
      partitions: partitions.map(({ leader, leaderEpoch }, partitionIndex) => ({
        errorCode: 0,
        partitionIndex,
        leaderId: leader,
        leaderEpoch,
        replicaNodes: [leader],
        isrNodes: [leader],
        offlineReplicas: [],
      })),
    })),
  })
  const versionsOf = (key: number) => {
    const versions = apis.get(key)?.versions
    return versions && { min: versions.from, max: versions.to }
  }
  const apiKeys = [...apis.keys()].map(apiKey => {
    const { min, max } = versionsOf(apiKey)!
    return { apiKey, minVersion: min, maxVersion: max }
  })
  for (let nodeId = 1; nodeId <= brokers; nodeId++) {
    const service: Service = {
      apiRange: versionsOf,
      handle({ api, apiVersion: version, body }) {
        if (api === apiVersions) return { errorCode: 0, apiKeys }
        const request = { api: api.name, version, nodeId, body: structuredClone(body) }
        requests.push(request)
        const answer = script[api.name] ?? (api.name === 'Metadata' ? metadata : undefined)
        if (answer === undefined) throw new Error(`the script has no answer to ${api.name}`)
        return answer(request)
      },
      clock,
      logger: silentLogger,
      metrics: new MBeans(clock),
      poisonsFrames: true,
    }
    const server = new SocketServer(service)
    servers.push(server)
    nodes.push({ nodeId, ...(await server.listen(sockets, { host: 'memory', port: 0, name: 'PLAINTEXT' })) })
  }
  const client = createClient({
    bootstrap: `memory:${nodes[0]!.port}`,
    sockets,
    clock,
    random: new SeededRandom(1),
    backoffMs: 1,
    backoffMsMax: 2,
    ...options,
  })
  return {
    client,
    requests,
    nodes,
    of: api => requests.filter(request => request.api === api),
    async [Symbol.asyncDispose]() {
      await client.close()
      await Promise.all(servers.map(server => server.close({ graceMs: 100 })))
    },
  }
}
