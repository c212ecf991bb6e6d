// Fetch: record batches for consumers and followers, as they lie in the log. A fetch that finds too little is parked until
// there is more.

import { afterWrite, noResponse } from '../../connection/index.ts'
import { errorCode, fetch, type ResponseOf } from '../../protocol/index.ts'
import { asksItself } from '../authorization/authorization.ts'
import { DelayedFetch } from '../delayed-fetch.ts'
import { limitOf, prepareAll, readAll, type FetchReading, type PartitionData, type ReadOptions } from '../fetch-read.ts'
import type { FetchScope } from '../fetch-sessions.ts'
import { isFollowerFetch } from '../follower-fetch.ts'
import { handler, type Answer, type Call } from '../handler.ts'
import { nodeEndpoints } from '../leader-hints.ts'
import type { TopicCounts } from '../metrics/topic-metrics.ts'

type Fetch = typeof fetch
type Topic = NonNullable<ResponseOf<Fetch>['responses']>[number]

export const fetchHandler = handler(
  fetch,
  {
    versions: '4-18',
    authorization: asksItself('CLUSTER_ACTION CLUSTER', 'READ TOPIC'),
    differs: [
      'Whoever fetches more than the quota allows gets those records with the time to be quiet, where Kafka first answers with none.',
      'Only leaders serve consumers: there is no replica selector, and rack ids are not used.',
      'A replica is found by the id of its topic: an id that is not its own is UNKNOWN_TOPIC_ID, never INCONSISTENT_TOPIC_ID.',
    ],
  },
  call => {
    const { body, version, context, access } = call
    const scope = context.fetchSessions.scope(body, version)
    if (typeof scope === 'string') return { errorCode: errorCode(scope), sessionId: 0, responses: [] }
    const replicaId = version >= 15 ? body.replicaState.replicaId : body.replicaId
    const options: ReadOptions = {
      version,
      replicaId,
      mayRead:
        replicaId >= 0
          ? () => access.allows('CLUSTER_ACTION', 'CLUSTER')
          : name => access.allows('READ', 'TOPIC', name),
      maxBytes: Math.min(
        body.maxBytes,
        call.context.throttling.fetchBytesMax(call.request),
        context.config.number('fetch.max.bytes'),
        Math.max(answerBytesUsual, body.minBytes),
      ),
      isolation: body.isolationLevel === 1 ? 'readCommitted' : 'readUncommitted',
    }
    const arriving = prepareAll(context, scope.targets, options)
    return arriving === undefined ? serve(call, scope, options) : arriving.then(() => serve(call, scope, options))
  },
)
/**
 * Clients allow tens of megabytes in an answer. More than this in one is read no faster, and holds memory, the loop and the
 * connection for longer.
 */
const answerBytesUsual = 8 * 2 ** 20

function serve(call: Call<Fetch>, scope: FetchScope, options: ReadOptions): Answer<Fetch> | Promise<Answer<Fetch>> {
  const { maxWaitMs, minBytes } = call.body
  const reading = readAll(call.context, scope.targets, options)
  const isEnough = maxWaitMs <= 0 || scope.targets.length === 0 || reading.sizeBytes >= minBytes || reading.isCutShort
  return isEnough || reading.isUrgent ? answer(call, scope, reading) : park(call, scope, options, reading)
}

function park(
  call: Call<Fetch>,
  scope: FetchScope,
  options: ReadOptions,
  reading: FetchReading,
): Promise<Answer<Fetch>> {
  const { body, request, context } = call
  return new Promise(resolve => {
    const delayed = new DelayedFetch({
      bytesLeft: body.minBytes - reading.sizeBytes,
      maxWaitMs: body.maxWaitMs,
      deadlines: context.deadlines,
      done: () => {
        stopWatching()
        resolve(answer(call, scope, readAll(context, scope.targets, options)))
      },
    })
    const stopWatching = request.connection.onClose(() => {
      delayed.cancel()
      resolve(noResponse)
    })
    for (const { partition, nextOffset, release } of reading.data) {
      delayed.watch(partition!, nextOffset, limitOf(options))
      release()
    }
  })
}

function answer({ version, context, request }: Call<Fetch>, scope: FetchScope, reading: FetchReading): Answer<Fetch> {
  const told = scope.select(reading.data)
  count(context.metrics.topics, reading, { isFollower: isFollowerFetch(request) })
  const leaders = version >= 16 ? told.map(({ response }) => response.currentLeader) : []
  return {
    errorCode: errorCode('NONE'),
    sessionId: scope.sessionId,
    responses: byTopic(told),
    nodeEndpoints: nodeEndpoints(context, request.connection.listener, leaders),
    [afterWrite]: context.answerMemory.hold(reading.sizeBytes, () => {
      for (const { release } of reading.data) release()
    }),
  }
}
function count(topics: TopicCounts, { data }: FetchReading, who: { readonly isFollower: boolean }): void {
  for (const { partition, response } of data)
    if (partition === undefined || response.errorCode !== 0) topics.fetchRefused(partition?.topic)
    else topics.fetched(partition.topic, response.records.length, who)
}
/** Neighbours of one topic go together. */
function byTopic(data: readonly PartitionData[]): Topic[] {
  const topics: (Topic & { partitions: PartitionData['response'][] })[] = []
  for (const { topic, topicId, response } of data) {
    const last = topics.at(-1)
    if (last !== undefined && last.topic === topic && last.topicId === topicId) last.partitions.push(response)
    else topics.push({ topic, topicId, partitions: [response] })
  }
  return topics
}
