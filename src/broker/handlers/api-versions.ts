// ApiVersions: what this broker speaks. The first request of every connection, and the promise that clients act on.

import { featureLevel } from '../../metadata/index.ts'
import { apiVersions, errorCode } from '../../protocol/index.ts'
import { anybody } from '../authorization/authorization.ts'
import { features } from '../features.ts'
import { handler } from '../handler.ts'

/** KIP-511: what a client's software may be called. */
const softwareName = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

export const apiVersionsHandler = handler(
  apiVersions,
  { versions: '0-4', authorization: anybody() },
  ({ body, version, request, context }) => {
    const { clientSoftwareName: name, clientSoftwareVersion } = body
    if (version >= 3) {
      if (!softwareName.test(name) || !softwareName.test(clientSoftwareVersion))
        return { errorCode: errorCode('INVALID_REQUEST'), apiKeys: [] }
      request.connection.clientSoftware = { name, version: clientSoftwareVersion }
    }
    const { image } = context.metadata
    return {
      errorCode: errorCode('NONE'),
      apiKeys: context.handlers.ranges,
      // KAFKA-17011: clients of version 3 fail at a minimum of 0.
      supportedFeatures: features.filter(({ minVersion }) => minVersion > 0 || version >= 4),
      finalizedFeatures: features.flatMap(feature => {
        const level = featureLevel(image, feature)
        return level === 0 ? [] : [{ name: feature.name, maxVersionLevel: level, minVersionLevel: level }]
      }),
      // Not negative, as Java would take the list for unknown otherwise; and higher after each change.
      finalizedFeaturesEpoch: image.offset,
    }
  },
)
