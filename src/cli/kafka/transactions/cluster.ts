// What kafka-transactions asks of a cluster: coordinators for their transactions, partitions for their producers.

import { KafkaError, type Client, type TopicPartition } from '../../../client/index.ts'
import {
  describeProducers,
  describeTransactions,
  errorName,
  listTransactions,
  type DecodedResponseOf,
} from '../../../protocol/index.ts'
import type { Terminal } from '../../command.ts'
import { accept } from '../java-exceptions.ts'
import type { GivenArguments } from '../options/argparse.ts'
import { ToolError } from '../tool.ts'

export interface Call {
  readonly client: Client
  readonly given: GivenArguments
  readonly terminal: Terminal
}

export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`
export const placeOf = (given: GivenArguments): TopicPartition => ({
  topic: given.text('topic')!,
  partition: given.number('partition')!,
})

/** What the cluster refuses is told after what was asked. */
export async function asking<T>(what: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    throw new ToolError(`${what}: ${error.message}. Enable debug logging for additional detail.`)
  }
}

export type Listing = DecodedResponseOf<typeof listTransactions>['transactionStates'][number] & {
  readonly broker: number
}

export async function transactions(
  client: Client,
  filter: {
    readonly producerIds?: readonly number[]
    readonly openForMs?: number | undefined
    readonly pattern?: string | undefined
  },
): Promise<Listing[]> {
  const { producerIds = [], openForMs, pattern } = filter
  const brokers = await client.admin.requests.brokers()
  const lists = await Promise.all(
    brokers.map(({ nodeId }) =>
      client.admin.requests.retrying(async () => {
        const answer = await client.admin.requests.broker(nodeId, listTransactions, {
          stateFilters: [],
          producerIdFilters: producerIds,
          ...(openForMs === undefined ? {} : { durationFilter: openForMs }),
          ...(pattern === undefined ? {} : { transactionalIdPattern: pattern }),
        })
        accept(
          answer.errorCode,
          `ListTransactions request sent to broker ${nodeId} failed with an unexpected exception`,
        )
        return answer.transactionStates.map(state => ({ ...state, broker: nodeId }))
      }),
    ),
  )
  return lists.flat()
}

type DescribedState = DecodedResponseOf<typeof describeTransactions>['transactionStates'][number]
type Described = DescribedState & { readonly partitions: readonly TopicPartition[]; readonly coordinator: number }

export async function described(client: Client, transactionalId: string): Promise<Described> {
  const key = { key: transactionalId, kind: 'transaction' } as const
  const answer = await client.admin.requests.coordinator(
    key,
    describeTransactions,
    { transactionalIds: [transactionalId] },
    ({ transactionStates: [state] }) =>
      accept(state!.errorCode, isUnknownId(state!.errorCode) ? unknownId(transactionalId) : undefined),
  )
  const state = answer.transactionStates[0]!
  const partitions = [...state.topics].flatMap(({ topic, partitions }) =>
    partitions.map(partition => ({ topic, partition })),
  )
  return {
    ...state,
    partitions,
    coordinator: await client.admin.requests.coordinatorOf(transactionalId, 'transaction'),
  }
}

const isUnknownId = (code: number) => errorName(code) === 'TRANSACTIONAL_ID_NOT_FOUND'
const unknownId = (id: string) =>
  `DescribeTransactions request for transactionalId \`${id}\` failed because the ID could not be found`
/** Of the leader, or of the replica on `broker`. */
export async function producersOf(client: Client, { topic, partition }: TopicPartition, broker: number | undefined) {
  return client.admin.requests.retrying(async () => {
    const [info] = await client.admin.requests.topics([topic])
    const leader = info!.partitions.find(one => one.partition === partition)?.leader
    if (leader === undefined) accept(unknownTopic)
    const answer = await client.admin.requests.broker(broker ?? leader!, describeProducers, {
      topics: [{ name: topic, partitionIndexes: [partition] }],
    })
    const found = answer.topics[0]!.partitions[0]!
    accept(found.errorCode, found.errorMessage)
    return found.activeProducers
  })
}
export const unknownTopic = 3
