// What the handlers of one broker share: who it is, what the cluster knows, and the parts that they act on.

import type { Clock, Logger, Metrics, Random } from '../base/index.ts'
import type { GroupCoordinator } from '../coordinator/index.ts'
import type { BrokerConfig, ClusterImage, Metadata } from '../metadata/index.ts'
import type { LogDirectory } from '../storage/index.ts'
import type { FetchSessions } from './fetch-sessions.ts'
import type { HandlerTable } from './handler-table.ts'
import type { Partitions } from './partitions.ts'
import type { ProducerIds } from './producer-ids.ts'
import type { TopicCreation } from './topic-creation.ts'

export interface BrokerContext {
  readonly nodeId: number
  readonly config: BrokerConfig
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Metrics
  /** The cluster's metadata: `metadata.image` is the newest image, the methods change it. */
  readonly metadata: Metadata
  /** The replicas that this broker has. */
  readonly partitions: Partitions
  readonly logDirectory: LogDirectory
  readonly groups: GroupCoordinator
  readonly producerIds: ProducerIds
  readonly fetchSessions: FetchSessions
  /** Creates what clients name and nobody has created: ordinary topics where configured, the internal ones always. */
  readonly topicCreation: TopicCreation
  readonly handlers: HandlerTable
}
/** Where a client reaches a broker: what Metadata, FindCoordinator and leader hints say. */
export interface Endpoint {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}
export function endpoints(image: ClusterImage): Endpoint[] {
  return [...image.brokers.values()].map(({ id, host, port, rack }) => ({ nodeId: id, host, port, rack: rack ?? null }))
}
