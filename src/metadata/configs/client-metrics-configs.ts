// The configs of a subscription to client metrics (KIP-714).

import { any, listOf, resourceConfig } from './definition.ts'

// oxfmt-ignore
export const clientMetricsConfigs = {
  'metrics':     resourceConfig('LIST', '',      listOf()),
  'interval.ms': resourceConfig('INT',  300_000, any),
  'match':       resourceConfig('LIST', '',      listOf()),
} as const
