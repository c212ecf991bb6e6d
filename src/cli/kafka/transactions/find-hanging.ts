// kafka-transactions find-hanging: what partitions hold open for long, and no coordinator will end (KIP-664).

import { systemClock } from '../../../base/index.ts'
import { KafkaError, type Client, type TopicPartition } from '../../../client/index.ts'
import { ToolError } from '../tool.ts'
import { asking, described, nameOf, producersOf, transactions, type Call } from './cluster.ts'
import { print } from './show.ts'

export async function findHanging({ client, given, terminal }: Call): Promise<void> {
  const broker = given.number('broker-id')
  const topic = given.text('topic')
  const partition = given.number('partition')
  if (topic === undefined && broker === undefined)
    throw new ToolError(
      'The `find-hanging` command requires either --topic or --broker-id to limit the scope of the search',
    )
  if (partition !== undefined && topic === undefined)
    throw new ToolError('The --partition argument requires --topic to be provided')
  const places = await placesToSearch(client, { topic, partition, broker })
  const silentForMs = given.number('max-transaction-timeout')! * 60_000
  const now = systemClock.now()
  const open = await Promise.all(
    places.map(async where => (await producersOf(client, where, broker)).map(producer => ({ ...where, ...producer }))),
  )
  const candidates = open
    .flat()
    .filter(
      ({ currentTxnStartOffset, lastTimestamp }) => currentTxnStartOffset >= 0 && now - lastTimestamp > silentForMs,
    )
  const kept = await coordinated(client, candidates)
  print(
    terminal,
    [
      'Topic',
      'Partition',
      'ProducerId',
      'ProducerEpoch',
      'CoordinatorEpoch',
      'StartOffset',
      'LastTimestamp',
      'Duration(min)',
    ],
    candidates
      .filter(candidate => !kept.has(`${candidate.producerId}/${nameOf(candidate)}`))
      .map(
        ({ topic, partition, producerId, producerEpoch, coordinatorEpoch, currentTxnStartOffset, lastTimestamp }) => [
          topic,
          partition,
          producerId,
          producerEpoch,
          coordinatorEpoch,
          currentTxnStartOffset,
          lastTimestamp,
          Math.trunc((now - lastTimestamp) / 60_000),
        ],
      ),
  )
}

async function placesToSearch(
  client: Client,
  {
    topic,
    partition,
    broker,
  }: { topic: string | undefined; partition: number | undefined; broker: number | undefined },
): Promise<TopicPartition[]> {
  if (topic !== undefined && partition !== undefined) return [{ topic, partition }]
  const topics = await client.admin.requests.topics(topic === undefined ? null : [topic])
  for (const { error } of topics)
    if (error !== 'NONE')
      await asking(
        `Failed to describe ${topics.length} topics`,
        Promise.reject(new KafkaError(error, { message: unknownTopicTold })),
      )
  return topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ replicas }) => broker === undefined || replicas.includes(broker))
      .map(one => ({ topic: name, partition: one.partition })),
  )
}
const unknownTopicTold = 'This server does not host this topic-partition.'

/** What coordinators know to be open and will end, as 'producer id/partition'. */
async function coordinated(
  client: Client,
  candidates: readonly { readonly producerId: number }[],
): Promise<Set<string>> {
  if (candidates.length === 0) return new Set()
  const producerIds = [...new Set(candidates.map(({ producerId }) => producerId))]
  const listed = await transactions(client, { producerIds })
  const all = await Promise.all(listed.map(({ transactionalId }) => described(client, transactionalId)))
  return new Set(all.flatMap(({ producerId, partitions }) => partitions.map(one => `${producerId}/${nameOf(one)}`)))
}
