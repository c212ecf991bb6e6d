// ListConfigResources (KIP-1142): the names of what has configs of its own. Version 0 knows client metrics only.

import { aliveBrokers, type ClusterImage } from '../../metadata/index.ts'
import { errorCode, listConfigResources } from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import { configResourceTypes } from '../config-resource.ts'
import { handler } from '../handler.ts'

const { TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP } = configResourceTypes

export const listConfigResourcesHandler = handler(
  listConfigResources,
  {
    versions: '0-1',
    authorization: needsCluster('DESCRIBE_CONFIGS', (_, error) => ({
      errorCode: errorCode(error),
      configResources: [],
    })),
  },
  ({ body, version, context }) => {
    const known: readonly number[] = version === 0 ? [CLIENT_METRICS] : Object.values(configResourceTypes)
    const wanted = version === 0 || body.resourceTypes.length === 0 ? known : body.resourceTypes
    if (wanted.some(type => !known.includes(type)))
      return { errorCode: errorCode('UNSUPPORTED_VERSION'), configResources: [] }
    const { image } = context.metadata
    return {
      errorCode: errorCode('NONE'),
      configResources: [...new Set(wanted)].flatMap(resourceType =>
        namesOf(image, resourceType).map(resourceName => ({ resourceName, resourceType })),
      ),
    }
  },
)

function namesOf(image: ClusterImage, resourceType: number): string[] {
  switch (resourceType) {
    case TOPIC:
      return [...image.topics.keys()]
    case BROKER:
    case BROKER_LOGGER:
      return aliveBrokers(image).map(({ id }) => String(id))
    case GROUP:
      return [...image.groupConfigs.keys()]
    case CLIENT_METRICS:
      return [...image.clientMetricsConfigs.keys()]
    default:
      return []
  }
}
