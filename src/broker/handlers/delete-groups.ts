// DeleteGroups: groups without members go, and what they have committed.

import { deleteGroups } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const deleteGroupsHandler = handler(deleteGroups, { versions: '0-2' }, ({ body, context }) =>
  context.groups.deleteGroups(body),
)
