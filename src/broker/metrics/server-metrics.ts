// What waits, what is remembered, and what memory is for: purgatories, fetch sessions, budgets.

import { beansOf, tellMemory, type FamilyName, type MBeans } from '../../base/index.ts'
import { DelayedProduce } from '../acknowledgements.ts'
import { answerBytesMax, type AnswerMemory } from '../answer-memory.ts'
import type { Deadlines } from '../deadlines.ts'
import { DelayedFetch } from '../delayed-fetch.ts'
import type { FetchSessions } from '../fetch-sessions.ts'

const ofPurgatory = beansOf('kafka.server', 'DelayedOperationPurgatory')
const numDelayedOperations = ofPurgatory('NumDelayedOperations', 'Requests that wait for something')
const purgatorySize = ofPurgatory('PurgatorySize', 'Partitions that requests wait for')
const ofSessions = beansOf('kafka.server', 'FetchSessionCache')
const sessionCount = ofSessions('NumIncrementalFetchSessions', 'Fetch sessions')
const sessionPartitions = ofSessions('NumIncrementalFetchPartitionsCached', 'Partitions of all fetch sessions')
const brokerState: FamilyName = {
  domain: 'kafka.server',
  type: 'KafkaServer',
  name: 'BrokerState',
  about: '3: it runs, and serves clients',
}
const running = 3

export function registerServerMetrics(
  beans: MBeans,
  parts: {
    readonly deadlines: Deadlines
    readonly fetchSessions: FetchSessions
    readonly answerMemory: AnswerMemory
  },
): void {
  const { deadlines, fetchSessions, answerMemory } = parts
  for (const [delayedOperation, Operation] of [
    ['Produce', DelayedProduce],
    ['Fetch', DelayedFetch],
  ] as const) {
    const parked = () => deadlines.waiting().flatMap(waiting => (waiting instanceof Operation ? [waiting] : []))
    beans.gauge(numDelayedOperations, { delayedOperation }, () => parked().length)
    beans.gauge(purgatorySize, { delayedOperation }, () =>
      parked().reduce((sum, { partitionCount }) => sum + partitionCount, 0),
    )
  }
  beans.gauge(sessionCount, {}, () => fetchSessions.size)
  beans.gauge(sessionPartitions, {}, () => fetchSessions.partitionCount)
  tellMemory(beans, 'answers', { usedBytes: () => answerMemory.heldBytes, limitBytes: () => answerBytesMax })
  beans.gauge(brokerState, {}, () => running)
}
