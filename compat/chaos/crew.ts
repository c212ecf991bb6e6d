// The members of one group that copies from a topic to another: processes of other people's clients, each in a slot that
// has a transactional id, so that who comes after one that was killed ends what it left open.

import type { Random } from '../../src/base/index.ts'
import type { Agent } from '../suite/agent.ts'
import type { Client } from '../suite/clients.ts'

export interface Task {
  readonly group: string
  readonly protocol: 'classic' | 'consumer'
  readonly from: string
  readonly to: string
  /** A record that has made this many hops goes to `end`. */
  readonly last?: number
  readonly end?: string
  /** How long a transaction is held open, so that what breaks mostly breaks one in its middle. */
  readonly holdMs: number
}

export interface CrewOptions {
  readonly task: Task
  readonly clients: readonly Client[]
  /** How many members there are at most. */
  readonly slots: number
  readonly bootstrap: string
  readonly directory: string
  readonly random: Random
}

/** Longer than a session, so that a sleeper's partitions are another's when it wakes with its transaction half done. */
const sleepMsMin = 7_000
const sleepMsMax = 9_000

export class Crew {
  readonly task: Task
  readonly #options: CrewOptions
  readonly #members: (Agent | undefined)[]
  readonly #wanted: boolean[]
  /** Falls asleep in its next transaction. */
  #drowsy: Agent | undefined
  readonly #asleep = new Set<Agent>()
  /** What happened, for the report. */
  readonly counts = { copied: 0, started: 0, killed: 0, left: 0, slept: 0, failed: 0 }

  constructor(options: CrewOptions) {
    this.#options = options
    this.task = options.task
    this.#members = Array.from({ length: options.slots }, () => undefined)
    this.#wanted = Array.from({ length: options.slots }, () => true)
  }
  /** Starts those that are wanted and not there. */
  async fill(): Promise<void> {
    await Promise.all(
      this.#members.map(async (member, slot) => {
        if (this.#wanted[slot] && (member?.hasEnded() ?? true)) await this.#start(slot)
      }),
    )
  }
  /** One is killed, and another comes in its place; or one sleeps; or one leaves in peace; or one that had left comes back. */
  async change(): Promise<void> {
    const { random } = this.#options
    const slot = random.below(this.#members.length)
    const member = this.#members[slot]
    if (member === undefined || member.hasEnded()) this.#wanted[slot] = true
    else if (this.#asleep.has(member)) return
    else if (random.chance(0.25) && this.#asleep.size === 0) this.#drowsy = member
    else if (random.chance(0.5) || this.#wanted.filter(Boolean).length === 1) await this.#kill(member)
    else await this.#leave(slot, member)
  }
  #sleep(member: Agent): void {
    if (member.hasEnded()) return
    this.counts.slept++
    this.#asleep.add(member)
    member.freeze()
    const forMs = sleepMsMin + this.#options.random.next() * (sleepMsMax - sleepMsMin)
    setTimeout(() => {
      this.#asleep.delete(member)
      member.thaw()
    }, forMs)
  }
  async #kill(member: Agent): Promise<void> {
    this.counts.killed++
    member.kill()
    await member.stop()
  }
  async #leave(slot: number, member: Agent): Promise<void> {
    this.counts.left++
    this.#wanted[slot] = false
    await member.call('endCopy', {}).catch(() => {})
    await member.stop()
  }
  /** All that is wanted from here on is that it gets done. */
  wantAll(): void {
    this.#wanted.fill(true)
  }
  async stop(): Promise<void> {
    await Promise.all(
      this.#members.map(async member => {
        member?.kill()
        await member?.stop()
      }),
    )
  }

  async #start(slot: number): Promise<void> {
    const { clients, bootstrap, directory, task } = this.#options
    const client = clients[slot % clients.length]!
    const member = await client.agent!({ bootstrap, directory })
    this.#members[slot] = member
    this.counts.started++
    member.onEvent(({ event, count, message }) => {
      if (event === 'copied') {
        this.counts.copied += count ?? 0
        if (this.#drowsy !== member) return
        this.#drowsy = undefined
        // By then it has read on, and has not committed yet.
        setTimeout(() => this.#sleep(member), task.holdMs / 2)
      }
      if (event !== 'failed') return
      this.counts.failed++
      console.log(`  ${client.name} in ${task.group} gave up: ${message}`)
      member.kill()
    })
    await member.call('copy', { ...task, id: `${task.group}-${slot}` }).catch((error: unknown) => {
      console.log(`  ${client.name} in ${task.group} did not begin: ${String(error)}`)
      member.kill()
    })
  }
}
