// Memory of fetched records between the log and the kernel. A reader that stopped reading holds one answer, which the
// broker cannot take back; so when many hold theirs, answers become small: a batch each, which KIP-74 promises.

/** Twice what Kafka lets one answer have (fetch.max.bytes is 55 MiB), and 128 of the usual 1 MiB. */
export const answerBytesMax = 128 * 2 ** 20

export class AnswerMemory {
  readonly #bytesMax: number
  #heldBytes = 0
  constructor(bytesMax = answerBytesMax) {
    this.#bytesMax = bytesMax
  }
  get heldBytes(): number {
    return this.#heldBytes
  }
  get bytesLeft(): number {
    return Math.max(0, this.#bytesMax - this.#heldBytes)
  }
  /** Counts the bytes until what it returns is called, which calls `release` once. */
  hold(bytes: number, release: () => void): () => void {
    this.#heldBytes += bytes
    return () => {
      this.#heldBytes -= bytes
      release()
    }
  }
}
