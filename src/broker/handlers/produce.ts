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
import { DelayedProduce, newPartitionResponse, type PartitionResponse } from '../acknowledgements.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler, type Answer, type Call } from '../handler.ts'
import { leaderHint, nodeEndpoints } from '../leader-hints.ts'
import type { TopicPartitions } from '../partitions.ts'
import {
  joinTransaction,
  mustJoinTransaction,
  type ProducedBatch,
  type ProduceRefusal,
} from '../produced-transactions.ts'

type Produce = typeof produce
interface TopicResponse {
  readonly name: string
  readonly topicId: string
  readonly partitionResponses: readonly PartitionResponse[]
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
    authorization: asksItself('WRITE TRANSACTIONAL_ID', 'WRITE TOPIC'),
    // KAFKA-18659: librdkafka before 2.11.1 takes a minimum above 0 for a broker without its features, and sends
    // uncompressed batches without a word.
    advertised: '0-13',
    differs: [
      'acks=all is answered after a grouped fdatasync, where Kafka answers from the page cache; log.flush.on.ack=false turns that off.',
    ],
  },
  call => {
    const { acks, timeoutMs } = call.body
    const delayed = new DelayedProduce(),
      joining: ProducedBatch[] = []
    const responses = call.body.topicData.map((topic): TopicResponse => {
      const found =
        call.version >= 13 ? call.context.partitions.byId(topic.topicId) : call.context.partitions.byName(topic.name)
      // Of an id that nobody knows there is no name: it is told as unknown.
      const isAllowed = found.name === '' || call.access.allows('WRITE', 'TOPIC', found.name)
      const partitionResponses = topic.partitionData.map(({ index, records }) => {
        const response = newPartitionResponse(index)
        const asked = { topic: found, records: records as Buffer | null, response, delayed }
        if (!isAllowed) {
          refuse(call, asked, { error: 'TOPIC_AUTHORIZATION_FAILED', message: null })
          return response
        }
        const batch = check(call, asked)
        if (batch === undefined) return response
        if (mustJoinTransaction(call, batch)) joining.push(batch)
        else writeSoon(call, batch)
        return response
      })
      return { name: topic.name, topicId: topic.topicId, partitionResponses }
    })
    if (joining.length > 0) joinTransaction(call, joining, { write, refuse })
    if (acks === 0) return withoutAnswer(responses)
    if (delayed.isDecided) return answer(call, responses)
    const waitMs = acks === 1 ? Infinity : Math.max(timeoutMs, replicationMsMin)
    return new Promise(resolve => delayed.park(waitMs, call.context.deadlines, () => resolve(answer(call, responses))))
  },
)

/** Undefined: the batch is refused. */
function check(
  call: Call<Produce>,
  asked: Omit<ProducedBatch, 'partition' | 'records'> & { readonly records: Buffer | null },
): ProducedBatch | undefined {
  const { topic, response, records } = asked
  const refused = refusal(call, topic, records)
  if (refused !== undefined) {
    refuse(call, asked, refused)
    return undefined
  }
  const partition = topic.find(response.index)
  if (typeof partition !== 'string') return { ...asked, records: records!, partition }
  refuse(call, asked, { error: partition, message: null })
  return undefined
}
/** At once, unless the batch is compressed anew before: the next request of the connection waits for that. */
function writeSoon(call: Call<Produce>, batch: ProducedBatch): void {
  const { partition, records, response, delayed } = batch
  // Without an answer to wait for, the next request would overtake this one.
  const compressing = call.body.acks === 0 ? undefined : partition.log.recompressedLater(records)
  if (compressing === undefined) return write(call, batch)
  delayed.waitFor(response)
  compressing
    .then(({ bytes, release }) => {
      write(call, { ...batch, records: bytes })
      release()
      delayed.settle(response, 'NONE')
    })
    .catch((error: unknown) => {
      call.context.logger.error('batch cannot be appended', { topic: batch.topic.name, reason: String(error) })
      delayed.settle(response, 'UNKNOWN_SERVER_ERROR')
    })
}
function write(call: Call<Produce>, batch: ProducedBatch): void {
  const { acks } = call.body,
    { partition, records, response, delayed } = batch
  const outcome = partition.append(records, { origin: 'client', acks, now: call.context.clock.now() })
  if (outcome.error === 'NONE') {
    response.baseOffset = outcome.baseOffset
    response.logAppendTimeMs = outcome.logAppendTimeMs
    response.logStartOffset = outcome.logStartOffset
    if (acks !== 0) partition.acknowledge(acks, outcome.lastOffset + 1, delayed, response)
    return
  }
  refuse(call, batch, { error: outcome.error, message: outcome.message })
  if ('recordErrors' in outcome && outcome.recordErrors)
    response.recordErrors = outcome.recordErrors.map(({ batchIndex, message }) => ({
      batchIndex,
      batchIndexErrorMessage: message,
    }))
}

/** What makes the request or the batch unacceptable whatever the log says. */
function refusal(
  { body, version, request, access }: Call<Produce>,
  topic: TopicPartitions,
  records: Buffer | null,
): ProduceRefusal | undefined {
  const refuse = (error: ErrorName, message: string): ProduceRefusal => ({ error, message })
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
  if (batchIsTransactional(records, 0)) {
    const { transactionalId } = body
    if (transactionalId === null)
      return refuse('TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'a batch of a transaction comes with its transactional id')
    if (!access.allows('WRITE', 'TRANSACTIONAL_ID', transactionalId))
      return refuse('TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'Transactional Id authorization failed.')
  }
  return undefined
}
function refuse(
  { version, context }: Call<Produce>,
  { topic, response, records }: Pick<ProducedBatch, 'topic' | 'response'> & { readonly records: Buffer | null },
  { error, message }: ProduceRefusal,
): void {
  response.errorCode = errorCode(error)
  response.errorMessage = message
  const isHere = typeof topic.find(response.index) !== 'string'
  const isTooLarge = error === 'MESSAGE_TOO_LARGE' || error === 'RECORD_LIST_TOO_LARGE'
  context.metrics.topics.refused(isHere ? topic.name : undefined, { bytes: records?.length ?? 0, isTooLarge })
  // KIP-951: saves the client a round of Metadata.
  if (error === 'NOT_LEADER_OR_FOLLOWER' && version >= 10)
    response.currentLeader = leaderHint(context, topic.name, response.index)
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
