// UpdateFeatures (KIP-584): raises and lowers the levels of the cluster's features.

import { isRefusal, type FeatureUpdate } from '../../metadata/index.ts'
import { errorCode, errorMessage, updateFeatures, type RequestOf } from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import { features } from '../features.ts'
import { handler } from '../handler.ts'

const allFailed = 'The update failed for all features since the following feature had an error:'

type Update = RequestOf<typeof updateFeatures>['featureUpdates'][number]
const upgradeTypes = ['UNKNOWN', 'UPGRADE', 'SAFE_DOWNGRADE', 'UNSAFE_DOWNGRADE'] as const

export const updateFeaturesHandler = handler(
  updateFeatures,
  {
    versions: '0-2',
    authorization: needsCluster('ALTER', (_, error) => ({
      errorCode: errorCode(error),
      errorMessage: errorMessage(error),
      results: [],
    })),
    differs: ['There is no metadata.version: the metadata log is of a format of its own.'],
  },
  async ({ body, version, context }) => {
    const { metadata, nodeId } = context
    const updates = body.featureUpdates.map((update): FeatureUpdate => ({
      feature: update.feature,
      level: update.maxVersionLevel,
      upgradeType: version === 0 ? upgradeTypeOfVersion0(update) : (upgradeTypes[update.upgradeType] ?? 'UNKNOWN'),
    }))
    const { validateOnly } = body
    const outcome = await metadata.updateFeatures(updates, { supported: features, nodeId, validateOnly })
    const errorMessage = isRefusal(outcome) ? outcome.message : null
    return {
      errorCode: errorCode(outcome.error),
      // Without results, all share the one error.
      errorMessage: errorMessage !== null && version >= 2 ? `${allFailed} ${errorMessage}` : errorMessage,
      results: updates.map(({ feature }) => ({ feature, errorCode: errorCode(outcome.error), errorMessage })),
    }
  },
)
function upgradeTypeOfVersion0({ allowDowngrade }: Update): FeatureUpdate['upgradeType'] {
  return allowDowngrade ? 'SAFE_DOWNGRADE' : 'UPGRADE'
}
