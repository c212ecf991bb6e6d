// Runs a coordinator's state machine against its log: the idea of Kafka's CoordinatorRuntime and of etcd's raft.
//
//   request ──▶ decide ──▶ records ──▶ append ──▶ apply ──▶ ( high watermark passes ) ──▶ answers and effects go out
//                                         └─ refused, or lost again ──▶ undo ──▶ revive ──▶ errors go out
//
// One runtime is one partition of the coordinator's topic. It begins by replaying the partition (`replay`, then `lead`),
// and ends when the partition is led by another (`resign`).

import type { Clock, Timer as Alarm } from '../base/index.ts'
import type { Answer, Log, Machine, MachineTypes, Outside, Refusal, Timer, To, View } from './machine.ts'
import { Timers } from './timers.ts'

/** The runtime looks at its clock at least this often while a timer runs. */
const tickMs = 100
/**
 * One look at the clock that comes this long after the one before was not idle but stalled: a collection, a slow disk,
 * a suspended machine.
 */
export const stallMsMin = 1_000

interface Waiting<T extends MachineTypes> {
  readonly offset: number
  readonly key: string
  /** None after they have waited for too long. */
  answers: readonly Answer<T['response'] | Refusal>[]
  readonly effects: readonly T['effect'][]
  readonly since: number
}
interface Undo {
  readonly offset: number
  readonly key: string
  readonly undo: () => void
}
export interface RuntimeOptions<T extends MachineTypes> {
  readonly machine: Machine<T>
  readonly log: Log<T['record']>
  readonly outside: Outside<T>
  readonly clock: Clock
  /**
   * How long an answer may wait to be committed: then its client is told to come again, and what was written stays
   * written. It may wait for ever without.
   */
  readonly answerMsMax?: number
}

export class Runtime<T extends MachineTypes> {
  readonly state: View<T>
  readonly #machine: Machine<T>
  readonly #log: Log<T['record']>
  readonly #outside: Outside<T>
  readonly #clock: Clock
  readonly #answerMsMax: number | undefined
  readonly #timers = new Timers<T['request']>()
  /** In order of offset: what waits for the high watermark, and how to take back what was applied. */
  readonly #waiting: Waiting<T>[] = []
  readonly #undos: Undo[] = []
  /** Of keys that were written to and not committed since: where. */
  readonly #writtenTo = new Map<string, number>()
  #phase: 'loading' | 'leading' | 'resigned' = 'loading'
  #endOffset = 0
  #highWatermark = 0
  #lastLook: number
  #alarm: { readonly at: number; readonly timer: Alarm } | undefined
  /** Runs while answers wait. */
  #patience: Alarm | undefined

  constructor({ machine, log, outside, clock, answerMsMax }: RuntimeOptions<T>) {
    this.#machine = machine
    this.#log = log
    this.#outside = outside
    this.#clock = clock
    this.#answerMsMax = answerMsMax
    this.#lastLook = clock.monotonic()
    this.state = { ...machine.create(), uncommitted: key => (this.#writtenTo.get(key) ?? 0) > this.#highWatermark }
  }

  get isLeading(): boolean {
    return this.#phase === 'leading'
  }
  /** Applies what the log holds, in its order. */
  replay(record: T['record']): void {
    this.#machine.apply(this.state.durable, record)
  }
  /** The log is replayed up to its end: requests are taken from here on. */
  lead({ endOffset, highWatermark }: { readonly endOffset: number; readonly highWatermark: number }): void {
    this.#phase = 'leading'
    this.#endOffset = endOffset
    this.#highWatermark = highWatermark
    this.#lastLook = this.#clock.monotonic()
    for (const key of this.#machine.keys(this.state.durable)) this.#revive(key)
    this.#setAlarm()
  }
  /** Another broker leads the partition of the log now. */
  resign(): void {
    const led = this.isLeading
    this.#phase = 'resigned'
    this.#alarm?.timer.cancel()
    this.#patience?.cancel()
    this.#timers.clear()
    if (led) this.lost(this.#highWatermark, 'NOT_COORDINATOR')
    for (const to of this.#machine.forget(this.state.volatile)) this.#outside.answer(to, { error: 'NOT_COORDINATOR' })
  }

  take(request: T['request'] & { readonly to: To }): void {
    if (!this.isLeading) {
      const error = this.#phase === 'loading' ? 'COORDINATOR_LOAD_IN_PROGRESS' : 'NOT_COORDINATOR'
      this.#outside.answer(request.to, { error })
      return
    }
    this.#look()
    this.#decide(request)
    this.#setAlarm()
  }
  /** Decides on something that nobody waits for. */
  happen(event: T['request']): void {
    if (!this.isLeading) return
    this.#look()
    this.#decide(event)
    this.#setAlarm()
  }

  #decide(request: T['request']): void {
    const { records, answers, effects } = this.#machine.decide(this.state, request, this.#clock.now())
    if (records.length > 0) {
      const appended = this.#log.append(records)
      if (appended.error !== 'NONE') {
        this.#refuse(request.key, records, answers, { error: appended.error })
        return
      }
      this.#apply(records, appended.endOffset)
    }
    const outward = effects.length === 0 ? noEffects : effects.filter(effect => !this.#keepTime(effect))
    // An answer without records waits too: it may tell of what another decision wrote and the log may still lose.
    if (this.#endOffset <= this.#highWatermark) this.#release({ answers, effects: outward })
    else this.#wait({ offset: this.#endOffset, key: request.key, answers, effects: outward })
  }
  #wait(waiting: Omit<Waiting<T>, 'since'>): void {
    this.#waiting.push({ ...waiting, since: this.#clock.monotonic() })
    if (this.#answerMsMax !== undefined) this.#patience ??= this.#beImpatientIn(this.#answerMsMax)
  }
  #beImpatientIn(ms: number): Alarm {
    // What has arrived in this turn of the loop may be the commit that is waited for.
    return this.#clock.after(ms, () => this.#clock.soon(() => this.#giveUpAnswers(this.#answerMsMax!)))
  }
  #giveUpAnswers(answerMsMax: number): void {
    const now = this.#clock.monotonic()
    const isOverdue = ({ since }: Waiting<T>) => now - since >= answerMsMax
    for (const waiting of this.#waiting.filter(isOverdue)) {
      for (const { to } of waiting.answers) this.#outside.answer(to, { error: 'COORDINATOR_NOT_AVAILABLE' })
      waiting.answers = []
    }
    const next = this.#waiting.find(waiting => !isOverdue(waiting))
    this.#patience = next && this.#beImpatientIn(next.since + answerMsMax - now)
  }
  #apply(records: readonly T['record'][], offset: number): void {
    this.#endOffset = offset
    const committed = offset <= this.#highWatermark
    for (const record of records) {
      const undo = this.#machine.apply(this.state.durable, record)
      if (committed) continue
      const key = this.#machine.keyOf(record)
      this.#undos.push({ offset, key, undo })
      this.#writtenTo.set(key, offset)
    }
  }
  /** Nothing was written: all is as if the request had met a coordinator that has just restarted. */
  #refuse(
    key: string,
    records: readonly T['record'][],
    answers: readonly Answer<T['response'] | Refusal>[],
    refusal: Refusal,
  ): void {
    for (const { to } of answers) this.#outside.answer(to, refusal)
    for (const touched of new Set([key, ...records.map(record => this.#machine.keyOf(record))]))
      this.#restart(touched, refusal)
  }
  #release({ answers, effects }: Pick<Waiting<T>, 'answers' | 'effects'>): void {
    for (const { to, response } of answers) this.#outside.answer(to, response)
    for (const effect of effects) this.#outside.perform(effect)
  }

  /** The log will keep everything before this offset: what waited for it goes out. */
  committed(highWatermark: number): void {
    if (highWatermark <= this.#highWatermark) return
    this.#highWatermark = highWatermark
    for (const { key, offset } of takeTo(this.#undos, highWatermark))
      if (this.#writtenTo.get(key) === offset) this.#writtenTo.delete(key)
    for (const waiting of takeTo(this.#waiting, highWatermark)) this.#release(waiting)
  }
  /** The log has lost what it held from this offset on, uncommitted all of it: it is taken back, the newest first. */
  lost(fromOffset: number, error: Refusal['error'] = 'COORDINATOR_NOT_AVAILABLE'): void {
    const undone = takeAfter(this.#undos, fromOffset),
      unanswered = takeAfter(this.#waiting, fromOffset)
    this.#look()
    for (const { undo } of undone.toReversed()) undo()
    this.#writtenTo.clear()
    for (const { key, offset } of this.#undos) this.#writtenTo.set(key, offset)
    this.#endOffset = Math.min(this.#endOffset, fromOffset)
    for (const { to } of unanswered.flatMap(({ answers }) => answers)) this.#outside.answer(to, { error })
    for (const key of new Set([...undone, ...unanswered].map(({ key }) => key))) this.#restart(key, { error })
    this.#setAlarm()
  }

  /** As a restart would: the volatile part is dropped, and built anew from the durable. */
  #restart(key: string, refusal: Refusal): void {
    for (const to of this.#machine.forget(this.state.volatile, key)) this.#outside.answer(to, refusal)
    this.#timers.cancelAll(key)
    if (this.isLeading) this.#revive(key)
  }
  #revive(key: string): void {
    for (const effect of this.#machine.revive(this.state, key, this.#clock.now()))
      if (!this.#keepTime(effect)) this.#outside.perform(effect as T['effect'])
  }

  #keepTime(effect: T['effect'] | Timer<T['request']>): boolean {
    const timer = effect as Timer<T['request']> // told apart by `is`, which no effect may share
    if (timer.is === 'timer') {
      if (timer.unlessRunning !== true || !this.#timers.isRunning(timer.key, timer.name))
        this.#timers.start(timer.key, timer.name, this.#clock.monotonic() + timer.afterMs, timer.event)
    } else if (timer.is === 'cancel') this.#timers.cancel(timer.key, timer.name)
    return timer.is === 'timer' || timer.is === 'cancel'
  }
  /**
   * Looks at the clock. Deadlines move by the length of a stall: else a broker that paused for a minute would throw out
   * every member, whose heartbeats lie in its sockets.
   */
  #look(): number {
    const now = this.#clock.monotonic(),
      pause = now - this.#lastLook
    if (pause >= stallMsMin) this.#timers.postpone(pause)
    this.#lastLook = now
    return now
  }
  #setAlarm(): void {
    const { earliest } = this.#timers,
      now = this.#clock.monotonic()
    if (earliest === Infinity || (this.#alarm !== undefined && this.#alarm.at <= Math.max(earliest, now))) return
    this.#alarm?.timer.cancel()
    const afterMs = Math.min(tickMs, Math.max(1, Math.ceil(earliest - now)))
    // What has arrived in this turn of the loop is read before anything expires.
    const timer = this.#clock.after(afterMs, () => this.#clock.soon(() => this.#ring()))
    this.#alarm = { at: now + afterMs, timer }
  }
  #ring(): void {
    this.#alarm = undefined
    if (!this.isLeading) return
    for (const event of this.#timers.expired(this.#look())) this.#decide(event)
    this.#setAlarm()
  }
}

const noEffects: readonly never[] = []

/** Both queues are in order of offset. */
function takeTo<T extends { readonly offset: number }>(queue: T[], offset: number): T[] {
  const rest = queue.findIndex(item => item.offset > offset)
  return queue.splice(0, rest < 0 ? queue.length : rest)
}
function takeAfter<T extends { readonly offset: number }>(queue: T[], offset: number): T[] {
  const first = queue.findIndex(item => item.offset > offset)
  return first < 0 ? [] : queue.splice(first)
}
