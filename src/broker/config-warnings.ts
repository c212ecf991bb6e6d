// Configs that are taken and do nothing here: whoever sets one is told in the broker's log.

import { noEffectWarnings, type ConfigResourceType } from '../metadata/index.ts'
import type { BrokerContext } from './context.ts'

export function warnAboutConfigs(
  { logger }: Pick<BrokerContext, 'logger'>,
  type: ConfigResourceType,
  names: readonly string[],
): void {
  for (const { message } of noEffectWarnings(type, names)) logger.warn(message)
}
