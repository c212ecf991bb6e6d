// kafka-transactions list, describe and describe-producers.

import { systemClock } from '../../../base/index.ts'
import type { Terminal } from '../../command.ts'
import { tableLines } from '../tabbed-table.ts'
import { asking, described, nameOf, placeOf, producersOf, transactions, type Call } from './cluster.ts'

export async function list({ client, given, terminal }: Call): Promise<void> {
  const filter = { openForMs: given.number('duration-filter'), pattern: given.text('transactional-id-pattern') }
  const found = await asking('Failed to list transactions', transactions(client, filter))
  print(
    terminal,
    ['TransactionalId', 'Coordinator', 'ProducerId', 'TransactionState'],
    found.map(({ transactionalId, broker, producerId, transactionState }) => [
      transactionalId,
      broker,
      producerId,
      transactionState,
    ]),
  )
}

export async function describe({ client, given, terminal }: Call): Promise<void> {
  const transactionalId = given.text('transactional-id')!
  const told = `Failed to describe transaction state of transactional-id \`${transactionalId}\``
  const found = await asking(told, described(client, transactionalId))
  const { producerId, producerEpoch, transactionState, transactionTimeoutMs, transactionStartTimeMs, partitions } =
    found
  const isOpen = transactionStartTimeMs >= 0
  print(
    terminal,
    [
      'CoordinatorId',
      'TransactionalId',
      'ProducerId',
      'ProducerEpoch',
      'TransactionState',
      'TransactionTimeoutMs',
      'CurrentTransactionStartTimeMs',
      'TransactionDurationMs',
      'TopicPartitions',
    ],
    [
      [
        found.coordinator,
        transactionalId,
        producerId,
        producerEpoch,
        transactionState,
        transactionTimeoutMs,
        isOpen ? transactionStartTimeMs : 'None',
        isOpen ? systemClock.now() - transactionStartTimeMs : 'None',
        partitions.map(nameOf).join(','),
      ],
    ],
  )
}

export async function listProducers({ client, given, terminal }: Call): Promise<void> {
  const broker = given.number('broker-id')
  const where = placeOf(given)
  const told = `Failed to describe producers for partition ${nameOf(where)} on ${broker === undefined ? 'leader' : `broker ${broker}`}`
  const producers = await asking(told, producersOf(client, where, broker))
  print(
    terminal,
    [
      'ProducerId',
      'ProducerEpoch',
      'LatestCoordinatorEpoch',
      'LastSequence',
      'LastTimestamp',
      'CurrentTransactionStartOffset',
    ],
    producers.map(
      ({ producerId, producerEpoch, coordinatorEpoch, lastSequence, lastTimestamp, currentTxnStartOffset }) => [
        producerId,
        producerEpoch,
        coordinatorEpoch,
        lastSequence,
        lastTimestamp,
        currentTxnStartOffset < 0 ? 'None' : currentTxnStartOffset,
      ],
    ),
  )
}

export function print(
  terminal: Terminal,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  for (const line of tableLines(head, rows)) terminal.out(line)
}
