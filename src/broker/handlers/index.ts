// Every handler of the broker. What stands here is served and advertised.

import { HandlerTable } from '../handler-table.ts'
import { administrationHandlers } from './administration.ts'
import { apiVersionsHandler } from './api-versions.ts'
import { deleteRecordsHandler } from './delete-records.ts'
import { describeLogDirsHandler } from './describe-log-dirs.ts'
import { fetchHandler } from './fetch.ts'
import { groupHandlers } from './groups.ts'
import { listOffsetsHandler } from './list-offsets.ts'
import { metadataHandler } from './metadata.ts'
import { offsetForLeaderEpochHandler } from './offset-for-leader-epoch.ts'
import { produceHandler } from './produce.ts'
import { securityHandlers } from './security.ts'
import { transactionHandlers } from './transactions.ts'

// oxfmt-ignore
export const handlers = new HandlerTable([
  apiVersionsHandler, metadataHandler,
  produceHandler, fetchHandler, listOffsetsHandler, offsetForLeaderEpochHandler, deleteRecordsHandler,
  describeLogDirsHandler,
  ...groupHandlers,
  ...transactionHandlers,
  ...administrationHandlers,
  ...securityHandlers,
])
