// ListGroups: the groups that this broker coordinates.

import { listGroups } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const listGroupsHandler = handler(listGroups, { versions: '0-5' }, ({ body, context }) =>
  context.groups.listGroups(body),
)
