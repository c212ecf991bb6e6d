// Stores for the group what has been dealt with, and tells of it.

import type { Clock } from '../../base/index.ts'
import type { Consumer as ClientConsumer } from '../../client/index.ts'
import { errorOf } from '../error-of.ts'
import { consumerEvents, type Instrumentation } from '../instrumentation.ts'
import { offsetOf } from '../offsets.ts'
import type { PartitionOffset, TopicOffsets } from '../types/common.ts'
import type { Logger } from '../types/config.ts'
import type { Membership } from './membership.ts'
import type { OffsetTracker } from './offset-tracker.ts'

export interface CommitterOutside {
  readonly clock: Clock
  readonly instrumentation: Instrumentation
  readonly logger: Logger
  readonly membership: Membership
  readonly consumer: () => ClientConsumer
}

export class Committer {
  readonly #outside: CommitterOutside
  readonly #tracker: OffsetTracker
  readonly #isAutomatic: boolean

  constructor(outside: CommitterOutside, tracker: OffsetTracker, isAutomatic: boolean) {
    this.#outside = outside
    this.#tracker = tracker
    this.#isAutomatic = isAutomatic
  }

  async commit(topics: readonly TopicOffsets[]): Promise<void> {
    const offsets = topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset, metadata }: PartitionOffset & { readonly metadata?: string | null }) => ({
        topic,
        partition: Number(partition),
        offset: offsetOf(offset),
        metadata: metadata ?? '',
      })),
    )
    if (offsets.length > 0) {
      try {
        await this.#outside.consumer().commit(offsets)
      } catch (error) {
        throw errorOf(error)
      }
      const { instrumentation, membership } = this.#outside
      instrumentation.emit(consumerEvents.COMMIT_OFFSETS, () => ({ ...membership.identity, topics }))
    }
    this.stored(topics)
  }
  /** By whomever. */
  stored(topics: readonly TopicOffsets[]): void {
    this.#tracker.committed(topics, this.#outside.clock.now())
  }
  /** What is dealt with, where that is stored by itself. */
  async auto(topics: readonly TopicOffsets[] = this.#tracker.uncommitted()): Promise<void> {
    if (!this.#isAutomatic) return
    try {
      await this.commit(topics)
    } catch (error) {
      // It is stored with what comes after it, or read again by whoever has the partition then.
      const { logger, membership } = this.#outside
      logger.warn('Could not commit offsets', { groupId: membership.identity.groupId, error: errorOf(error).message })
    }
  }
}
