// How the records of one coordinator stand in the batches of its topic: the bytes between a machine and its log.

/** A record that is not ours to understand: it stays in the log, and nothing is made of it. */
export interface ForeignRecord {
  readonly is: 'foreign'
  readonly type: number
  /** −1: a tombstone. */
  readonly version: number
}
export interface RecordFormat<Rec> {
  /** What the records are about, as the broker's log says it: 'groups'. */
  readonly subject: string
  /** The records of one decision are one batch: all of them are there, or none. Throws WireError for what does not fit. */
  encode(records: readonly Rec[], timestamp: number): Buffer
  /** What the batch at this place says. The bytes may be of a buffer that is used again: what is kept is copied. */
  decode(bytes: Buffer, at: number): readonly (Rec | ForeignRecord)[]
}
