// What administrators ask: topics, configs, the cluster.

import { alterConfigsHandler } from './alter-configs.ts'
import { alterPartitionReassignmentsHandler } from './alter-partition-reassignments.ts'
import { alterReplicaLogDirsHandler } from './alter-replica-log-dirs.ts'
import { alterClientQuotasHandler, describeClientQuotasHandler } from './client-quotas.ts'
import { createPartitionsHandler } from './create-partitions.ts'
import { createTopicsHandler } from './create-topics.ts'
import { deleteTopicsHandler } from './delete-topics.ts'
import { describeClusterHandler } from './describe-cluster.ts'
import { describeConfigsHandler } from './describe-configs.ts'
import { describeQuorumHandler } from './describe-quorum.ts'
import { describeTopicPartitionsHandler } from './describe-topic-partitions.ts'
import { electLeadersHandler } from './elect-leaders.ts'
import { incrementalAlterConfigsHandler } from './incremental-alter-configs.ts'
import { listConfigResourcesHandler } from './list-config-resources.ts'
import { listPartitionReassignmentsHandler } from './list-partition-reassignments.ts'
import { unregisterBrokerHandler } from './unregister-broker.ts'
import { updateFeaturesHandler } from './update-features.ts'

// oxfmt-ignore
export const administrationHandlers = [
  createTopicsHandler, deleteTopicsHandler, createPartitionsHandler, describeTopicPartitionsHandler,
  describeConfigsHandler, incrementalAlterConfigsHandler, alterConfigsHandler, listConfigResourcesHandler,
  describeClusterHandler, electLeadersHandler, alterReplicaLogDirsHandler,
  alterPartitionReassignmentsHandler, listPartitionReassignmentsHandler,
  describeQuorumHandler, unregisterBrokerHandler, updateFeaturesHandler,
  describeClientQuotasHandler, alterClientQuotasHandler,
]
