// What AlterConfigs and IncrementalAlterConfigs have in common: resources of all kinds, each changed or refused by itself.

import {
  isRefusal,
  refusal,
  type AlterConfigsOutcome,
  type AlteredResource,
  type ConfigAlteration,
  type Refusal,
} from '../metadata/index.ts'
import { errorCode } from '../protocol/index.ts'
import type { Access } from './authorization/access.ts'
import { configRefusal } from './authorization/config-access.ts'
import { brokerLogger, configResourceType } from './config-resource.ts'
import { warnAboutConfigs } from './config-warnings.ts'
import type { BrokerContext } from './context.ts'

export interface ResourceToAlter {
  readonly resourceType: number
  readonly resourceName: string
  readonly configs: readonly ConfigAlteration[] | Refusal
}
export interface ResourceAltered {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly resourceType: number
  readonly resourceName: string
}

export async function answerAlterConfigs(
  { context, access }: { readonly context: BrokerContext; readonly access: Access },
  resources: readonly ResourceToAlter[],
  { mode, validateOnly }: { readonly mode: AlteredResource['mode']; readonly validateOnly: boolean },
): Promise<ResourceAltered[]> {
  const altered = resources.map((resource): AlteredResource | Refusal => {
    const unauthorized = configRefusal(access, 'ALTER_CONFIGS', resource)
    if (unauthorized !== undefined) return unauthorized
    const { resourceType, resourceName: name, configs } = resource
    const type = configResourceType(resourceType)
    if (type === undefined)
      return refusal(
        'INVALID_REQUEST',
        resourceType === brokerLogger
          ? 'The levels of loggers cannot be changed while the broker runs.'
          : `Unknown resource type ${resourceType}`,
      )
    return isRefusal(configs) ? configs : { type, name, mode, configs }
  })
  const valid = altered.filter((resource): resource is AlteredResource => !isRefusal(resource))
  for (const { type, configs } of valid)
    warnAboutConfigs(
      context,
      type,
      configs.filter(({ operation }) => operation !== 'DELETE').map(({ name }) => name),
    )
  const { metadata, nodeId, security } = context
  const options = { nodeId, validateOnly, brokerFault: security.faultOf.bind(security) }
  const outcomes: AlterConfigsOutcome[] = valid.length > 0 ? [...(await metadata.alterConfigs(valid, options))] : []
  return resources.map(({ resourceType, resourceName }, index) => {
    const refused = altered[index]!
    const outcome = isRefusal(refused) ? refused : outcomes.shift()!
    return {
      errorCode: errorCode(outcome.error),
      errorMessage: isRefusal(outcome) ? outcome.message : null,
      resourceType,
      resourceName,
    }
  })
}
