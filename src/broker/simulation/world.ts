// A cluster for simulations: real brokers over a simulated disk, network and clock, that lose their power at any moment,
// with everything that was not synced, and come back.

import {
  ManualClock,
  memoryFiles,
  MBeans,
  SeededRandom,
  silentLogger,
  systemClock,
  type MemoryFiles,
  type Socket,
  type Sockets,
} from '../../base/index.ts'
import { ClientConnection, memorySockets } from '../../connection/index.ts'
import { brokerConfigOf, memoryMetadataLog, Metadata } from '../../metadata/index.ts'
import { startBrokerNode, type BrokerNode } from '../broker-node.ts'

interface Machine {
  readonly nodeId: number
  readonly files: MemoryFiles
  /** Both ends that it has of connections. */
  readonly open: Set<Socket>
  /** Undefined while it is down. */
  node: BrokerNode | undefined
}
const properties = new Map(
  Object.entries({
    'offsets.topic.num.partitions': '2',
    'transaction.state.log.num.partitions': '2',
    'default.replication.factor': '1',
  }),
)

export class World {
  readonly clock = new ManualClock()
  readonly random: SeededRandom
  readonly metadata: Metadata
  readonly machines: readonly Machine[]
  hasFaults = true
  /** How often a broker has lost its power. */
  crashes = 0
  readonly #sockets: Sockets
  readonly #config
  /** Of brokers that crashed: their closing meets a disk that is gone. */
  readonly #dying: Promise<unknown>[] = []

  static async start(seed: number): Promise<World> {
    const random = new SeededRandom(seed)
    const { config } = brokerConfigOf({ overrides: properties })
    const metadata = await Metadata.open({ log: memoryMetadataLog(), random, config })
    const world = new World(random, metadata, config)
    for (const machine of world.machines) await world.#boot(machine)
    return world
  }
  private constructor(random: SeededRandom, metadata: Metadata, config: ReturnType<typeof brokerConfigOf>['config']) {
    this.random = random
    this.metadata = metadata
    this.#config = config
    this.#sockets = memorySockets({ clock: this.clock, random })
    const nodeIds = random.chance(0.3) ? [1, 2, 3] : [1]
    this.machines = nodeIds.map(nodeId => ({
      nodeId,
      files: memoryFiles({ crashes: true }),
      open: new Set(),
      node: undefined,
    }))
  }
  async #boot(machine: Machine): Promise<void> {
    const { nodeId, files } = machine
    machine.node = await startBrokerNode({
      nodeId,
      files,
      config: this.#config,
      metadata: this.metadata,
      path: '/data',
      durability: 'fsync',
      listeners: [{ name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', host: '127.0.0.1', port: 9091 + nodeId }],
      sockets: this.#networkOf(machine),
      clock: this.clock,
      random: this.random,
      logger: silentLogger,
      metrics: new MBeans(this.clock),
    })
  }
  #networkOf({ open }: Machine): Sockets {
    const kept = (socket: Socket) => {
      open.add(socket)
      return socket
    }
    return {
      listen: (at, accept) => this.#sockets.listen(at, socket => accept(kept(socket))),
      connect: async to => kept(await this.#sockets.connect(to)),
    }
  }

  connect(nodeId: number): Promise<ClientConnection> {
    return ClientConnection.connect({
      sockets: this.#sockets,
      clock: this.clock,
      clientId: 'simulation',
      host: '127.0.0.1',
      port: 9091 + nodeId,
      connectTimeoutMs: 1_000,
      requestTimeoutMs: 3_000,
    })
  }
  leaderOf(topic: string, partition: number): number {
    return this.metadata.image.topics.get(topic)?.partitions[partition]?.leader ?? -1
  }

  /** Lets time pass, in which a broker may crash: at any turn of the loop, or just before it writes or syncs something. */
  async pass(ms: number): Promise<void> {
    const passing = this.clock.advance(ms)
    if (this.hasFaults && this.random.chance(0.015)) {
      const machine = this.random.pick(this.machines)
      if (this.random.chance(0.5)) this.#crashAtOperation(machine, this.random.below(30))
      else await this.#crashAtTurn(machine, this.random.below(30))
    }
    await passing
    for (const machine of this.machines)
      if (machine.node === undefined && (!this.hasFaults || this.random.chance(0.05))) await this.#boot(machine)
  }
  async #crashAtTurn(machine: Machine, after: number): Promise<void> {
    for (let turns = after; turns > 0; turns--) await new Promise<void>(resolve => systemClock.soon(resolve))
    this.#crash(machine)
  }
  #crashAtOperation(machine: Machine, after: number): void {
    const { files } = machine
    let left = after
    files.fail = operation => {
      if ((operation !== 'write' && operation !== 'sync') || left-- > 0) return
      files.fail = undefined
      if (machine.node === undefined) return
      this.#crash(machine)
      throw Object.assign(new Error('the power is gone'), { code: 'EIO' })
    }
  }
  #crash(machine: Machine): void {
    const { node, files, open } = machine
    if (node === undefined) return
    this.crashes++
    machine.node = undefined
    files.fail = undefined
    files.crash(this.random)
    for (const socket of open) socket.destroy()
    open.clear()
    this.#dying.push(node.stop().catch(() => undefined))
  }
  async stop(): Promise<void> {
    for (const { node } of this.machines) this.#dying.push(node?.stop() ?? Promise.resolve())
    let isOver = false
    void Promise.all(this.#dying).then(() => (isOver = true))
    while (!isOver) await this.clock.advance(100)
    await this.metadata.close()
  }
}
