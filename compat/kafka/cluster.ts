// Three Apache Kafka brokers that are controllers, too, with everything in three replicas: any one of them may be killed.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { eventually } from '../suite/case.ts'
import { prepare } from '../suite/missing.ts'
import { freePort, javaCommand, runKafka, type KafkaNode } from './kafka.ts'

const nodeIds = [1, 2, 3]
const heapOfNode = '512M'

export interface KafkaCluster {
  /** All three, with commas between. */
  readonly bootstrap: string
  readonly nodes: number
  /** Kills the node with -9, starts it again, and resolves when it serves. */
  crash(index: number): Promise<void>
  stop(): Promise<void>
}

export async function startKafkaCluster(
  directory: string,
  properties: Readonly<Record<string, string>> = {},
): Promise<KafkaCluster> {
  const ports = await Promise.all(
    nodeIds.map(async id => ({ id, port: await freePort(), controller: await freePort() })),
  )
  const voters = ports.map(({ id, controller }) => `${id}@127.0.0.1:${controller}`).join()
  const prepared = ports.map(({ id, port, controller }) => {
    const home = join(directory, `node-${id}`)
    mkdirSync(home, { recursive: true })
    const bootstrap = `127.0.0.1:${port}`
    const all: Record<string, string> = {
      'process.roles': 'broker,controller',
      'node.id': `${id}`,
      'controller.quorum.voters': voters,
      listeners: `PLAINTEXT://${bootstrap},CONTROLLER://127.0.0.1:${controller}`,
      'controller.listener.names': 'CONTROLLER',
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      'log.dirs': join(home, 'data'),
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
      'transaction.state.log.min.isr': '2',
      // Internal topics of fifty partitions, three times, would keep two cores busy for long.
      'offsets.topic.num.partitions': '5',
      'transaction.state.log.num.partitions': '5',
      'broker.session.timeout.ms': '6000',
      ...properties,
    }
    const file = join(home, 'server.properties')
    writeFileSync(
      file,
      Object.entries(all)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    )
    prepare(...javaCommand('kafka.tools.StorageTool', ['format', '-t', 'MkU3OEVBNTcwNTJENDM2Qk', '-c', file]))
    return { file, bootstrap, home }
  })
  const start = ({ file, bootstrap, home }: (typeof prepared)[number]) =>
    runKafka({ file, bootstrap }, home, { heap: heapOfNode })
  const nodes: KafkaNode[] = await Promise.all(prepared.map(start))
  return {
    bootstrap: prepared.map(({ bootstrap }) => bootstrap).join(),
    nodes: nodes.length,
    async crash(index) {
      process.kill(nodes[index]!.pid, 'SIGKILL')
      await eventually('the node is dead', () => nodes[index]!.exited())
      nodes[index] = await start(prepared[index]!)
    },
    async stop() {
      await Promise.all(nodes.map(node => node.stop()))
    },
  }
}
