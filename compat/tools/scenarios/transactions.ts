// kafka-transactions.

import { setTimeout as sleep } from 'node:timers/promises'

import { systemClock, tcpSockets } from '../../../src/base/index.ts'
import { ClientConnection } from '../../../src/connection/index.ts'
import { buildBatch, initProducerId, produce } from '../../../src/protocol/index.ts'
import { scenarios, type Stage, type Step } from '../scenario.ts'

/** argparse4j puts blanks between words to fill its lines, and breaks at hyphens. */
const argparse = (output: string): string => output.replaceAll(/\s+/g, '')
const refused = (run: string, rest: Partial<Step> = {}): Step => ({ run, normalise: [argparse], ...rest })

/** Ids of producers and times are the cluster's own. */
const numbers = (output: string): string =>
  output
    .replaceAll(/(?<![\w-])\d{13}\b/g, 'TIME')
    .replaceAll(/(?<=\t)\d+ *(?=\t)/g, 'N')
    .replaceAll(/^\d+ *(?=\t)/gm, 'N')
    .replaceAll(/(producerId=|pid=)\d+/g, '$1N')
    .replaceAll(/ +/g, ' ')
const table = (run: string, rest: Partial<Step> = {}): Step => ({ run, normalise: [numbers], ...rest })

async function openTransaction({ client, name }: Stage): Promise<void> {
  await client.admin.topics.create([{ name: name('orders'), partitions: 2 }])
  const done = client.producer({ transactionalId: name('done') })
  await done.begin()
  await done.send({ topic: name('orders'), partition: 1, value: 'committed' })
  await done.commit()
  const open = client.producer({ transactionalId: name('open'), transactionTimeoutMs: 600_000 })
  await open.begin()
  await open.send({ topic: name('orders'), partition: 0, value: 'open' })
}

/** A batch of a transaction that its coordinator knows nothing of, as a broker takes that is told not to verify them (KIP-890). */
async function hangingTransaction({ client, bootstrap, name, defer }: Stage): Promise<void> {
  await client.admin.topics.create([{ name: name('orders'), partitions: 2 }])
  const allBrokers = { type: 'broker', name: '' } as const,
    verification = 'transaction.partition.verification.enable'
  await client.admin.configs.alter(allBrokers, [{ name: verification, operation: 'set', value: 'false' }])
  defer(() => client.admin.configs.alter(allBrokers, [{ name: verification, operation: 'delete' }]))
  const [host, port] = bootstrap.split(':')
  const connection = await ClientConnection.connect({
    sockets: tcpSockets(),
    clock: systemClock,
    clientId: 'hangs',
    host: host!,
    port: Number(port),
  })
  defer(() => connection.close())
  const transactionalId = name('hung')
  // Its coordinator may have to be found first.
  await client.producer({ transactionalId }).begin()
  const id = await connection.request(initProducerId, { transactionalId, transactionTimeoutMs: 60_000 })
  const records = buildBatch([{ timestamp: Date.now(), value: 'hangs' }], {
    producerId: id.producerId,
    producerEpoch: id.producerEpoch,
    baseSequence: 0,
    transactional: true,
  })
  const topicData = [{ name: name('orders'), partitionData: [{ index: 1, records }] }]
  // A broker takes a moment to heed its new config.
  for (let attempt = 0, errorCode: number | undefined; errorCode !== 0; attempt++) {
    // Of version 11 a producer adds its partitions itself; that one did not is not noticed.
    const { responses } = await connection.request(
      produce,
      { transactionalId, acks: -1, timeoutMs: 5_000, topicData },
      { versionMax: 11 },
    )
    errorCode = responses[0]!.partitionResponses[0]!.errorCode
    if (attempt > 50) throw new Error(`a transaction cannot be left hanging: error ${errorCode}`)
    if (errorCode !== 0) await sleep(100)
  }
}

export const transactionScenarios = scenarios('kafka-transactions', [
  {
    title: 'arguments',
    steps: [
      refused('', { alone: true }),
      refused('list', { alone: true }),
      refused(''),
      refused('nothing'),
      refused('--nothing', { alone: true }),
      refused('list --nothing'),
      refused('list more'),
      refused('list --duration-filter long'),
      refused('describe'),
      refused('describe-producers --topic a'),
      refused('abort --topic a --partition x'),
      'abort --topic a --partition 0',
      'abort --topic a --partition 0 --producer-id 1',
      'abort --topic a --partition 0 --producer-id 1 --producer-epoch 1',
      'find-hanging',
      'find-hanging --broker-id 1 --partition 0',
      refused('forceTerminateTransaction'),
    ],
  },
  {
    title: 'ids, producers and topics that there are not',
    steps: [
      'describe --transactional-id {nobody}',
      'find-hanging --topic {nothing}',
      'list --transactional-id-pattern {no.*}',
      'list --transactional-id-pattern [a',
    ],
  },
  {
    title: 'an open transaction, and one that is over',
    prepare: openTransaction,
    steps: [
      table('list', { ownLines: true, unordered: true }),
      table('list --transactional-id-pattern {op.*}'),
      table('list --transactional-id-pattern {.*}', { unordered: true }),
      table('list --duration-filter 3600000', { ownLines: true }),
      table('describe --transactional-id {open}'),
      table('describe --transactional-id {done}'),
      table('describe-producers --topic {orders} --partition 0'),
      table('describe-producers --topic {orders} --partition 1'),
      table('describe-producers --topic {orders} --partition 0 --broker-id 1'),
      table('find-hanging --topic {orders}'),
      table('find-hanging --topic {orders} --partition 0 --max-transaction-timeout -1'),
      table('find-hanging --broker-id 1', { ownLines: true }),
      table('abort --topic {orders} --partition 0 --start-offset 7'),
      table('abort --topic {orders} --partition 0 --start-offset 0'),
      table('abort --topic {orders} --partition 0 --start-offset 0'),
      table('describe-producers --topic {orders} --partition 0'),
      table('abort --topic {orders} --partition 0 --producer-id 999999 --producer-epoch 0 --coordinator-epoch 0'),
    ],
  },
  {
    title: 'a transaction that hangs is found, and aborted',
    prepare: hangingTransaction,
    steps: [
      table('find-hanging --topic {orders}'),
      table('find-hanging --topic {orders} --max-transaction-timeout -1'),
      table('find-hanging --topic {orders} --partition 0 --max-transaction-timeout -1'),
      table('find-hanging --broker-id 1 --max-transaction-timeout -1', { ownLines: true }),
      table('describe-producers --topic {orders} --partition 1'),
      table('abort --topic {orders} --partition 1 --start-offset 0'),
      table('find-hanging --topic {orders} --max-transaction-timeout -1'),
      table('describe-producers --topic {orders} --partition 1'),
    ],
  },
  {
    title: 'a transaction is ended by force',
    prepare: openTransaction,
    steps: ['forceTerminateTransaction --transactionalId {open}', table('describe --transactional-id {open}')],
  },
])
