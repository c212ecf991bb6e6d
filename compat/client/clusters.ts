// The clusters that our client must be at home on, each with a trouble of its own that comes again and again: the embedded
// broker, which refuses and drops requests; the same as a process, behind a proxy that cuts every connection; and three
// brokers of Apache Kafka, of which one at a time is killed.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import type { Random } from '../../src/base/index.ts'
import { startBroker, type Fault } from '../../src/testing/index.ts'
import { CuttingProxy } from '../chaos/cutting-proxy.ts'
import { quickProperties, startKillableBroker } from '../chaos/killable-broker.ts'
import { startKafkaCluster } from '../kafka/cluster.ts'
import { freePort } from '../kafka/kafka.ts'

export interface ClusterUnderTest {
  /** For the clients under test. */
  readonly bootstrap: string
  /** For whoever looks at what came of it, without trouble where that can be. */
  readonly quietBootstrap: string
  /** Something goes wrong; resolves when the next may. */
  trouble(): Promise<void>
  /** What went wrong, in a few words. */
  told(): string
  stop(): Promise<void>
}

export const clusters: Readonly<Record<string, (directory: string, random: Random) => Promise<ClusterUnderTest>>> = {
  embedded,
  cut,
  kafka,
}

const faults: readonly Fault[] = [
  { api: 'Produce', error: 'NOT_LEADER_OR_FOLLOWER' },
  { api: 'Produce', drop: 'after' },
  { api: 'Produce', drop: 'before' },
  { api: 'Fetch', drop: 'before' },
  { api: 'Fetch', error: 'NOT_LEADER_OR_FOLLOWER' },
  { api: 'OffsetCommit', error: 'COORDINATOR_NOT_AVAILABLE' },
  { api: 'OffsetCommit', drop: 'after' },
  { api: 'JoinGroup', drop: 'after' },
  { api: 'SyncGroup', error: 'NOT_COORDINATOR' },
  { api: 'Heartbeat', drop: 'before' },
  { api: 'InitProducerId', drop: 'after' },
  { api: 'TxnOffsetCommit', drop: 'after' },
  { api: 'EndTxn', drop: 'after' },
  { api: 'EndTxn', error: 'COORDINATOR_LOAD_IN_PROGRESS' },
]

async function embedded(directory: string, random: Random): Promise<ClusterUnderTest> {
  const broker = await startBroker({ data: join(directory, 'data') })
  let met = 0
  return {
    bootstrap: broker.bootstrap,
    quietBootstrap: broker.bootstrap,
    async trouble() {
      broker.faults.add({ ...random.pick(faults), times: 1 + random.below(3) })
      met++
    },
    told: () => `${met} faults`,
    stop: () => broker.stop(),
  }
}

async function cut(directory: string, random: Random): Promise<ClusterUnderTest> {
  const proxyPort = await freePort()
  const broker = await startKillableBroker({ which: 'millrace', directory, proxyPort })
  const proxy = new CuttingProxy({ port: broker.port }, random)
  await proxy.listen(proxyPort)
  return {
    bootstrap: `127.0.0.1:${proxyPort}`,
    quietBootstrap: broker.bootstrap,
    // The proxy needs nobody to tell it.
    trouble: async () => {},
    told: () => `${proxy.cuts} connections cut`,
    async stop() {
      await proxy.close()
      await broker.stop()
    },
  }
}

async function kafka(directory: string, random: Random): Promise<ClusterUnderTest> {
  mkdirSync(directory, { recursive: true })
  const cluster = await startKafkaCluster(directory, quickProperties)
  let killed = 0
  return {
    bootstrap: cluster.bootstrap,
    quietBootstrap: cluster.bootstrap,
    async trouble() {
      killed++
      await cluster.crash(random.below(cluster.nodes))
    },
    told: () => `${killed} nodes killed`,
    stop: () => cluster.stop(),
  }
}
