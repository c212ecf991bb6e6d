// The handlers that pass requests on to the coordinator of groups.

import { consumerGroupDescribeHandler } from './consumer-group-describe.ts'
import { consumerGroupHeartbeatHandler } from './consumer-group-heartbeat.ts'
import { deleteGroupsHandler } from './delete-groups.ts'
import { describeGroupsHandler } from './describe-groups.ts'
import { findCoordinatorHandler } from './find-coordinator.ts'
import { heartbeatHandler } from './heartbeat.ts'
import { joinGroupHandler } from './join-group.ts'
import { leaveGroupHandler } from './leave-group.ts'
import { listGroupsHandler } from './list-groups.ts'
import { offsetCommitHandler } from './offset-commit.ts'
import { offsetDeleteHandler } from './offset-delete.ts'
import { offsetFetchHandler } from './offset-fetch.ts'
import { syncGroupHandler } from './sync-group.ts'

// oxfmt-ignore
export const groupHandlers = [
  findCoordinatorHandler,
  joinGroupHandler, syncGroupHandler, heartbeatHandler, leaveGroupHandler,
  offsetCommitHandler, offsetFetchHandler, offsetDeleteHandler,
  consumerGroupHeartbeatHandler, consumerGroupDescribeHandler,
  listGroupsHandler, describeGroupsHandler, deleteGroupsHandler,
] as const
