// Produce: record batches for the partitions that this broker leads. The hot path of writing: a batch is checked, patched
// and appended where it lies in the receive buffer, and nothing is made for a single record.

import { closeConnection, noResponse } from '../../connection/index.ts'
import {
  batchCodec,
  batchIsTransactional,
  batchMagic,
  batchSizeBytes,
  batchHeaderSize,
  errorCode,
  produce,
  type ErrorName,
} from '../../protocol/index.ts'
import { DelayedProduce, type PartitionResponse } from '../acknowledgements.ts'
import { handler, type Answer, type Call } from '../handler.ts'
import { leaderHint, nodeEndpoints } from '../leader-hints.ts'
import type { TopicPartitions } from '../partitions.ts'

type Produce = typeof produce
interface TopicResponse {
  readonly name: string
  readonly topicId: string
  readonly partitionResponses: readonly PartitionResponse[]
}
interface Refusal {
  readonly error: ErrorName
  readonly message: string | null
}

/**
 * The timeout is for the followers. The leader's own write and sync count as appending, and are waited for; so a client
 * that allows no time at all, as some do, is not told that it timed out where one disk was slow.
 */
const replicationMsMin = 1000
/** Kafka's own tools may write to internal topics under this client id. */
const adminClientId = '__admin_client'

export const produceHandler = handler(
  produce,
  {
    versions: '3-13',
    // KAFKA-18659: librdkafka before 2.11.1 takes a minimum above 0 for a broker without its features, and sends
    // uncompressed batches without a word.
    advertised: '0-13',
    differs: [
      'acks=all is answered after a grouped fdatasync, where Kafka answers from the page cache; log.flush.on.ack=false turns that off.',
      'Transactions are not served: a batch of a transaction is refused with INVALID_TXN_STATE.',
    ],
  },
  call => {
    const { acks, timeoutMs } = call.body
    const delayed = new DelayedProduce()
    const responses = call.body.topicData.map((topic): TopicResponse => {
      const found =
        call.version >= 13 ? call.context.partitions.byId(topic.topicId) : call.context.partitions.byName(topic.name)
      const partitionResponses = topic.partitionData.map(({ index, records }) => {
        const response: PartitionResponse = {
          index,
          errorCode: 0,
          baseOffset: -1,
          logAppendTimeMs: -1,
          logStartOffset: -1,
          recordErrors: [],
          errorMessage: null,
          currentLeader: undefined,
        }
        append(call, found, records as Buffer | null, response, delayed)
        return response
      })
      return { name: topic.name, topicId: topic.topicId, partitionResponses }
    })
    if (acks === 0) return withoutAnswer(responses)
    if (delayed.isDecided) return answer(call, responses)
    const waitMs = acks === 1 ? Infinity : Math.max(timeoutMs, replicationMsMin)
    return new Promise(resolve => delayed.park(waitMs, call.context.deadlines, () => resolve(answer(call, responses))))
  },
)

function append(
  call: Call<Produce>,
  topic: TopicPartitions,
  records: Buffer | null,
  response: PartitionResponse,
  delayed: DelayedProduce,
): void {
  const { acks } = call.body
  const refused = refusal(call, topic, records)
  if (refused !== undefined) return refuse(call, response, refused)
  const partition = topic.find(response.index)
  if (typeof partition === 'string') {
    refuse(call, response, { error: partition, message: null })
    if (partition === 'NOT_LEADER_OR_FOLLOWER') hint(call, topic, response)
    return
  }
  const outcome = partition.append(records!, { origin: 'client', acks, now: call.context.clock.now() })
  if (outcome.error === 'NONE') {
    response.baseOffset = outcome.baseOffset
    response.logAppendTimeMs = outcome.logAppendTimeMs
    response.logStartOffset = outcome.logStartOffset
    if (acks !== 0) partition.acknowledge(acks, outcome.lastOffset + 1, delayed, response)
    return
  }
  refuse(call, response, { error: outcome.error, message: outcome.message })
  if ('recordErrors' in outcome && outcome.recordErrors)
    response.recordErrors = outcome.recordErrors.map(({ batchIndex, message }) => ({
      batchIndex,
      batchIndexErrorMessage: message,
    }))
  if (outcome.error === 'NOT_LEADER_OR_FOLLOWER') hint(call, topic, response)
}

/** What makes the request or the batch unacceptable whatever the log says. */
function refusal(
  { body, version, request }: Call<Produce>,
  topic: TopicPartitions,
  records: Buffer | null,
): Refusal | undefined {
  const refuse = (error: ErrorName, message: string): Refusal => ({ error, message })
  if (body.acks < -1 || body.acks > 1)
    return refuse('INVALID_REQUIRED_ACKS', `acks is ${body.acks}; -1, 0 and 1 are known`)
  if (topic.internal && request.header.clientId !== adminClientId)
    return refuse('INVALID_TOPIC_EXCEPTION', `${topic.name} is internal: only Kafka itself writes to it`)
  if (records === null || records.length < batchHeaderSize)
    return refuse('INVALID_RECORD', 'a produce request carries one record batch a partition; found none')
  if (batchMagic(records, 0) !== 2) return refuse('INVALID_RECORD', 'record batches of magic 2 only')
  if (batchSizeBytes(records, 0) < records.length)
    return refuse('INVALID_RECORD', 'a produce request carries one record batch a partition; found more')
  if (version < 7 && batchCodec(records, 0) === 'zstd')
    return refuse('UNSUPPORTED_COMPRESSION_TYPE', 'zstd needs version 7 of Produce')
  if (batchIsTransactional(records, 0)) return refuse('INVALID_TXN_STATE', 'this broker serves no transactions')
  return undefined
}
function refuse(call: Call<Produce>, response: PartitionResponse, { error, message }: Refusal): void {
  response.errorCode = errorCode(error)
  response.errorMessage = message
  call.context.metrics.counter('produce_refused_total', { error }).add()
}
/** KIP-951: saves the client a round of Metadata. */
function hint({ version, context }: Call<Produce>, topic: TopicPartitions, response: PartitionResponse): void {
  if (version >= 10) response.currentLeader = leaderHint(context, topic.name, response.index)
}

function answer({ version, context, request }: Call<Produce>, responses: readonly TopicResponse[]): Answer<Produce> {
  const leaders =
    version < 10 ? [] : responses.flatMap(topic => topic.partitionResponses.map(({ currentLeader }) => currentLeader))
  return { responses, nodeEndpoints: nodeEndpoints(context, request.connection.listener, leaders) }
}
/** With acks=0 no answer is due. A client can only learn of an error by losing its connection. */
function withoutAnswer(responses: readonly TopicResponse[]): Answer<Produce> {
  const failed = responses.some(topic => topic.partitionResponses.some(({ errorCode }) => errorCode !== 0))
  return failed ? closeConnection : noResponse
}
