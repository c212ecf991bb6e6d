// The levels of the cluster's features are raised and lowered (KIP-584, KIP-1022): Kafka's FeatureControlManager. All of
// a request is done or nothing of it.

import { type Decision, type Refusal, refusal, type Result } from './decision.ts'
import type { ClusterImage } from './image.ts'
import type { MetadataRecord } from './records.ts'

export interface SupportedFeature {
  readonly name: string
  readonly minVersion: number
  readonly maxVersion: number
  /** The level of a cluster where nobody has said otherwise. */
  readonly level: number
}
export interface FeatureUpdate {
  readonly feature: string
  /** 0: out of use. */
  readonly level: number
  readonly upgradeType: 'UNKNOWN' | 'UPGRADE' | 'SAFE_DOWNGRADE' | 'UNSAFE_DOWNGRADE'
}
export interface UpdateFeaturesOptions {
  readonly supported: readonly SupportedFeature[]
  /** The broker that was asked: messages name it. */
  readonly nodeId: number
  readonly validateOnly?: boolean
}

/** The level that the cluster is at; 0 where the feature is out of use. */
export function featureLevel({ features }: ClusterImage, { name, level }: SupportedFeature): number {
  return features.get(name) ?? level
}

export function updateFeatures(
  image: ClusterImage,
  updates: readonly FeatureUpdate[],
  options: UpdateFeaturesOptions,
): Decision<Result> {
  const records: MetadataRecord[] = []
  for (const { feature, level, upgradeType } of updates) {
    const fault = faultOf(image, { feature, level, upgradeType }, options)
    if (fault !== undefined)
      return { records: [], outcome: invalid(`Invalid update version ${level} for feature ${feature}. ${fault}`) }
    records.push({ type: 'featureSet', feature, level })
  }
  return { records: options.validateOnly ? [] : records, outcome: { error: 'NONE' } }
}
const invalid = (message: string): Refusal => refusal('INVALID_UPDATE_VERSION', message)

function faultOf(
  image: ClusterImage,
  { feature, level, upgradeType }: FeatureUpdate,
  { supported, nodeId }: UpdateFeaturesOptions,
): string | undefined {
  if (upgradeType === 'UNKNOWN') return 'The controller does not support the given upgrade type.'
  if (level < 0) return 'A feature version cannot be less than 0.'
  const known = supported.find(({ name }) => name === feature)
  if (known === undefined) return `Local controller ${nodeId} does not support this feature.`
  const { minVersion, maxVersion } = known
  if (level < minVersion || level > maxVersion)
    return `Local controller ${nodeId} only supports versions ${minVersion}-${maxVersion}`
  const current = featureLevel(image, known)
  if (level < current && upgradeType === 'UPGRADE')
    return "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade."
  if (level > current && upgradeType !== 'UPGRADE') return "Can't downgrade to a newer version."
  return undefined
}
