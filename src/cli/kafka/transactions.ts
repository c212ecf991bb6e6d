// kafka-transactions: lists and describes transactions and the producers of a partition, finds those that hang, and ends
// them, in the words of Apache Kafka's TransactionsCommand (KIP-664).

import { argumentTool } from './argument-tool.ts'
import { propertiesFile, withCluster } from './connection.ts'
import { kafkaVersion, type Tool } from './tool.ts'
import { abort, forceTerminateTransaction } from './transactions/abort.ts'
import type { Call } from './transactions/cluster.ts'
import { findHanging } from './transactions/find-hanging.ts'
import { describe, list, listProducers } from './transactions/show.ts'

const place = {
  topic: { value: 'TOPIC', about: 'topic name', required: true },
  partition: { value: 'PARTITION', type: 'Integer', about: 'partition number', required: true },
} as const

const tool = argumentTool({
  parser: {
    name: 'kafka-transactions.sh',
    about: 'Shows the transactions of producers, and ends those that hang.',
    arguments: {
      version: { short: '-v', shortFirst: true, about: 'show the version of Kafka, and exit' },
      'command-config': { value: 'FILE', about: 'a file of properties of the admin client' },
      'bootstrap-server': { value: 'host:port', required: true, about: 'the brokers to ask first, divided by commas' },
    },
    commandsName: 'COMMAND',
    commands: {
      list: {
        about: 'list transactions',
        arguments: {
          'duration-filter': { value: 'DURATION_FILTER', type: 'Long', about: 'only those open for longer, in ms' },
          'transactional-id-pattern': { value: 'TRANSACTIONAL_ID_PATTERN', about: 'only ids that it matches' },
        },
      },
      describe: {
        about: 'describe the transaction of a transactional id',
        arguments: { 'transactional-id': { value: 'TRANSACTIONAL_ID', required: true, about: 'transactional id' } },
      },
      'describe-producers': {
        about: 'describe the producers that a partition knows',
        arguments: {
          'broker-id': { value: 'BROKER_ID', type: 'Integer', about: 'as the replica on this broker knows them' },
          ...place,
        },
      },
      abort: {
        about: 'abort a transaction that hangs',
        arguments: {
          ...place,
          'start-offset': { value: 'START_OFFSET', type: 'Long', about: 'where the transaction begins' },
          'producer-id': { value: 'PRODUCER_ID', type: 'Long', about: 'producer id' },
          'producer-epoch': { value: 'PRODUCER_EPOCH', type: 'Integer', about: 'producer epoch' },
          'coordinator-epoch': { value: 'COORDINATOR_EPOCH', type: 'Integer', about: 'coordinator epoch' },
        },
      },
      'find-hanging': {
        about: 'find transactions that hang',
        arguments: {
          'broker-id': { value: 'BROKER_ID', type: 'Integer', about: 'on this broker' },
          'max-transaction-timeout': {
            value: 'MAX_TRANSACTION_TIMEOUT',
            type: 'Integer',
            default: 15,
            about: 'silent for so many minutes',
          },
          topic: { value: 'TOPIC', about: 'in this topic' },
          partition: { value: 'PARTITION', type: 'Integer', about: 'in this partition of it' },
        },
      },
      forceTerminateTransaction: {
        about: 'abort the open transaction of a transactional id',
        arguments: { transactionalId: { value: 'TRANSACTIONALID', required: true, about: 'transactional id' } },
      },
    },
  },
  async run({ given, terminal }) {
    const connection = {
      bootstrap: given.text('bootstrap-server')!,
      clientId: 'adminclient-1',
      properties: await propertiesFile(given.text('command-config')),
    }
    await withCluster({ ...connection, terminal }, client => commands[given.command!]!({ client, given, terminal }))
  },
})

export default {
  // The version is asked for beside nothing else, and before all that must be given.
  async run(args, terminal) {
    if (args.includes('--version') || args.includes('-v')) {
      terminal.out(`${kafkaVersion} (Commit:unknown)`)
      return 0
    }
    return tool.run(args, terminal)
  },
} satisfies Tool

const commands: { readonly [name: string]: (call: Call) => Promise<void> } = {
  list,
  describe,
  'describe-producers': listProducers,
  abort,
  'find-hanging': findHanging,
  forceTerminateTransaction,
}
