// Which partitions the application has paused: single ones, or all of a topic, those included that are assigned later.

import { KafkaJSNonRetriableError } from '../errors.ts'

export interface TopicSelection {
  readonly topic: string
  /** Absent: all of the topic. */
  readonly partitions?: readonly number[]
}
interface PausedTopic {
  all: boolean
  /** The exceptions: what is paused where not all is, what is not where all is. */
  readonly others: Set<number>
}

export class Pauses {
  readonly #topics = new Map<string, PausedTopic>()

  pause(selections: readonly TopicSelection[]): void {
    for (const selection of selections) this.#set(selection, true)
  }
  resume(selections: readonly TopicSelection[]): void {
    for (const selection of selections) this.#set(selection, false)
  }
  has(topic: string, partition: number): boolean {
    const paused = this.#topics.get(topic)
    return paused !== undefined && paused.all !== paused.others.has(partition)
  }
  #set({ topic, partitions }: TopicSelection, isPaused: boolean): void {
    if (partitions === undefined) {
      this.#topics.set(topic, { all: isPaused, others: new Set() })
      return
    }
    const paused = this.#topics.get(topic) ?? { all: false, others: new Set() }
    for (const partition of partitions)
      if (paused.all === isPaused) paused.others.delete(partition)
      else paused.others.add(partition)
    this.#topics.set(topic, paused)
  }
}

export function checkSelections(selections: readonly TopicSelection[], verb: 'pause' | 'resume'): void {
  for (const selection of selections) {
    if (!selection?.topic)
      throw new KafkaJSNonRetriableError(`Invalid topic ${selection?.topic || (selection as unknown as string)}`)
    const { partitions } = selection
    if (partitions !== undefined && (!Array.isArray(partitions) || partitions.some(Number.isNaN)))
      throw new KafkaJSNonRetriableError(
        `Array of valid partitions required to ${verb} specific partitions instead of ${partitions}`,
      )
  }
}
