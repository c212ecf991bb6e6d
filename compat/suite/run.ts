// Runs the cases of one client: those it is able to, each in a context of its own, with a time limit.

import { adminCases } from '../cases/admin.ts'
import { clusterCases } from '../cases/cluster.ts'
import { consumeCases, readbackCases } from '../cases/consume.ts'
import { consumerGroupCases } from '../cases/consumer-groups.ts'
import { groupCases } from '../cases/groups.ts'
import { produceCases } from '../cases/produce.ts'
import { securityCases } from '../cases/security.ts'
import { toolCases } from '../cases/tools.ts'
import { transactionCases } from '../cases/transactions.ts'
import { eventually, type Ability, type Case, type CaseContext } from './case.ts'
import type { Client } from './clients.ts'
import { rare, type Adapter, type Member, type Operations } from './operations.ts'
import type { CaseResult, WrittenTopic } from './results.ts'
import type { Security } from './security.ts'

const caseMsMax = 45_000
const reasonLengthMax = 600

export function casesOf(client: Client): readonly Case[] {
  return able(client, [
    ...adminCases,
    ...clusterCases,
    ...produceCases,
    ...consumeCases,
    ...groupCases,
    ...consumerGroupCases,
    ...transactionCases,
    ...toolCases,
    ...securityCases,
  ])
}

export function readbackCasesOf(client: Client, written: readonly WrittenTopic[]): readonly Case[] {
  // A slow client reads one topic of each codec, the same in every run; the others read those of every client.
  const sorted = written.toSorted((a, b) => a.client.localeCompare(b.client))
  const ofEachCodec = [...new Map(sorted.map(topic => [topic.codec, topic])).values()]
  const chosen = client.lacks.includes('quick') ? ofEachCodec : sorted
  return able(client, readbackCases(chosen, new Set<string>(client.lacks)))
}

function able({ lacks, has = [] }: Client, cases: readonly Case[]): readonly Case[] {
  const lacking = new Set<Ability>([...lacks, ...rare.filter(one => !has.includes(one))])
  return cases.filter(({ needs }) => !needs.some(need => lacking.has(need)))
}

export interface RunOptions {
  readonly adapter: Adapter
  readonly control: Operations
  readonly security: Security | undefined
  /** Begins the name of all that is made up, different in each run. */
  readonly run: string
  /** How often a case may be run until it passes: a busy machine is no fault of a broker's. */
  readonly attempts: number
  readonly onResult: (result: CaseResult) => void
  readonly onWritten: (topic: WrittenTopic) => void
}

export async function runCases(client: Client, cases: readonly Case[], options: RunOptions): Promise<void> {
  for (const one of cases.filter(({ patient }) => !patient)) await runCase(client, one, options)
  await Promise.all(cases.filter(({ patient }) => patient).map(one => runCase(client, one, options)))
}

/** A case that fails is tried again as often as was allowed; that it needed to is told, and does not count as a failure. */
async function runCase(client: Client, one: Case, options: RunOptions): Promise<void> {
  const from = performance.now()
  const failures: string[] = []
  let passed = false
  while (!passed && failures.length < options.attempts) {
    const failure = await attempt(client, one, options)
    if (failure === undefined) passed = true
    else failures.push(failure)
  }
  const told = passed ? failures.map((failure, i) => `passed at attempt ${i + 2}, after: ${failure}`) : failures
  options.onResult({
    client: client.name,
    name: one.name,
    outcome: passed ? 'passed' : 'failed',
    ...(told.length > 0 ? { reason: told.at(-1)! } : {}),
    durationMs: performance.now() - from,
  })
}
/** Gives why it failed. */
async function attempt(client: Client, { run }: Case, options: RunOptions): Promise<string | undefined> {
  const members: Member[] = []
  const { promise: tooLong, reject } = Promise.withResolvers<never>()
  const limit = setTimeout(() => reject(new Error(`not done after ${caseMsMax} ms`)), caseMsMax)
  try {
    await Promise.race([run(context(client, options, members)), tooLong])
    return undefined
  } catch (error) {
    return explain(error)
  } finally {
    clearTimeout(limit)
    for (const member of members) member.kill()
  }
}

function explain(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  return text.length > reasonLengthMax ? `${text.slice(0, reasonLengthMax)} …` : text
}

let names = 0

function context(
  { name }: Client,
  { adapter, control, security, run, onWritten }: RunOptions,
  members: Member[],
): CaseContext {
  const unique = (kind: string) => `${run}-${name}-${kind}-${++names}`
  return {
    client: adapter.operations as Operations,
    control,
    security,
    name,
    unique,
    async topic(options = {}) {
      const topic = unique('topic')
      await control.createTopic({ topic, ...options })
      // A broker may answer that it has a new topic, and a moment later that it does not: its offsets are the proof.
      for (let partition = 0; partition < (options.partitions ?? 1); partition++) {
        await eventually(`${topic} is served`, async () => (await control.endOffsets({ topic, partition }), true))
      }
      return topic
    },
    async join(options) {
      if (adapter.join === undefined) throw new Error(`${name} has no members`)
      const member = await adapter.join(options)
      members.push(member)
      return member
    },
    written: (topic, codec) => onWritten({ client: name, topic, codec }),
  }
}
