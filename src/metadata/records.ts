// What the metadata log holds: each record is a fact that was decided, and says the new state, not the wish. A reader that
// applies all of them in order has the cluster's metadata. Records of one append are applied together or not at all.

import type { Acl } from './acls.ts'
import type { QuotaEntity } from './client-quotas.ts'

/** One of a broker's addresses, as clients of that listener are told it. */
export interface Endpoint {
  readonly listener: string
  readonly host: string
  readonly port: number
  readonly securityProtocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
}

export interface NewPartition {
  /** The first is the preferred leader. */
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly leader: number
}

/** What a config can belong to, under the names of Kafka's ConfigResource. */
export type ConfigResourceType = 'TOPIC' | 'BROKER' | 'GROUP' | 'CLIENT_METRICS'

export type ScramMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
/** What is kept of a password (RFC 5802): it cannot be had from this. Bytes as base64. */
export interface ScramCredentialImage {
  readonly salt: string
  readonly iterations: number
  readonly storedKey: string
  readonly serverKey: string
}

export type MetadataRecord =
  | { readonly type: 'clusterCreated'; readonly clusterId: string }
  /** A finalized feature; at level 0 it is out of use. */
  | { readonly type: 'featureSet'; readonly feature: string; readonly level: number }
  | {
      readonly type: 'brokerRegistered'
      readonly brokerId: number
      /** Higher at each registration: what an earlier life of the broker asks for is refused. */
      readonly brokerEpoch: number
      readonly rack: string | null
      readonly endpoints: readonly Endpoint[]
    }
  /** The broker does not answer: it keeps its replicas, and leads nothing. Ends with its next registration. */
  | { readonly type: 'brokerFenced'; readonly brokerId: number }
  | { readonly type: 'brokerUnregistered'; readonly brokerId: number }
  | {
      readonly type: 'topicCreated'
      readonly topic: string
      readonly topicId: string
      readonly partitions: readonly NewPartition[]
    }
  | { readonly type: 'partitionsAdded'; readonly topicId: string; readonly partitions: readonly NewPartition[] }
  | {
      readonly type: 'partitionChanged'
      readonly topicId: string
      readonly partition: number
      /** -1: there is none. */
      readonly leader: number
      readonly isr: readonly number[]
      readonly leaderEpoch: number
      readonly partitionEpoch: number
      /** Where the replicas change too. */
      readonly replicas?: readonly number[]
      /** Where a reassignment begins, changes or ends: those on their way in, and those that leave when they are there. */
      readonly addingReplicas?: readonly number[]
      readonly removingReplicas?: readonly number[]
    }
  | { readonly type: 'topicDeleted'; readonly topicId: string }
  | {
      readonly type: 'configChanged'
      readonly resource: ConfigResourceType
      /** Of a BROKER: its id, or '' for the default of all. */
      readonly name: string
      readonly key: string
      /** null: no longer set. */
      readonly value: string | null
    }
  | {
      readonly type: 'clientQuotaChanged'
      readonly entity: QuotaEntity
      readonly key: string
      /** null: no longer set. */
      readonly value: number | null
    }
  | {
      readonly type: 'scramCredentialSet'
      readonly user: string
      readonly mechanism: ScramMechanism
      readonly credential: ScramCredentialImage
    }
  | { readonly type: 'scramCredentialRemoved'; readonly user: string; readonly mechanism: ScramMechanism }
  | { readonly type: 'aclCreated'; readonly acl: Acl }
  | { readonly type: 'aclDeleted'; readonly acl: Acl }
  /** All ids below `next` are taken. */
  | { readonly type: 'producerIdsAllocated'; readonly brokerId: number; readonly next: number }

export type MetadataRecordType = MetadataRecord['type']
