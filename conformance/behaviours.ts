// The behaviours of Kafka that clients rely on and a naive broker gets wrong, section by section: for each the tests that
// show it, or why we do otherwise on purpose, or what it waits for. `npm run conformance` says where we stand.

import type { Section } from './behaviour.ts'
import { connection } from './behaviours/connection.ts'
import { consumerGroups } from './behaviours/consumer-groups.ts'
import { fetch } from './behaviours/fetch.ts'
import { groups } from './behaviours/groups.ts'
import { offsets } from './behaviours/offsets.ts'
import { produce } from './behaviours/produce.ts'
import { securityAndRetention } from './behaviours/security-and-retention.ts'
import { topics } from './behaviours/topics.ts'
import { transactions } from './behaviours/transactions.ts'

export const sections: readonly Section[] = [
  connection,
  topics,
  produce,
  fetch,
  offsets,
  groups,
  consumerGroups,
  transactions,
  securityAndRetention,
]
