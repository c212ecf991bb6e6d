// All that one broker counts and tells of itself.

import type { MBeans } from '../../base/index.ts'
import type { GroupCoordinator, TransactionCoordinator } from '../../coordinator/index.ts'
import type { Metadata } from '../../metadata/index.ts'
import type { AnswerMemory } from '../answer-memory.ts'
import type { Deadlines } from '../deadlines.ts'
import type { FetchSessions } from '../fetch-sessions.ts'
import type { Partitions } from '../partitions.ts'
import type { Throttling } from '../quotas/throttling.ts'
import { registerControllerMetrics } from './controller-metrics.ts'
import { registerCoordinatorMetrics } from './coordinator-metrics.ts'
import { registerQuotaMetrics } from './quota-metrics.ts'
import { ReplicaMetrics } from './replica-metrics.ts'
import { RequestMetrics } from './request-metrics.ts'
import { registerServerMetrics } from './server-metrics.ts'
import { TopicMetrics, uncounted, type TopicCounts } from './topic-metrics.ts'

export interface Observed {
  readonly nodeId: number
  readonly metadata: Metadata
  readonly partitions: Partitions
  readonly groups: GroupCoordinator
  readonly transactions: TransactionCoordinator
  readonly deadlines: Deadlines
  readonly fetchSessions: FetchSessions
  readonly answerMemory: AnswerMemory
  readonly throttling: Throttling
}

export class BrokerMetrics {
  readonly beans: MBeans
  readonly topics: TopicCounts
  readonly requests: RequestMetrics | undefined
  readonly replicas: ReplicaMetrics
  /** Without `isMeasured` requests are not timed, and what goes in and out of topics is not counted. */
  constructor(beans: MBeans, { isMeasured = true }: { readonly isMeasured?: boolean | undefined } = {}) {
    this.beans = beans
    this.topics = isMeasured ? new TopicMetrics(beans) : uncounted
    this.requests = isMeasured ? new RequestMetrics(beans) : undefined
    this.replicas = new ReplicaMetrics(beans)
  }
  /** What is read when somebody asks. Elections are counted until what it returns is called. */
  observe(broker: Observed): () => void {
    this.replicas.register(this.beans, broker)
    registerCoordinatorMetrics(this.beans, broker)
    registerServerMetrics(this.beans, broker)
    registerQuotaMetrics(this.beans, broker)
    return registerControllerMetrics(this.beans, broker)
  }
}
