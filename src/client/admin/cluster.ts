// The cluster itself: its brokers, and what lies in their log directories.

import { packageVersion } from '../../base/index.ts'
import {
  apiVersions,
  apis,
  describeCluster,
  describeLogDirs,
  describeQuorum,
  unregisterBroker,
} from '../../protocol/index.ts'
import type { Cluster } from '../cluster.ts'
import { check } from '../errors.ts'
import type { BrokerAddress } from '../topics.ts'

export interface ClusterDescription {
  readonly clusterId: string
  /** The broker to ask for changes; −1 where none is known. */
  readonly controllerId: number
  readonly brokers: readonly BrokerAddress[]
}
export interface LogDir {
  readonly nodeId: number
  readonly path: string
  readonly partitions: readonly { readonly topic: string; readonly partition: number; readonly sizeBytes: number }[]
  /** −1 where the broker does not say. */
  readonly totalBytes: number
  readonly usableBytes: number
}

export interface ServedApi {
  readonly key: number
  /** Undefined for one that this client has never heard of. */
  readonly name: string | undefined
  readonly min: number
  readonly max: number
  /** Undefined where the two have no version in common. */
  readonly highest: number | undefined
}

export interface QuorumReplica {
  readonly nodeId: number
  readonly logEndOffset: number
  /** Milliseconds since 1970; −1 where it is not known. */
  readonly lastFetchTimestamp: number
  readonly lastCaughtUpTimestamp: number
}
export interface QuorumDescription {
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly highWatermark: number
  readonly voters: readonly QuorumReplica[]
  readonly observers: readonly QuorumReplica[]
}

export class ClusterAdmin {
  readonly #cluster: Cluster
  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  describe(): Promise<ClusterDescription> {
    return this.#cluster.retrying(async () => {
      const answer = await this.#cluster.askAny(describeCluster, { includeClusterAuthorizedOperations: false })
      check(answer.errorCode, { context: 'describe the cluster', message: answer.errorMessage })
      return {
        clusterId: answer.clusterId,
        controllerId: answer.controllerId,
        brokers: answer.brokers.map(({ brokerId, host, port, rack }) => ({ nodeId: brokerId, host, port, rack })),
      }
    })
  }

  /** What a broker serves, by key: each API with the broker's versions, and the highest of them that this client speaks. */
  apis(nodeId: number): Promise<ServedApi[]> {
    return this.#cluster.retrying(async () => {
      if (!this.#cluster.view.brokers.has(nodeId)) await this.#cluster.refresh([])
      const answer = await this.#cluster.ask(nodeId, 'main', apiVersions, {
        clientSoftwareName: 'millrace',
        clientSoftwareVersion: packageVersion(),
      })
      check(answer.errorCode, { context: `the APIs of broker ${nodeId}` })
      return [...answer.apiKeys]
        .toSorted((a, b) => a.apiKey - b.apiKey)
        .map(({ apiKey, minVersion, maxVersion }) => {
          const api = apis.get(apiKey)
          const highest = api === undefined ? -1 : Math.min(maxVersion, api.stable.to)
          const isSpoken = api !== undefined && highest >= Math.max(minVersion, api.stable.from)
          return {
            key: apiKey,
            name: api?.name,
            min: minVersion,
            max: maxVersion,
            highest: isSpoken ? highest : undefined,
          }
        })
    })
  }

  /** Who keeps the metadata of the cluster (KIP-595). */
  quorum(): Promise<QuorumDescription> {
    return this.#cluster.retrying(async () => {
      const topics = [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }]
      const answer = await this.#cluster.askAny(describeQuorum, { topics })
      check(answer.errorCode, { context: 'describe the quorum', message: answer.errorMessage })
      const [partition] = answer.topics[0]!.partitions
      const { errorCode, errorMessage, leaderId, leaderEpoch, highWatermark, currentVoters, observers } = partition!
      check(errorCode, { context: 'describe the quorum', message: errorMessage })
      const [voters, others] = [currentVoters, observers].map(states =>
        states.map(({ replicaId, logEndOffset, lastFetchTimestamp, lastCaughtUpTimestamp }) => ({
          nodeId: replicaId,
          logEndOffset,
          lastFetchTimestamp,
          lastCaughtUpTimestamp,
        })),
      )
      return { leaderId, leaderEpoch, highWatermark, voters: voters!, observers: others! }
    })
  }
  /** Takes a broker that will not come back out of the cluster. Throws BROKER_ID_NOT_REGISTERED for one that is not known. */
  async unregister(nodeId: number): Promise<void> {
    const answer = await this.#cluster.retrying(() =>
      this.#cluster.askController(unregisterBroker, { brokerId: nodeId }),
    )
    check(answer.errorCode, { context: `unregister broker ${nodeId}`, message: answer.errorMessage })
  }

  /** The log directories of every broker. */
  logDirs(): Promise<LogDir[]> {
    return this.#cluster.retrying(async () => {
      await this.#cluster.refresh([])
      const answers = await Promise.all(
        [...this.#cluster.view.brokers.keys()].map(async nodeId => ({
          nodeId,
          answer: await this.#cluster.ask(nodeId, 'main', describeLogDirs, { topics: null }),
        })),
      )
      return answers.flatMap(({ nodeId, answer }) => {
        check(answer.errorCode, { context: `the log directories of broker ${nodeId}` })
        return answer.results.map(({ errorCode, logDir, topics, totalBytes, usableBytes }) => {
          check(errorCode, { context: `log directory ${logDir} of broker ${nodeId}` })
          const partitions = topics.flatMap(({ name, partitions }) =>
            partitions.map(({ partitionIndex, partitionSize }) => ({
              topic: name,
              partition: partitionIndex,
              sizeBytes: partitionSize,
            })),
          )
          return { nodeId, path: logDir, partitions, totalBytes, usableBytes }
        })
      })
    })
  }
}
