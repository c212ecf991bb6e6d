// Which quota holds for a client: the most specific one that there is, in Kafka's order (KIP-55). A quota of a user is shared
// by all of the user's client ids; a default is for each user, or each client id, by itself.

import { quotaEntityKey, type ClientQuotas, type QuotaEntity, type QuotaKey } from '../../metadata/index.ts'

export interface QuotaLimit {
  readonly limit: number
  /** Whose use is counted together: see sharersOf. */
  readonly sharedBy: string
}
/** Who is counted together, as told of in metrics: null, where all users, or all client ids, are. */
export interface QuotaSharers {
  readonly key: QuotaKey
  readonly user: string | null
  readonly clientId: string | null
}
export interface QuotaClient {
  readonly user: string
  readonly clientId: string
}

export function limitOf(
  quotas: ReadonlyMap<string, ClientQuotas>,
  { user, clientId }: QuotaClient,
  key: QuotaKey,
): QuotaLimit | undefined {
  const both = JSON.stringify([user, clientId])
  const ofUser = JSON.stringify([user])
  const ofClientId = JSON.stringify([null, clientId])
  const candidates: readonly (readonly [QuotaEntity, string])[] = [
    [{ user, 'client-id': clientId }, both],
    [{ user, 'client-id': null }, both],
    [{ user }, ofUser],
    [{ user: null, 'client-id': clientId }, both],
    [{ user: null, 'client-id': null }, both],
    [{ user: null }, ofUser],
    [{ 'client-id': clientId }, ofClientId],
    [{ 'client-id': null }, ofClientId],
  ]
  for (const [entity, sharedBy] of candidates) {
    const limit = quotas.get(quotaEntityKey(entity))?.values.get(key)
    if (limit !== undefined) return { limit, sharedBy: `${key} ${sharedBy}` }
  }
  return undefined
}
export function sharersOf(sharedBy: string): QuotaSharers {
  const at = sharedBy.indexOf(' ')
  const [user, clientId = null] = JSON.parse(sharedBy.slice(at)) as [string | null, string?]
  return { key: sharedBy.slice(0, at) as QuotaKey, user, clientId } // as limitOf has made it
}
