// All scenarios, by tool.

import type { Scenario } from '../scenario.ts'
import { clusterScenarios } from './cluster.ts'
import { consoleConsumerScenarios, consoleProducerScenarios } from './console.ts'
import { consumerGroupScenarios } from './consumer-groups.ts'
import { deleteRecordsScenarios, getOffsetsScenarios, logDirsScenarios } from './records.ts'
import { topicScenarios } from './topics.ts'
import { transactionScenarios } from './transactions.ts'
import { configScenarios } from './configs.ts'
import { dumpLogScenarios } from './dump-log.ts'

export const allScenarios: readonly Scenario[] = [
  ...topicScenarios,
  ...consumerGroupScenarios,
  ...consoleProducerScenarios,
  ...consoleConsumerScenarios,
  ...getOffsetsScenarios,
  ...deleteRecordsScenarios,
  ...logDirsScenarios,
  ...clusterScenarios,
  ...transactionScenarios,
  ...configScenarios,
  ...dumpLogScenarios,
]
