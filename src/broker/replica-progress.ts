// How far a follower has come, as its leader sees it: what the high watermark and the in-sync replicas are decided on.

export class ReplicaProgress {
  /** The next offset that the follower will ask for: it has everything below. −1 until it has fetched. */
  endOffset = -1
  logStartOffset = -1
  /** When it was last known to have all that the leader had. */
  #caughtUpAt: number
  #lastFetchAt = -1
  #leaderEndAtLastFetch = -1

  /** A new leader gives every replica the benefit of a full replica.lag.time.max.ms. */
  constructor(now: number) {
    this.#caughtUpAt = now
  }
  fetched(at: { endOffset: number; logStartOffset: number; leaderEndOffset: number; now: number }): void {
    // A follower of a partition that never rests is never at its end. It counts as caught up with the moment of its
    // last fetch when it now has what the leader had then.
    if (at.endOffset >= at.leaderEndOffset) this.#caughtUpAt = Math.max(this.#caughtUpAt, at.now)
    else if (at.endOffset >= this.#leaderEndAtLastFetch && this.#lastFetchAt >= 0)
      this.#caughtUpAt = Math.max(this.#caughtUpAt, this.#lastFetchAt)
    this.endOffset = at.endOffset
    this.logStartOffset = at.logStartOffset
    this.#leaderEndAtLastFetch = at.leaderEndOffset
    this.#lastFetchAt = at.now
  }
  isCaughtUp(leaderEndOffset: number, now: number, lagMsMax: number): boolean {
    return this.endOffset === leaderEndOffset || now - this.#caughtUpAt <= lagMsMax
  }
}
