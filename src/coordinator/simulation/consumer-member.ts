// A simulated consumer of the consumer protocol (KIP-848): sends heartbeats, gives up partitions when it is told to, and
// takes its time for it; commits by its epoch; begins anew when it is fenced.

import { errorName, type ErrorName } from '../../protocol/index.ts'
import { epochOfLeave, epochOfStaticLeave } from '../consumer-group/member.ts'
import type { SimulatedMember, Witness } from './witness.ts'
import { commitOf, groupId, topic, type World } from './world.ts'

/** Shorter than a session: who is heard of in this time can have missed neither. */
export const rebalanceTimeoutMs = 8_000

export class ConsumerMember implements SimulatedMember {
  readonly #world: World
  readonly #witness: Witness
  readonly memberId: string
  readonly instance: string | null
  #epoch = 0
  /** The last answer was lost, or there was none yet: the next heartbeat says all. */
  #saysAll = true
  readonly owned = new Set<number>()
  /** What it is to have; it gives up the rest in its own time. */
  #assigned: ReadonlySet<number> = new Set()
  /** When it sent the last heartbeat that was answered, and left it nothing to give up. */
  #heardAt = -Infinity
  isAlive = true

  constructor(world: World, witness: Witness, memberId: string, instance: string | null) {
    this.#world = world
    this.#witness = witness
    this.memberId = memberId
    this.instance = instance
    void this.#live()
  }
  get #context() {
    return { apiVersion: 1, clientId: this.memberId, clientHost: '/127.0.0.1' }
  }
  /** What it has given up it says at once. */
  get #hasToGiveUp(): boolean {
    return [...this.owned].some(partition => !this.#assigned.has(partition))
  }

  async #live(): Promise<void> {
    const { clock, random } = this.#world
    while (this.isAlive) {
      await this.#beat()
      if (this.#hasToGiveUp && random.chance(0.7)) {
        await clock.sleep(random.next() * (this.#dozes(0.1) ? 20_000 : 1_000))
        if (!this.isAlive) return
        for (const partition of this.owned) if (!this.#assigned.has(partition)) this.owned.delete(partition)
        this.#saysAll = true
        continue
      }
      if (random.chance(0.3)) await this.#commit()
      await clock.sleep(500 + random.next() * 1_000)
      if (this.#dozes(0.01)) await clock.sleep(random.below(20_000))
    }
  }
  /** Longer than its session, or its rebalance, lasts; and it does not know. */
  #dozes(probability: number): boolean {
    return this.#world.hasFaults && this.#world.random.chance(probability)
  }
  async #beat(): Promise<void> {
    const sentAt = this.#world.runningMs
    const says = this.#saysAll || this.#epoch === 0
    const topicPartitions = [{ topicId: this.#world.topics.byName(topic)!.topicId, partitions: [...this.owned] }]
    const answer = await this.#send(this.#epoch, {
      rebalanceTimeoutMs: says ? rebalanceTimeoutMs : -1,
      subscribedTopicNames: says ? [topic] : null,
      topicPartitions: says ? (this.owned.size === 0 ? [] : topicPartitions) : null,
    })
    if (!this.isAlive) return
    this.#saysAll = answer === undefined
    if (answer === undefined) return
    const error = errorName(answer.errorCode)
    if (error === 'UNKNOWN_MEMBER_ID') this.#witness.isOut(this, this.#world.runningMs - this.#heardAt)
    if (fences.has(error)) return this.#beginAnew()
    if (error !== 'NONE') {
      this.#saysAll = true
      return
    }
    this.#epoch = answer.memberEpoch
    if (answer.assignment) this.#take(answer.assignment.topicPartitions.flatMap(({ partitions }) => partitions))
    if (!this.#hasToGiveUp) this.#heardAt = sentAt
  }
  #take(assigned: readonly number[]): void {
    this.#assigned = new Set(assigned)
    const taken = assigned.filter(partition => !this.owned.has(partition))
    this.#witness.takes(this, taken)
    for (const partition of taken) this.owned.add(partition)
  }
  #beginAnew(): void {
    this.owned.clear()
    this.#assigned = new Set()
    this.#epoch = 0
    this.#heardAt = -Infinity
  }
  #send(
    memberEpoch: number,
    said: {
      readonly rebalanceTimeoutMs?: number
      readonly subscribedTopicNames?: string[] | null
      readonly topicPartitions?: { topicId: string; partitions: number[] }[] | null
    } = {},
  ) {
    const request = {
      groupId,
      memberId: this.memberId,
      memberEpoch,
      instanceId: this.instance,
      rackId: null,
      rebalanceTimeoutMs: -1,
      subscribedTopicNames: null,
      subscribedTopicRegex: null,
      serverAssignor: null,
      topicPartitions: null,
      ...said,
    }
    // A client closes the connection of a request that takes too long: what it then says overtakes nothing.
    return this.#world.ask('heartbeat', groups => groups.consumerGroupHeartbeat(request, this.#context), {
      mayBeLate: false,
    })
  }
  async #commit(): Promise<void> {
    const partition = [...this.owned][0]
    if (partition === undefined || this.#epoch <= 0) return
    const sent = { memberId: this.memberId, epoch: this.#epoch, isAcknowledged: false },
      request = commitOf(sent, this.instance, partition, this.#witness.sends(sent)),
      context = { ...this.#context, apiVersion: 9 }
    const committed = await this.#world.ask('commit', groups => groups.offsetCommit(request, context))
    sent.isAcknowledged = committed?.topics[0]?.partitions[0]?.errorCode === 0
  }

  /** A static one leaves to come back. */
  stop({ leaves }: { readonly leaves: boolean }): void {
    this.isAlive = false
    this.owned.clear()
    if (leaves) void this.#send(this.instance === null ? epochOfLeave : epochOfStaticLeave)
  }
}
/** After these it has nothing any more; the last is what is said where the group has become a classic one. */
const fences: ReadonlySet<ErrorName> = new Set([
  'UNKNOWN_MEMBER_ID',
  'FENCED_MEMBER_EPOCH',
  'FENCED_INSTANCE_ID',
  'GROUP_ID_NOT_FOUND',
])
