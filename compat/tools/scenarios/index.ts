// All scenarios, a file a tool.

import type { Scenario } from '../scenario.ts'
import { consumerGroupScenarios } from './consumer-groups.ts'
import { topicScenarios } from './topics.ts'

export const allScenarios: readonly Scenario[] = [...topicScenarios, ...consumerGroupScenarios]
