// A case: one behaviour, written once, run with every client that can do what it needs.

import { setTimeout as delay } from 'node:timers/promises'

import {
  errorCodes,
  Refused,
  type Codec,
  type ErrorName,
  type JoinOptions,
  type Member,
  type Operations,
} from './operations.ts'

/** What a client may be unable to do: an operation, to be a group's member, or something finer that only some clients lack. */
export type Ability = keyof Operations | 'join' | Codec | FineAbility
export type FineAbility =
  | 'acks'
  | 'append time'
  | 'auto-create'
  | 'binary'
  | 'cluster id'
  | 'commit metadata'
  | 'consecutive aborts'
  | 'consumer protocol'
  | 'cooperative'
  | 'error codes'
  | 'errors of configs'
  | 'expression'
  | 'growing topics'
  | 'headers'
  | 'idempotent'
  | 'incremental configs'
  | 'instance id'
  | 'key'
  | 'manual commit'
  | 'max bytes'
  | 'null key'
  | 'partition'
  | 'quick'
  | 'reasons'
  | 'replication factor'
  | 'reset'
  | 'revocations'
  | 'scram'
  | 'second producer of an id'
  | 'session timeout'
  | 'timestamp'
  | 'tokens'
  | 'tombstone'
  | 'transaction timeout'
  | 'transactional offsets'

import type { Security } from './security.ts'

export interface CaseContext {
  /** The client under test. */
  readonly client: Operations
  /** A client that does what the one under test need not: fills topics, looks at them. */
  readonly control: Operations
  readonly name: string
  /** The listeners that ask who clients are; absent where the broker is not started here, and no case needs them. */
  readonly security: Security | undefined
  /** A name that no other case and no other run uses. */
  readonly unique: (kind: string) => string
  /** A new topic. */
  readonly topic: (options?: { partitions?: number; configs?: Record<string, string> }) => Promise<string>
  readonly join: (options: JoinOptions) => Promise<Member>
  /** Tells that the topic holds the common records now, for all clients to read. */
  readonly written: (topic: string, codec: string) => void
}

export interface Case {
  readonly name: string
  readonly needs: readonly Ability[]
  /** Waits most of its time (for a session to expire, say): runs beside the others of its kind, after the quick ones. */
  readonly patient: boolean
  readonly run: (context: CaseContext) => Promise<unknown>
}

/** Declares a case. `needs` are separated by commas. */
export function define(name: string, needs: readonly Ability[], run: Case['run']): Case {
  return { name, needs, run, patient: false }
}
export function definePatient(name: string, needs: readonly Ability[], run: Case['run']): Case {
  return { name, needs, run, patient: true }
}

/** Tries until `check` gives something: a broker may answer for a moment as before what was just changed. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T> | T,
  waitMsMax = 15_000,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + waitMsMax
  for (;;) {
    let last: unknown
    try {
      const value = await check()
      if (value) return value as Exclude<T, false | null | undefined>
    } catch (error) {
      last = error
    }
    if (performance.now() > deadline) {
      throw new Error(`${what}: not within ${waitMsMax} ms${last instanceof Error ? ` (${last.message})` : ''}`)
    }
    await delay(25)
  }
}

/** The action must end with this error of the protocol. */
export async function refuses(name: ErrorName, action: Promise<unknown>): Promise<void> {
  const code = errorCodes[name]
  const error = await action.then(
    () => undefined,
    (error: unknown) => error ?? new Error('no reason given'),
  )
  if (error === undefined) throw new Error(`accepted, where ${name} (${code}) was expected`)
  if (error instanceof Refused && error.code === code) return
  throw new Error(
    `${name} (${code}) was expected, but: ${error instanceof Refused ? `code ${error.code}: ` : ''}${(error as Error).message}`,
  )
}

export { delay }
