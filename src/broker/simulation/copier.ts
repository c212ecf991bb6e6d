// An application that is to do each of its tasks exactly once: it writes what comes of a task, and how far it has come,
// in one transaction. After whatever goes wrong it begins anew from where the group's offset says it is.

import type { ClientConnection } from '../../connection/index.ts'
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  buildBatch,
  endTxn,
  errorName,
  findCoordinator,
  initProducerId,
  offsetFetch,
  produce,
  txnOffsetCommit,
  type AnyApi,
  type DecodedResponseOf,
  type ErrorName,
  type RequestDraftOf,
} from '../../protocol/index.ts'
import type { World } from './world.ts'

export const topic = 'output',
  partitionCount = 3
const input = 'input'
/** Shorter than some pauses: transactions time out, too. */
const transactionTimeoutMs = 4_000

class Failed extends Error {}
interface Producer {
  readonly producerId: number
  readonly producerEpoch: number
}

export class Copier {
  readonly #world: World
  readonly id: string
  readonly tasks: number
  /** Of KIP-890. */
  readonly #version: 1 | 2
  readonly #connections = new Map<number, ClientConnection>()
  readonly #sequences = new Map<number, number>()
  #producer: Producer = { producerId: -1, producerEpoch: -1 }
  done = 0
  isStopped = false
  /** What went wrong, and how often. */
  readonly failures = new Map<string, number>()

  constructor(world: World, { id, tasks, version }: { id: string; tasks: number; version: 1 | 2 }) {
    this.#world = world
    this.id = id
    this.tasks = tasks
    this.#version = version
  }
  get isDone(): boolean {
    return this.done === this.tasks
  }
  /** Until all is done, or it is stopped. */
  async live(): Promise<void> {
    while (!this.isStopped && !this.isDone)
      try {
        await this.#session()
      } catch (error) {
        const what = (error as Error).message
        this.failures.set(what, (this.failures.get(what) ?? 0) + 1)
        await this.#pause(200)
      }
    for (const connection of this.#connections.values()) await connection.close()
  }
  #pause(msMax: number): Promise<void> {
    return this.#world.clock.sleep(this.#world.random.next() * msMax)
  }

  async #session(): Promise<void> {
    const { random } = this.#world
    await this.#init()
    this.done = await this.#offset()
    while (!this.isStopped && !this.isDone) {
      const count = Math.min(1 + random.below(3), this.tasks - this.done)
      const partitions = Array.from({ length: count }, () => random.below(partitionCount))
      if (this.#version === 1) await this.#addPartitions([...new Set(partitions)])
      for (const [i, partition] of partitions.entries()) await this.#produce(partition, `${this.id}:${this.done + i}`)
      if (random.chance(0.02)) await this.#pause(3 * transactionTimeoutMs)
      await this.#commitOffset(this.done + count)
      if (random.chance(0.02)) await this.#pause(3 * transactionTimeoutMs)
      const commits = random.chance(0.8)
      await this.#end(commits)
      if (commits) this.done += count
    }
  }

  async #init(): Promise<void> {
    const draft = { transactionalId: this.id, transactionTimeoutMs }
    const answer = await this.#ask(await this.#coordinator(1, this.id), initProducerId, draft, 5)
    this.#expect(initProducerId, answer.errorCode)
    this.#take(answer)
  }
  #take({ producerId, producerEpoch }: Producer): void {
    this.#producer = { producerId, producerEpoch }
    this.#sequences.clear()
  }
  async #offset(): Promise<number> {
    const groups = [{ groupId: this.id, topics: [{ name: input, partitionIndexes: [0] }] }]
    const answer = await this.#ask(await this.#coordinator(0, this.id), offsetFetch, { groups, requireStable: true }, 9)
    const group = answer.groups[0]!
    this.#expect(offsetFetch, group.errorCode)
    const { errorCode, committedOffset } = group.topics[0]!.partitions[0]!
    this.#expect(offsetFetch, errorCode)
    return Math.max(0, committedOffset)
  }
  async #addPartitions(partitions: number[]): Promise<void> {
    const draft = {
      v3AndBelowTransactionalId: this.id,
      v3AndBelowProducerId: this.#producer.producerId,
      v3AndBelowProducerEpoch: this.#producer.producerEpoch,
      v3AndBelowTopics: [{ name: topic, partitions }],
    }
    const answer = await this.#ask(await this.#coordinator(1, this.id), addPartitionsToTxn, draft, 3)
    for (const { partitionErrorCode } of answer.resultsByTopicV3AndBelow[0]!.resultsByPartition)
      this.#expect(addPartitionsToTxn, partitionErrorCode)
  }
  /** A batch whose answer is lost is sent again: the same, by its sequence. */
  async #produce(index: number, value: string): Promise<void> {
    const baseSequence = this.#sequences.get(index) ?? 0
    for (let attempt = 1; ; attempt++) {
      const records = buildBatch([{ timestamp: this.#world.clock.now(), value }], {
        ...this.#producer,
        baseSequence,
        transactional: true,
      })
      const topicData = [{ name: topic, partitionData: [{ index, records }] }]
      const draft = { transactionalId: this.id, acks: -1, timeoutMs: 2_000, topicData }
      try {
        const leader = this.#world.leaderOf(topic, index)
        const answer = await this.#ask(leader, produce, draft, this.#version === 1 ? 11 : 12)
        this.#expect(produce, answer.responses[0]!.partitionResponses[0]!.errorCode)
        this.#sequences.set(index, baseSequence + 1)
        return
      } catch (error) {
        if (attempt === 3 || !(error instanceof Failed)) throw error
        await this.#pause(100)
      }
    }
  }
  async #commitOffset(committedOffset: number): Promise<void> {
    const { id } = this
    if (this.#version === 1) {
      const draft = { transactionalId: id, ...this.#producer, groupId: id }
      const answer = await this.#ask(await this.#coordinator(1, id), addOffsetsToTxn, draft, 4)
      this.#expect(addOffsetsToTxn, answer.errorCode)
    }
    const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: null }]
    const topics = [{ name: input, partitions }]
    const draft = { transactionalId: id, groupId: id, ...this.#producer, memberId: '', topics }
    const versionMax = this.#version === 1 ? 4 : 5
    const answer = await this.#ask(await this.#coordinator(0, id), txnOffsetCommit, draft, versionMax)
    this.#expect(txnOffsetCommit, answer.topics[0]!.partitions[0]!.errorCode)
  }
  async #end(committed: boolean): Promise<void> {
    const draft = { transactionalId: this.id, ...this.#producer, committed }
    const versionMax = this.#version === 1 ? 4 : 5
    const answer = await this.#ask(await this.#coordinator(1, this.id), endTxn, draft, versionMax)
    this.#expect(endTxn, answer.errorCode)
    if (this.#version === 2) this.#take(answer)
  }

  #expect({ name }: AnyApi, errorCode: number): void {
    if (errorCode !== 0) throw new Failed(`${name}: ${errorName(errorCode) satisfies ErrorName}`)
  }
  async #coordinator(keyType: 0 | 1, key: string): Promise<number> {
    const any = this.#world.random.pick(this.#world.machines).nodeId
    const answer = await this.#ask(any, findCoordinator, { keyType, coordinatorKeys: [key] }, 6)
    const { errorCode, nodeId } = answer.coordinators[0]!
    this.#expect(findCoordinator, errorCode)
    return nodeId
  }
  /** Over a network that is slow, and that breaks off now and then, before or after the broker has done what it was asked. */
  async #ask<A extends AnyApi>(
    nodeId: number,
    api: A,
    draft: RequestDraftOf<A>,
    versionMax: number,
  ): Promise<DecodedResponseOf<A>> {
    const { random, hasFaults } = this.#world
    await this.#pause(20)
    const connection = await this.#connection(nodeId)
    try {
      const answering = connection.request(api, draft, { versionMax })
      if (hasFaults && random.chance(0.01)) void this.#pause(20).then(() => connection.close())
      return (await answering) as DecodedResponseOf<A>
    } catch (error) {
      throw new Failed(`${api.name}: ${(error as { code?: string }).code}`, { cause: error })
    }
  }
  async #connection(nodeId: number): Promise<ClientConnection> {
    const known = this.#connections.get(nodeId)
    if (known !== undefined && !known.isClosed) return known
    try {
      const connection = await this.#world.connect(nodeId)
      this.#connections.set(nodeId, connection)
      return connection
    } catch (error) {
      throw new Failed('not connected', { cause: error })
    }
  }
}
