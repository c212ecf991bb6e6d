// kafka-transactions abort and forceTerminateTransaction.

import type { Client, TopicPartition } from '../../../client/index.ts'
import { initProducerId, writeTxnMarkers } from '../../../protocol/index.ts'
import { accept } from '../java-exceptions.ts'
import type { GivenArguments } from '../options/argparse.ts'
import { ToolError } from '../tool.ts'
import { asking, nameOf, placeOf, producersOf, unknownTopic, type Call } from './cluster.ts'

interface Marker {
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
}

export async function abort({ client, given }: Call): Promise<void> {
  const where = placeOf(given)
  const startOffset = given.number('start-offset')
  const marker = startOffset === undefined ? markerGiven(given) : await markerOf(client, where, startOffset)
  const spec = `AbortTransactionSpec(topicPartition=${nameOf(where)}, producerId=${marker.producerId}, producerEpoch=${marker.producerEpoch}, coordinatorEpoch=${marker.coordinatorEpoch})`
  await asking(`Failed to abort transaction ${spec}`, writeAbort(client, where, marker))
}

function markerGiven(given: GivenArguments): Marker {
  const producerId = given.number('producer-id')
  if (producerId === undefined)
    throw new ToolError(
      'The transaction to abort must be identified either with --start-offset (for brokers on 3.0 or above) or with --producer-id, --producer-epoch, and --coordinator-epoch (for older brokers)',
    )
  const needed = (name: string) => {
    const value = given.number(name)
    if (value === undefined) throw new ToolError(`Missing required argument --${name}`)
    return value
  }
  const producerEpoch = needed('producer-epoch')
  return { producerId, producerEpoch, coordinatorEpoch: Math.max(needed('coordinator-epoch'), 0) }
}

async function markerOf(client: Client, where: TopicPartition, startOffset: number): Promise<Marker> {
  const told = `Failed to validate producer state for partition ${nameOf(where)}`
  const producers = await asking(told, producersOf(client, where, undefined))
  const found = producers.find(({ currentTxnStartOffset }) => currentTxnStartOffset === startOffset)
  if (found === undefined)
    throw new ToolError(
      `Could not find any open transactions starting at offset ${startOffset} on partition ${nameOf(where)}`,
    )
  const { producerId, producerEpoch, coordinatorEpoch } = found
  return { producerId, producerEpoch, coordinatorEpoch: Math.max(coordinatorEpoch, 0) }
}

function writeAbort(client: Client, { topic, partition }: TopicPartition, marker: Marker): Promise<void> {
  return client.admin.requests.retrying(async () => {
    const [info] = await client.admin.requests.topics([topic])
    const leader = info!.partitions.find(one => one.partition === partition)?.leader
    if (leader === undefined) accept(unknownTopic)
    const topics = [{ name: topic, partitionIndexes: [partition] }]
    const answer = await client.admin.requests.broker(leader!, writeTxnMarkers, {
      markers: [{ ...marker, transactionResult: false, topics }],
    })
    const result = answer.markers[0]!.topics[0]!.partitions[0]!
    accept(result.errorCode, markerRefusals[result.errorCode]?.(marker.producerEpoch, marker.coordinatorEpoch))
  })
}
/** In the words of Kafka's AbortTransactionHandler. */
const markerRefusals: { readonly [code: number]: (producerEpoch: number, coordinatorEpoch: number) => string } = {
  47: producerEpoch => `WriteTxnMarkers request failed due an invalid producer epoch (${producerEpoch})`,
  52: (_, coordinatorEpoch) => `WriteTxnMarkers request failed due an invalid coordinator epoch (${coordinatorEpoch})`,
}

/** As a new producer of the same id would: it fences the old one, whose transaction is aborted (KIP-939). */
export async function forceTerminateTransaction({ client, given }: Call): Promise<void> {
  const transactionalId = given.text('transactionalId')!
  const asked = client.admin.requests.coordinator(
    { key: transactionalId, kind: 'transaction' },
    initProducerId,
    { transactionalId, transactionTimeoutMs: 1, producerId: -1, producerEpoch: -1 },
    ({ errorCode }) => accept(errorCode),
  )
  await asking(`Failed to force terminate transactionalId \`${transactionalId}\``, asked)
}
