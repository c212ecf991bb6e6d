// What a coordinator's state machine is: pure functions over a state of two parts. The runtime (runtime.ts) drives it.
//
// The durable part is changed by `apply` alone, which sees nothing but what the log holds: so a restart, which applies the
// log again, ends in the very state that was left. The volatile one (who waits, who is joining) may be changed by `decide`
// too: nobody outside has seen it, and after a restart or an undo it is built anew.

import type { ErrorName } from '../protocol/index.ts'

/** Whom an answer goes to: a request that was taken, and is answered exactly once. */
export type To = number
export interface Answer<Response> {
  readonly to: To
  readonly response: Response
}
/** Not an answer of the machine's, but of its runtime: the log cannot be written, or is another's. */
export interface Refusal {
  readonly error: Exclude<ErrorName, 'NONE'>
}
/** Timers are volatile, and start at once; when one expires, its event is decided on like a request. */
export type Timer<Event> =
  | {
      readonly is: 'timer'
      readonly key: string
      readonly name: string
      readonly afterMs: number
      readonly event: Event
      /** One of that name that runs already goes on. */
      readonly unlessRunning?: boolean
    }
  | { readonly is: 'cancel'; readonly key: string; readonly name: string }

/** The types of one machine. */
export interface MachineTypes {
  /** As a decision sees it: readonly all through. */
  readonly durable: unknown
  readonly volatile: unknown
  readonly record: unknown
  /** What is asked, and what happens by itself. The key is what it is about: a group, a transactional id. */
  readonly request: { readonly key: string }
  readonly response: unknown
  /** What is done outside once the decision is committed: told apart by `is`, which is neither 'timer' nor 'cancel'. */
  readonly effect: { readonly is: string }
}
export interface Decision<T extends MachineTypes> {
  readonly records: readonly T['record'][]
  readonly answers: readonly Answer<T['response'] | Refusal>[]
  readonly effects: readonly (T['effect'] | Timer<T['request']>)[]
}
/** What `decide` sees. */
export interface View<T extends MachineTypes> {
  readonly durable: T['durable']
  readonly volatile: T['volatile']
  /** Whether the last record of a key may still be lost: what Kafka calls a pending transition. */
  readonly uncommitted: (key: string) => boolean
}

export interface Machine<T extends MachineTypes> {
  create(): { durable: T['durable']; volatile: T['volatile'] }
  /** `now` is the time of day, for what is written down. */
  decide(view: View<T>, request: T['request'], now: number): Decision<T>
  /** Changes the durable part in place, and gives what takes the change back. */
  apply(durable: T['durable'], record: T['record']): () => void
  /** The group, the transactional id … that a record is about. */
  keyOf(record: T['record']): string
  /** Every key that the durable part knows of. */
  keys(durable: T['durable']): Iterable<string>
  /** Builds the volatile part of one key from its durable part. */
  revive(view: View<T>, key: string, now: number): readonly (T['effect'] | Timer<T['request']>)[]
  /** Drops the volatile part of one key, or of all, and names those who were waiting in it. */
  forget(volatile: T['volatile'], key?: string): readonly To[]
}

export type Appended =
  | { readonly error: 'NONE'; readonly endOffset: number }
  | { readonly error: Exclude<ErrorName, 'NONE'> }
export interface Log<Rec> {
  /** Adds all of them or none. `committed` is called later, or `lost`. */
  append(records: readonly Rec[]): Appended
}
export interface Outside<T extends MachineTypes> {
  answer(to: To, response: T['response'] | Refusal): void
  perform(effect: T['effect']): void
}
