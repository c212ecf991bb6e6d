// OffsetFetch: how far groups have come.

import { offsetFetch } from '../../protocol/index.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'

export const offsetFetchHandler = handler(offsetFetch, { versions: '1-10' }, ({ body, request, context }) =>
  context.groups.offsetFetch(body, groupCall(request)),
)
