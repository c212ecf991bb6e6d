// What the coordinator of groups is told of the request that a handler passes on.

import type { ServerRequest } from '../connection/index.ts'
import type { CallContext } from '../coordinator/index.ts'

/** Addresses of members are written as Java writes them, with a slash before: tools show them so. */
export function groupCall({ apiVersion, header, connection }: ServerRequest): CallContext {
  return { apiVersion, clientId: header.clientId ?? '', clientHost: `/${connection.remoteHost}` }
}
