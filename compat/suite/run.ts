// Runs the cases of one client: those it is able to, each in a context of its own, with a time limit.

import { adminCases } from '../cases/admin.ts'
import { consumeCases, readbackCases } from '../cases/consume.ts'
import { consumerGroupCases } from '../cases/consumer-groups.ts'
import { groupCases } from '../cases/groups.ts'
import { produceCases } from '../cases/produce.ts'
import { toolCases } from '../cases/tools.ts'
import { transactionCases } from '../cases/transactions.ts'
import { eventually, type Ability, type Case, type CaseContext } from './case.ts'
import type { Client } from './clients.ts'
import { rare, type Adapter, type Member, type Operations } from './operations.ts'
import type { CaseResult, WrittenTopic } from './results.ts'

const caseMsMax = 45_000
const reasonLengthMax = 600

export function casesOf(client: Client): readonly Case[] {
  return able(client, [
    ...adminCases,
    ...produceCases,
    ...consumeCases,
    ...groupCases,
    ...consumerGroupCases,
    ...transactionCases,
    ...toolCases,
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
  /** Begins the name of all that is made up, different in each run. */
  readonly run: string
  readonly onResult: (result: CaseResult) => void
  readonly onWritten: (topic: WrittenTopic) => void
}

export async function runCases(client: Client, cases: readonly Case[], options: RunOptions): Promise<void> {
  for (const one of cases.filter(({ patient }) => !patient)) await runCase(client, one, options)
  await Promise.all(cases.filter(({ patient }) => patient).map(one => runCase(client, one, options)))
}

async function runCase(client: Client, { name, run }: Case, options: RunOptions): Promise<void> {
  const from = performance.now()
  const members: Member[] = []
  const { promise: tooLong, reject } = Promise.withResolvers<never>()
  const limit = setTimeout(() => reject(new Error(`not done after ${caseMsMax} ms`)), caseMsMax)
  const result = await Promise.race([run(context(client, options, members)), tooLong]).then(
    () => ({ outcome: 'passed' as const }),
    (error: unknown) => ({ outcome: 'failed' as const, reason: explain(error) }),
  )
  clearTimeout(limit)
  for (const member of members) member.kill()
  options.onResult({ client: client.name, name, ...result, durationMs: performance.now() - from })
}

function explain(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  return text.length > reasonLengthMax ? `${text.slice(0, reasonLengthMax)} …` : text
}

let names = 0

function context({ name }: Client, { adapter, control, run, onWritten }: RunOptions, members: Member[]): CaseContext {
  const unique = (kind: string) => `${run}-${name}-${kind}-${++names}`
  return {
    client: adapter.operations as Operations,
    control,
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
