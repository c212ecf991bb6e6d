// What the producer knows of one topic, and what was sent to it and has found no place yet: while the topic is not known,
// where the buffer is full, or for a partition that there is not (yet).

import { KafkaError } from '../errors.ts'
import type { ClusterView, TopicInfo } from '../topics.ts'
import type { Addressee } from './delivery.ts'
import { PartitionQueue } from './partition-queue.ts'

export interface Waiting {
  readonly append: () => void
  readonly delivery: Addressee
  readonly size: number
  /** Of those that were sent to a partition by its number. */
  readonly partition: number | undefined
  readonly until: number
}

export class TopicQueue {
  readonly name: string
  /** In the order in which they came. */
  readonly waiting: Waiting[] = []
  /** Those of partitions that are not known: they hold up nobody else. */
  readonly strangers: Waiting[] = []
  isLoading = false
  isLookingForPartitions = false
  lookedUpAt: number
  #info: TopicInfo | undefined
  /** The partitions that have a leader, or all of them where none has. */
  available: readonly number[] = []
  /** By number; those that nothing was sent to are left out. */
  readonly #partitions: (PartitionQueue | undefined)[] = []

  constructor(name: string, now: number) {
    this.name = name
    this.lookedUpAt = now
  }
  get partitionCount(): number {
    return this.#info?.partitions.length ?? 0
  }
  /** Takes in what is known now. False: nothing can be sent to it. */
  isKnown(view: ClusterView): boolean {
    const info = view.topics.get(this.name)
    if (info === undefined || info.error !== 'NONE' || info.partitions.length === 0) return false
    if (info !== this.#info) {
      this.#info = info
      const led = info.partitions.filter(({ leader }) => leader >= 0)
      this.available = (led.length > 0 ? led : info.partitions).map(({ partition }) => partition)
    }
    return true
  }
  /** It was sent to a partition beyond those that are known: there may be more by now. */
  isStranger(partition: number | undefined): boolean {
    return partition !== undefined && partition >= this.partitionCount && Number.isInteger(partition)
  }
  has(partition: number): boolean {
    return Number.isInteger(partition) && partition >= 0 && partition < this.partitionCount
  }
  queue(partition: number): PartitionQueue {
    return (this.#partitions[partition] ??= new PartitionQueue(this.name, partition))
  }
  /** How many batches wait for it. */
  readonly load = (partition: number): number => this.#partitions[partition]?.waiting.length ?? 0

  noPartition(partition: number): KafkaError {
    return new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', {
      message: `There is no partition ${partition} of topic '${this.name}': it has ${this.partitionCount}.`,
    })
  }
  /** Of what has waited for too long. */
  tooLate({ partition }: Waiting, isKnown: boolean): KafkaError {
    if (isKnown && this.isStranger(partition)) return this.noPartition(partition!)
    return new KafkaError(isKnown ? 'BUFFER_FULL' : 'REQUEST_TIMED_OUT', { context: `send to topic '${this.name}'` })
  }
}
