// What the handlers of one broker share: who it is, what the cluster knows, and the parts that they act on.

import type { Clock, Logger, Random } from '../base/index.ts'
import type { GroupCoordinator, TransactionCoordinator } from '../coordinator/index.ts'
import { aliveBrokers, type BrokerConfig, type ClusterImage, type Metadata } from '../metadata/index.ts'
import type { LogDirectory } from '../storage/index.ts'
import type { AnswerMemory } from './answer-memory.ts'
import type { Authorizer } from './authorization/authorizer.ts'
import type { Deadlines } from './deadlines.ts'
import type { FetchSessions } from './fetch-sessions.ts'
import type { HandlerTable } from './handler-table.ts'
import type { BrokerMetrics } from './metrics/broker-metrics.ts'
import type { Partitions } from './partitions.ts'
import type { ProducerIds } from './producer-ids.ts'
import type { ConnectionRates } from './quotas/connection-rates.ts'
import type { Throttling } from './quotas/throttling.ts'
import type { BrokerSecurity } from './security/broker-security.ts'
import type { TopicCreation } from './topic-creation.ts'
import type { TransactionJoining } from './transaction-joining.ts'
import type { TransactionMarkers } from './transaction-markers.ts'

export interface BrokerContext {
  readonly nodeId: number
  readonly config: BrokerConfig
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: BrokerMetrics
  /** The cluster's metadata: `metadata.image` is the newest image, the methods change it. */
  readonly metadata: Metadata
  /** The replicas that this broker has. */
  readonly partitions: Partitions
  readonly logDirectory: LogDirectory
  readonly groups: GroupCoordinator
  readonly transactions: TransactionCoordinator
  /** Asks whether partitions are part of a transaction, or makes them. */
  readonly transactionJoining: TransactionJoining
  readonly transactionMarkers: TransactionMarkers
  readonly producerIds: ProducerIds
  readonly fetchSessions: FetchSessions
  /** What fetched records may take until they are sent. */
  readonly answerMemory: AnswerMemory
  /** Of answers that wait. */
  readonly deadlines: Deadlines
  /** Creates what clients name and nobody has created: ordinary topics where configured, the internal ones always. */
  readonly topicCreation: TopicCreation
  readonly security: BrokerSecurity
  readonly authorizer: Authorizer
  readonly throttling: Throttling
  readonly connectionRates: ConnectionRates
  readonly handlers: HandlerTable
}
/** Where a client reaches a broker: what Metadata, FindCoordinator and leader hints say. */
export interface BrokerEndpoint {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}
/** The brokers that are alive, at the addresses that a client of this listener can use. */
export function endpoints(image: ClusterImage, listener: string): BrokerEndpoint[] {
  return aliveBrokers(image).flatMap(broker => {
    const endpoint = broker.endpoints.find(endpoint => endpoint.listener === listener)
    return endpoint === undefined
      ? []
      : [{ nodeId: broker.id, host: endpoint.host, port: endpoint.port, rack: broker.rack }]
  })
}
