// Batches that wait in memory to be written together (see WriteStage). They stand in the tail cache, mostly one behind the
// other.

import type { File } from '../base/index.ts'

interface Run {
  readonly bytes: Buffer
  readonly start: number
  end: number
}

export class StagedWrites {
  #runs: Run[] = []
  get isEmpty(): boolean {
    return this.#runs.length === 0
  }
  add(bytes: Buffer, start: number, end: number): void {
    const last = this.#runs.at(-1)
    if (last?.bytes === bytes && last.end === start) last.end = end
    else this.#runs.push({ bytes, start, end })
  }
  /** Writes all, and forgets all, whether it could be written or not. Gives the position behind. */
  writeTo(file: File, position: number): number {
    const runs = this.#runs
    this.#runs = []
    if (runs.length === 1) {
      const { bytes, start, end } = runs[0]!
      file.write(bytes, start, end - start, position)
      return position + end - start
    }
    const buffers = runs.map(({ bytes, start, end }) => bytes.subarray(start, end))
    file.writeMany(buffers, position)
    return buffers.reduce((sum, { length }) => sum + length, position)
  }
  clear(): void {
    this.#runs = []
  }
}
