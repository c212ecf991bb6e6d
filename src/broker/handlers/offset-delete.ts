// OffsetDelete: a group forgets how far it has come in topics that it no longer reads.

import { offsetDelete } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const offsetDeleteHandler = handler(offsetDelete, { versions: '0' }, ({ body, context }) =>
  context.groups.offsetDelete(body),
)
