// OffsetCommit: how far a group has come.

import { offsetCommit } from '../../protocol/index.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'

export const offsetCommitHandler = handler(offsetCommit, { versions: '2-10' }, ({ body, request, context }) =>
  context.groups.offsetCommit(body, groupCall(request)),
)
