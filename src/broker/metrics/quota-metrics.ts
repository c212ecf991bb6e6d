// What clients use of their quotas, under the names that the JMX exporter's rules make of Kafka's beans Produce, Fetch and Request.

import { beansOf, type FamilyName, type MBeans, type Reading } from '../../base/index.ts'
import type { QuotaKey } from '../../metadata/index.ts'
import type { QuotaSharers } from '../quotas/quota-limits.ts'

const ofQuotas = beansOf('kafka.server', 'quota')
const byteRate = ofQuotas('byte-rate', 'Bytes a second of those who have a quota of them')
const requestTime = ofQuotas('request-time', 'Percent of the time of a thread that those use who have a quota of it')

type Resources = Readonly<Partial<Record<QuotaKey, string>>>
const resources: readonly (readonly [FamilyName, Resources])[] = [
  [byteRate, { producer_byte_rate: 'Produce', consumer_byte_rate: 'Fetch' }],
  [requestTime, { request_percentage: 'Request' }],
]

interface Uses {
  uses(): Iterable<QuotaSharers & { readonly rate: number }>
}
export function registerQuotaMetrics(beans: MBeans, { throttling }: { readonly throttling: Uses }): void {
  for (const [family, of] of resources)
    beans.gauges(family, function* (): Iterable<Reading> {
      for (const { key, user, clientId, rate } of throttling.uses()) {
        const resource = of[key]
        if (resource === undefined) continue
        const who = { ...(user === null ? {} : { user }), ...(clientId === null ? {} : { clientId }) }
        yield { tags: { resource, ...who }, value: rate }
      }
    })
}
