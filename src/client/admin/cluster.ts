// The cluster itself: its brokers, and what lies in their log directories.

import { packageVersion } from '../../base/index.ts'
import { apis, apiVersions, describeCluster, describeLogDirs } from '../../protocol/index.ts'
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
