// UpdateFeatures: raises or lowers the finalized levels of features (KIP-584).
import { api, array, bool, int16, int32, int8, string } from '../schema.ts'

export const updateFeatures = api(
  57,
  'UpdateFeatures',
  { versions: '0-2', flexible: '0+' },
  {
    request: {
      timeoutMs: int32.default(60000),
      featureUpdates: array({
        feature: string.mapKey(),
        /** Below 1 removes the feature. */
        maxVersionLevel: int16,
        allowDowngrade: bool.in('0'),
        /** 1 upgrade, 2 safe downgrade, 3 downgrade that may lose metadata. */
        upgradeType: int8.in('1+').default(1),
      }),
      validateOnly: bool.in('1+'),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16,
      errorMessage: string.nullable(),
      results: array({ feature: string.mapKey(), errorCode: int16, errorMessage: string.nullable() })
        .in('0-1')
        .ignorable(),
    },
  },
)
