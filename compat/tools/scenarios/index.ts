// All scenarios, by tool.

import type { Scenario } from '../scenario.ts'
import { aclScenarios } from './acls.ts'
import { clusterScenarios } from './cluster.ts'
import { configScenarios } from './configs.ts'
import { consoleConsumerScenarios, consoleProducerScenarios } from './console.ts'
import { consumerGroupScenarios } from './consumer-groups.ts'
import { dumpLogScenarios } from './dump-log.ts'
import { performanceScenarios } from './performance.ts'
import { reassignScenarios } from './reassign.ts'
import { deleteRecordsScenarios, getOffsetsScenarios, logDirsScenarios } from './records.ts'
import { topicScenarios } from './topics.ts'
import { transactionScenarios } from './transactions.ts'

export const allScenarios: readonly Scenario[] = [
  ...topicScenarios,
  ...consumerGroupScenarios,
  ...consoleProducerScenarios,
  ...consoleConsumerScenarios,
  ...getOffsetsScenarios,
  ...deleteRecordsScenarios,
  ...logDirsScenarios,
  ...transactionScenarios,
  ...clusterScenarios,
  ...reassignScenarios,
  ...aclScenarios,
  ...performanceScenarios,
  ...configScenarios,
  ...dumpLogScenarios,
]
