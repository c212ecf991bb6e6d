// The features of a cluster (KIP-584): what its brokers can do, and the levels that it is at.

import { packageVersion } from '../../base/index.ts'
import { apiVersions, updateFeatures } from '../../protocol/index.ts'
import type { Cluster } from '../cluster.ts'
import { check } from '../errors.ts'

export interface FeatureDescription {
  readonly name: string
  readonly minVersion: number
  readonly maxVersion: number
  /** 0: out of use. */
  readonly level: number
}
export interface FeatureChange {
  readonly name: string
  /** 0 takes it out of use. */
  readonly level: number
  readonly type: 'upgrade' | 'safe downgrade' | 'unsafe downgrade'
}
const changeTypes = { upgrade: 1, 'safe downgrade': 2, 'unsafe downgrade': 3 } as const

export class FeatureAdmin {
  readonly #cluster: Cluster
  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  async describe(): Promise<FeatureDescription[]> {
    const answer = await this.#cluster.retrying(() =>
      this.#cluster.askAny(apiVersions, {
        clientSoftwareName: 'millrace',
        clientSoftwareVersion: packageVersion(),
      }),
    )
    check(answer.errorCode, { context: 'describe features' })
    const levels = new Map(answer.finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel]))
    return answer.supportedFeatures.map(feature => ({ ...feature, level: levels.get(feature.name) ?? 0 }))
  }

  /** All of them or none. Throws INVALID_UPDATE_VERSION with the reason. */
  async update(changes: readonly FeatureChange[], { validateOnly = false, timeoutMs = 30_000 } = {}): Promise<void> {
    const featureUpdates = changes.map(({ name, level, type }) => ({
      feature: name,
      maxVersionLevel: level,
      upgradeType: changeTypes[type],
    }))
    const answer = await this.#cluster.retrying(() =>
      this.#cluster.askController(updateFeatures, { timeoutMs, featureUpdates, validateOnly }),
    )
    check(answer.errorCode, { context: 'update features', message: answer.errorMessage })
    for (const { feature, errorCode, errorMessage } of answer.results)
      check(errorCode, { context: `feature ${feature}`, message: errorMessage })
  }
}
