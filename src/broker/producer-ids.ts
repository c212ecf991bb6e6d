// Producer ids, unique as long as the cluster lives: the metadata gives out blocks of them, each to one broker once.

import { type Metadata, MetadataUnwritable } from '../metadata/index.ts'

export class ProducerIds {
  readonly #metadata: Metadata
  readonly #nodeId: number
  #next = 0
  #end = 0
  #refill: Promise<void> | undefined
  constructor(metadata: Metadata, nodeId: number) {
    this.#metadata = metadata
    this.#nodeId = nodeId
  }
  /** Undefined: no block of ids can be taken now, on a full disk, say. */
  async next(): Promise<number | undefined> {
    try {
      while (this.#next === this.#end) await (this.#refill ??= this.#takeBlock())
    } catch (error) {
      if (!(error instanceof MetadataUnwritable)) throw error
      return undefined
    }
    return this.#next++
  }
  async #takeBlock(): Promise<void> {
    try {
      const { first, count } = await this.#metadata.allocateProducerIds(this.#nodeId)
      this.#next = first
      this.#end = first + count
    } finally {
      this.#refill = undefined
    }
  }
}
