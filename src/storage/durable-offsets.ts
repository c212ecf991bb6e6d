// How far a log is written, synced, and fit to be acknowledged:
//
//   synced <= durable <= written
//
// 'flush' acknowledges from the page cache, as Apache Kafka does, unless flush.messages asks for a sync first. 'fsync' syncs
// whatever was written: one sync is in flight, and what is written meanwhile joins the next (group commit).

export type Durability = 'flush' | 'fsync'

/** Nothing was synced, and nothing is lost: the next sync may do it. */
export class SyncPostponed extends Error {}

export interface DurableOffsetsOptions {
  readonly durability: Durability
  /** flush.messages */
  readonly flushMessages: () => number
  /** Resolves when all that is written now, is synced. */
  readonly sync: () => Promise<void>
  readonly onDurable: () => void
  readonly onFault: (error: Error) => void
}

export class DurableOffsets {
  written: number
  durable: number
  synced: number
  readonly #options: DurableOffsetsOptions
  #syncing: Promise<void> | undefined
  /** What the sync in flight will have synced. */
  #target = 0
  #unsyncedSinceMs = 0
  #isClosed = false
  #postponed: SyncPostponed | undefined

  constructor(
    { endOffset, recoveryPoint }: { endOffset: number; recoveryPoint: number },
    options: DurableOffsetsOptions,
  ) {
    this.#options = options
    this.written = this.durable = endOffset
    this.synced = recoveryPoint
  }
  /** What was written counts, or is synced first. */
  advance(): void {
    const { durability, flushMessages } = this.#options
    const unsynced = this.written - this.synced
    if (durability === 'flush' && unsynced < flushMessages()) this.durable = this.written
    else if (unsynced > 0) void this.sync()
  }
  sync(): Promise<void> {
    this.#syncing ??= this.#syncOnce()
    return this.#syncing
  }
  async #syncOnce(): Promise<void> {
    this.#target = this.written
    let fault: Error | undefined
    try {
      await this.#options.sync()
    } catch (error) {
      fault = error as Error
    }
    this.#syncing = undefined
    // The files of a log that was deleted meanwhile are gone.
    if (this.#isClosed) return
    this.#postponed = fault instanceof SyncPostponed ? fault : undefined
    if (this.#postponed !== undefined) return
    if (fault !== undefined) {
      this.#options.onFault(fault)
      return
    }
    this.synced = Math.max(this.synced, this.#target)
    const durableBefore = this.durable
    this.durable = Math.max(this.durable, this.synced)
    this.advance()
    if (this.durable > durableBefore) this.#options.onDurable()
  }
  /** Why the last sync was not tried. */
  get postponed(): Error | undefined {
    return this.#postponed
  }
  /** flush.ms: what has waited that long is synced. */
  syncIfDue(now: number, flushMs: number): void {
    if (this.synced === this.written) this.#unsyncedSinceMs = now
    else if (now - this.#unsyncedSinceMs >= flushMs) void this.sync()
  }
  /** The log was cut: what a sync in flight syncs beyond is another's place. */
  cutTo(offset: number): void {
    // It begins anew beyond its end, where its leader's log starts: there is nothing below that could be lost.
    if (offset > this.written) this.durable = this.synced = offset
    this.written = offset
    this.durable = Math.min(this.durable, offset)
    this.synced = Math.min(this.synced, offset)
    this.#target = Math.min(this.#target, offset)
  }
  close(): void {
    this.#isClosed = true
  }
}
