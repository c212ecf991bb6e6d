// millrace transactions: which are open, where, since when; and the end of one that hangs.

import { systemClock, UserError } from '../../base/index.ts'
import { act, type Actions } from '../actions.ts'
import { clusterOptions, command, formatOption, numberOption, type Given } from '../command.ts'
import { plural, printTable } from '../output.ts'
import { partitionsOfAll } from '../positions.ts'

const options = {
  ...clusterOptions,
  state: {
    short: 's',
    value: 'STATE',
    about: 'list: only those in this state (Ongoing, …); may be repeated',
    many: true,
  },
  silent: { value: 'MINUTES', about: 'hanging: how long its producer has been silent (15)' },
  partition: { short: 'p', value: 'N', about: 'abort: the partition' },
  producer: { value: 'ID', about: "abort: the producer's id, as 'hanging' and 'producers' tell" },
} as const
type Options = Given<typeof options>

export default command({
  name: 'transactions',
  usage: '[list | describe ID… | producers TOPIC | hanging TOPIC… | abort TOPIC --partition N --producer ID]',
  options,
  words: { min: 0, max: 1_000 },
  examples: [
    'millrace transactions --state Ongoing',
    'millrace transactions describe billing-1',
    'millrace transactions hanging orders',
    'millrace transactions abort orders --partition 0 --producer 4001',
  ],
  run: (given, words, terminal) =>
    act(actions, words, { command: 'transactions', noun: 'transactional ID or TOPIC', given, terminal }),
})

const actions: Actions<Options> = {
  async list({ client, given, terminal }) {
    const transactions = await client.admin.transactions.list({ states: given.state ?? [] })
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify(transactions))
    printTable(
      terminal,
      ['ID', 'STATE', 'PRODUCER', 'COORDINATOR'],
      transactions.map(({ transactionalId, state, producerId, coordinator }) => [
        transactionalId,
        state,
        producerId,
        coordinator,
      ]),
    )
  },

  async describe({ client, names, given, terminal }) {
    const described = await Promise.all(names.map(id => client.admin.transactions.describe(id)))
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify(described))
    for (const { transactionalId, state, producerId, producerEpoch, timeoutMs, startTime, partitions } of described) {
      const since = startTime < 0 ? '' : `  since ${new Date(startTime).toISOString()}`
      terminal.out(`${transactionalId}  ${state}${since}`)
      terminal.out(`  producer ${producerId}, epoch ${producerEpoch}, times out after ${timeoutMs} ms`)
      if (partitions.length > 0)
        terminal.out(`  in ${partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(', ')}`)
    }
  },

  async producers({ client, names, given, terminal }) {
    const found = await Promise.all(
      (await partitionsOfAll(client, names)).map(async place => {
        const producers = await client.admin.transactions.producers(place)
        return producers.map(producer => ({ ...place, ...producer }))
      }),
    )
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify(found.flat()))
    printTable(
      terminal,
      ['TOPIC', 'PARTITION', 'PRODUCER', 'EPOCH', 'SEQUENCE', 'LAST RECORD', 'OPEN SINCE OFFSET'],
      found
        .flat()
        .map(({ topic, partition, producerId, producerEpoch, lastSequence, lastTimestamp, transactionStartOffset }) => [
          topic,
          partition,
          producerId,
          producerEpoch,
          lastSequence,
          new Date(lastTimestamp).toISOString(),
          transactionStartOffset < 0 ? '-' : transactionStartOffset,
        ]),
    )
  },

  async hanging({ client, names, given, terminal }) {
    const minutes = numberOption(given.silent, { option: 'silent', min: 0 }) ?? 15
    const places = await partitionsOfAll(client, names)
    const now = systemClock.now()
    const hanging = await client.admin.transactions.hanging(places, { silentForMs: minutes * 60_000, now })
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify(hanging))
    if (hanging.length === 0) return terminal.out(`none hangs in ${plural(places.length, 'partition')}`)
    printTable(
      terminal,
      ['TOPIC', 'PARTITION', 'PRODUCER', 'EPOCH', 'OPEN SINCE OFFSET', 'LAST RECORD'],
      hanging.map(({ topic, partition, producerId, producerEpoch, transactionStartOffset, lastTimestamp }) => [
        topic,
        partition,
        producerId,
        producerEpoch,
        transactionStartOffset,
        new Date(lastTimestamp).toISOString(),
      ]),
    )
  },

  async abort({ client, names: [topic], given, terminal }) {
    const partition = numberOption(given.partition, { option: 'partition', min: 0 })
    const producerId = numberOption(given.producer, { option: 'producer', min: 0 })
    if (partition === undefined || producerId === undefined)
      throw new UserError('USAGE', "'transactions abort' needs --partition and --producer")
    const place = { topic: topic!, partition }
    const open = (await client.admin.transactions.producers(place)).find(producer => producer.producerId === producerId)
    if (open === undefined || open.transactionStartOffset < 0)
      throw new UserError('NOT_OPEN', `producer ${producerId} has no transaction open in ${topic}-${partition}`)
    // As Kafka's tool does: a transaction whose coordinator never wrote a marker here has none to be fenced by.
    await client.admin.transactions.abort({ ...place, ...open, coordinatorEpoch: Math.max(open.coordinatorEpoch, 0) })
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify({ ...place, producerId, aborted: true }))
    terminal.out(`aborted the transaction of producer ${producerId} in ${topic}-${partition}`)
  },
}
