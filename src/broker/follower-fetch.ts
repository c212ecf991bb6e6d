// Fetches of brokers that follow are replication: no quota of clients holds for them, and no consumer has read anything.

import type { ServerRequest } from '../connection/index.ts'
import { fetch, type RequestOf } from '../protocol/index.ts'

export function isFollowerFetch({ api, apiVersion, body }: ServerRequest): boolean {
  if (api !== fetch) return false
  const { replicaId, replicaState } = body as RequestOf<typeof fetch>
  return (apiVersion >= 15 ? replicaState.replicaId : replicaId) >= 0
}
